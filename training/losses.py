"""The training of both decision networks: the numbers of a run, and the losses of answers and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.decision_data import Example
from training.span_labels import stretches, tags_of

Questions = Mapping[str, Sequence[str]]
"""The options of each question, in the order of its rows."""

_WEIGHTS = {"operation": 1.0, "reply": 1.0}
_OTHER_WEIGHT = 0.5
"""Of a question in the loss."""

_TAG_WEIGHT = 0.5


@dataclass(frozen=True)
class Recipe:
    """The numbers of a run.

    Attributes:
        epochs: Passes over the messages.
        batch: Messages a step.
        rate: Highest learning rate.
        smoothing: Of the labels.
    """

    epochs: float = 3
    batch: int = 32
    rate: float = 1.5e-4
    smoothing: float = 0.05


def question_loss(
    name: str, scores: Tensor, examples: Sequence[Example], questions: Questions, recipe: Recipe
) -> Tensor:
    """Weighted cross entropy of one question over the messages that settle it.

    Args:
        name: The question.
        scores: Of its options, shape (messages, options).
        examples: The messages.
        questions: Options of each question.
        recipe: The numbers.
    """
    settled = [row for row, example in enumerate(examples) if name in example.labels]
    if not settled:
        return scores.new_zeros(())
    options = list(questions[name])
    wanted = torch.tensor([options.index(examples[row].labels[name]) for row in settled])
    weight = _WEIGHTS.get(name, _OTHER_WEIGHT) * len(settled) / len(examples)
    return weight * nn.functional.cross_entropy(scores[settled], wanted, label_smoothing=recipe.smoothing)


def tag_loss(
    tags: Sequence[Tensor],
    offsets: Sequence[Sequence[tuple[int, int]]],
    texts: Sequence[str],
    examples: Sequence[Example],
) -> Tensor:
    """Weighted cross entropy of the tags of the messages whose arguments are known and stand in them.

    Args:
        tags: Scores by message, each of shape (tokens, tags).
        offsets: Begin and end of each token in the message.
        texts: The messages as they were read.
        examples: The same with their answers.
    """
    chosen, wanted = [], []
    for row, (text, example) in enumerate(zip(texts, examples, strict=True)):
        found = None if example.tools is None else stretches(text, example.tools)
        if found is not None:
            wanted += tags_of(found, offsets[row])
            chosen.append(tags[row])
    if not wanted:
        return tags[0].new_zeros(())
    return _TAG_WEIGHT * nn.functional.cross_entropy(torch.cat(chosen), torch.tensor(wanted))
