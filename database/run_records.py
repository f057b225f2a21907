"""What goes into the record of turns, what comes out of it, and by what it is searched; ``database.runs`` keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from sqlalchemy import ColumnElement, true

from database.tables import Run


@dataclass(frozen=True)
class RunEnd:
    """How a turn ended.

    Attributes:
        answer: What the customer was told; None where the turn failed.
        intent: The first operation, or what the message was about.
        confidence: Calibrated probability that the intents are right, 0 to 1.
        outcome: Calls, results and the pending question.
        tools: Operations that ran.
        error: Name of the exception that ended the turn, or the code of the first operation that failed.
        ms: From the request to the last word.
        tokens_in: Given to the writer.
        tokens_out: Made by the writer.
    """

    answer: str | None
    intent: str
    confidence: float
    outcome: dict[str, Any] | None
    tools: Sequence[str]
    error: str | None
    ms: int
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Recorded:
    """What happened inside a turn; ``database.run_model`` describes the fields."""

    checkpoint_id: str | None
    request: dict[str, Any]
    steps: Sequence[Mapping[str, Any]]
    calls: Sequence[Mapping[str, Any]]
    models: Sequence[Mapping[str, Any]]
    setup: Mapping[str, Any]


@dataclass(frozen=True)
class Masked:
    """What an engineer may read of a turn."""

    customer: str
    message: str | None
    answer: str | None
    steps: Sequence[Mapping[str, Any]]
    calls: Sequence[Mapping[str, Any]]
    models: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RunRow:
    """A run in a list; texts are masked."""

    id: str
    thread_id: str
    customer: str
    channel: str
    started_at: datetime
    message: str | None
    answer: str | None
    intent: str | None
    confidence: float | None
    tools: list[str]
    error: str | None
    ms: int | None
    tokens_in: int | None
    tokens_out: int | None
    score: int | None
    comment: str | None


@dataclass(frozen=True)
class RunDetail:
    """A run with what happened inside it; everything is masked."""

    row: RunRow
    steps: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    models: list[dict[str, Any]]
    setup: dict[str, Any]
    prompts: dict[str, str] = field(default_factory=dict)
    """Text of each prompt by its name."""


@dataclass(frozen=True)
class RunFilter:
    """Which runs are listed; what is None does not matter.

    Attributes:
        intent: The first operation.
        tool: An operation that ran.
        below: Confidence below this.
        score: 1 or -1, as the customer gave it.
        failed: Whether something went wrong.
        slower: Longer than this, milliseconds.
        thread_id: Of one conversation.
    """

    intent: str | None = None
    tool: str | None = None
    below: float | None = None
    score: int | None = None
    failed: bool | None = None
    slower: int | None = None
    thread_id: str | None = None

    def where(self) -> ColumnElement[bool]:
        """As a condition."""
        found: list[ColumnElement[bool]] = [true()]
        if self.intent is not None:
            found.append(Run.intent == self.intent)
        if self.tool is not None:
            found.append(Run.tools.contains(f",{self.tool},", autoescape=True))
        if self.below is not None:
            found.append(Run.confidence < self.below)
        if self.score is not None:
            found.append(Run.score == self.score)
        if self.failed is not None:
            found.append(Run.error.is_not(None) if self.failed else Run.error.is_(None))
        if self.slower is not None:
            found.append(Run.ms > self.slower)
        if self.thread_id is not None:
            found.append(Run.thread_id == self.thread_id)
        return reduce(and_, found)
