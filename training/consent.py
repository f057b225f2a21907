"""Fits the second reading of a consent: logistic regression on replies with their questions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from agent.decision.consent import features, vector
from core.json_lines import read_json_lines
from graph.understanding.named import unasked

REPLIES = Path(__file__).parent / "data" / "replies"

STRENGTH = 20.0
"""Inverse of the penalty on the weights, as in the usual form of regularised logistic regression."""

_RARE_LETTERS = 2
"""N-grams of letters in fewer replies are left out; words are kept, since a rare one may be all that differs."""

_STEPS = 300
_MEANINGS = frozenset({"yes", "no", "correction", "other"})


@dataclass(frozen=True)
class ConsentExample:
    """A reply to a confirmation.

    Attributes:
        asked: The question.
        text: The customer's words.
        is_yes: Whether the reply plainly consents.
    """

    asked: str
    text: str
    is_yes: bool


def read_labeled_replies(folder: Path) -> list[ConsentExample]:
    """Return the replies to confirmations in all files of a folder; rows about other questions are passed over."""
    return [
        ConsentExample(row["pending"], row["utterance"], row["reply"] == "yes")
        for row in read_json_lines(*sorted(folder.glob("*.jsonl")))
        if row.get("reply") in _MEANINGS and row.get("question", "reply") == "reply" and "pick" not in row
    ]


def fit_consent(replies: Sequence[ConsentExample]) -> dict[str, Tensor]:
    """Fit the tensors of a ``ConsentModel``."""
    counted = [
        features(reply.text, reply.asked, {each.kind for each in unasked(reply.text, reply.asked)}) for reply in replies
    ]
    letters = Counter(gram for group, _ in counted for gram in group)
    words = Counter(word for _, group in counted for word in group)
    seen = {gram: count for gram, count in letters.items() if count >= _RARE_LETTERS} | words
    known = sorted(seen)
    places = {feature: row for row, feature in enumerate(known)}
    idf = torch.tensor([math.log((1 + len(replies)) / (1 + seen[feature])) + 1 for feature in known])
    vectors = [vector(each, places, idf) for each in counted]
    weight, bias = _fit(vectors, torch.tensor([float(reply.is_yes) for reply in replies]), len(known))
    return {"features": torch.tensor(known), "idf": idf, "weight": weight, "bias": bias}


def _fit(vectors: Sequence[tuple[Tensor, Tensor]], wanted: Tensor, known: int) -> tuple[Tensor, Tensor]:
    """Minimise the mean loss and the penalty; return weights of shape (known,) and a bias of shape (1,)."""
    rows = torch.cat([each for each, _ in vectors])
    values = torch.cat([each for _, each in vectors])
    starts = torch.tensor([0, *(len(each) for each, _ in vectors[:-1])]).cumsum(0)
    weight = torch.zeros(known, 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    penalty = 1 / (2 * STRENGTH * len(vectors))
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = functional.embedding_bag(rows, weight, starts, mode="sum", per_sample_weights=values)[:, 0] + bias
        value = functional.binary_cross_entropy_with_logits(scores, wanted) + penalty * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach()[:, 0], bias.detach()
