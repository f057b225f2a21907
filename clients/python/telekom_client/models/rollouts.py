"""The answers about roll-outs of texts, for prompt engineers."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from telekom_client.models.base import Answer

RolloutMeasure = Literal["fault", "handed_over", "misunderstood", "kept_back", "disliked"]
"""How a conversation goes wrong."""


class Rollout(Answer):
    """Versions of texts that a share of the conversations gets.

    Attributes:
        label: The services of this label take part.
        texts: Number of the version by text.
        share: How many of a hundred conversations get them.
        measures: What takes it back by itself.
        by: Login of who began it.
        ended_by: A login; ``service`` where it was found worse.
        how: How it ended; None while it runs.
    """

    id: int
    label: str
    texts: dict[str, int]
    share: int
    measures: list[RolloutMeasure]
    note: str
    by: str
    at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: str | None
    how: Literal["worse", "returned", "served", "replaced"] | None


class RolloutList(Answer):
    """All roll-outs, the newest first."""

    rollouts: list[Rollout]


class ComparedMeasure(Answer):
    """One measure on both sides, in conversations that went wrong.

    Attributes:
        worse: p-value of "the new side goes wrong no more often"; it holds however often one looks.
        better: p-value of "the new side goes wrong no less often".
        decides: It takes the roll-out back where ``worse`` falls to ``at``.
    """

    measure: RolloutMeasure
    served: int
    new: int
    worse: float
    better: float
    decides: bool
    at: float


class RolloutSide(Answer):
    """The size of both sides."""

    served: int
    new: int


class RolloutFigures(Answer):
    """What both sides have shown; a conversation counts once for each measure."""

    conversations: RolloutSide
    turns: RolloutSide
    compared: list[ComparedMeasure]


class RolloutDetail(Rollout):
    """A roll-out with its figures, those of its end where it has ended."""

    figures: RolloutFigures
