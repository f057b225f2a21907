"""Fits the character model: multinomial logistic regression on character n-grams, one a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from agent.decision.characters import CharacterModel, grams, vector
from training.decision_data import Example

QUESTIONS = ("operation", "second_operation", "topic", "reply", "language", "step", "pick")
"""The questions that the character n-gram model answers."""

STRENGTH = 20.0
"""Inverse of the penalty on the weights, as in the usual form of regularised logistic regression."""

_RARE = 2
"""N-grams that occur in fewer messages are left out."""

_STEPS = 200


def fit_characters(examples: Sequence[Example], questions: Mapping[str, Sequence[str]]) -> CharacterModel:
    """Fit every question on the messages that settle it.

    Args:
        examples: Labelled messages.
        questions: Options of each question.
    """
    labels = {}
    for name in QUESTIONS:
        known = [example for example in examples if name in example.labels]
        labels[name] = ([example.text for example in known], [example.labels[name] for example in known])
    return fit_linear(labels, questions, [example.text for example in examples])


def fit_linear(
    labels: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    questions: Mapping[str, Sequence[str]],
    texts: Sequence[str] | None = None,
) -> CharacterModel:
    """Fit one linear layer a question on character n-grams.

    Args:
        labels: By question the messages that settle it, and their options.
        questions: Options of each question.
        texts: Messages whose n-grams are counted; default: those of the first question.
    """
    texts = texts if texts is not None else next(iter(labels.values()))[0]
    seen = Counter(gram for text in texts for gram in grams(text))
    kept = sorted(gram for gram, count in seen.items() if count >= _RARE)
    places = {gram: row for row, gram in enumerate(kept)}
    idf = torch.tensor([math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in kept])
    tensors = {"grams": torch.tensor(kept), "idf": idf}
    for name, (known, wanted) in labels.items():
        options = list(questions[name])
        rows = torch.tensor([options.index(option) for option in wanted])
        weight, bias = _fit([vector(text, places, idf) for text in known], rows, len(options), len(kept))
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight, bias
    return CharacterModel(tensors)


def _fit(vectors: Sequence[tuple[Tensor, Tensor]], wanted: Tensor, options: int, known: int) -> tuple[Tensor, Tensor]:
    """Minimise the mean loss and the penalty; returns weights of shape (known, options) and biases."""
    rows = torch.cat([each for each, _ in vectors])
    values = torch.cat([each for _, each in vectors])
    starts = torch.tensor([0, *(len(each) for each, _ in vectors[:-1])]).cumsum(0)
    weight = torch.zeros(known, options, requires_grad=True)
    bias = torch.zeros(options, requires_grad=True)
    penalty = 1 / (2 * STRENGTH * len(vectors))
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = functional.embedding_bag(rows, weight, starts, mode="sum", per_sample_weights=values) + bias
        value = functional.cross_entropy(scores, wanted) + penalty * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
