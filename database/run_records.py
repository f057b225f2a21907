"""The values that ``database.runs.Runs`` takes, returns and searches by; no access to the database happens here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select, true

from database.tables import Handover, Run, RunRecord
from database.threads import LEFT

_REFUSAL = Run.error.is_not(None) & (Run.error == func.upper(Run.error))
"""Codes of refusals are written in capitals, names of exceptions are not."""

_FAULT = Run.error.is_not(None) & (Run.error != func.upper(Run.error)) & (Run.error != LEFT)


@dataclass(frozen=True)
class RunEnd:
    """The end of a turn: its answer and its cost.

    Attributes:
        answer: The text of the answer; None if the turn failed.
        intent: The first operation, or the topic of the message.
        confidence: Calibrated probability that the intents are right, 0 to 1.
        outcome: Calls, results and the pending question.
        tools: Operations that ran, in order.
        error: Class name of the exception that ended the turn, or the code of the first operation that failed.
        ms: Milliseconds from the request to the last word.
        tokens_in: Input tokens of the chat model.
        tokens_out: Output tokens of the chat model.
        kept_back: The proof kept a text of the chat model back.
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
    kept_back: bool = False


@dataclass(frozen=True)
class RunTrace:
    """The course of a turn, not masked.

    Attributes:
        checkpoint_id: The thread's checkpoint from which the turn started; None on a new thread.
        request: The request as it came, JSON.
        steps: Name, input, output, milliseconds and error of each node, in order.
        calls: Arguments and result or error of each operation and preview.
        models: Role, input, output, tokens and milliseconds of each use of a model.
        setup: Names of the models, generation settings, the hash of each prompt (``prompts``), and where one ran the
            roll-out with the turn's side in it (``rollout``).
    """

    checkpoint_id: str | None
    request: dict[str, Any]
    steps: Sequence[Mapping[str, Any]]
    calls: Sequence[Mapping[str, Any]]
    models: Sequence[Mapping[str, Any]]
    setup: Mapping[str, Any]


@dataclass(frozen=True)
class MaskedRun:
    """The texts of a turn without personal data, as engineers and trace collectors get them.

    Attributes:
        customer: The mask of the customer's name; equal names have equal masks.
        message: The customer's message.
        answer: The text of the answer; None if the turn failed.
        steps: The nodes, see ``RunTrace``.
        calls: The operations and previews, see ``RunTrace``.
        models: The uses of a model, see ``RunTrace``.
    """

    customer: str
    message: str | None
    answer: str | None
    steps: Sequence[Mapping[str, Any]]
    calls: Sequence[Mapping[str, Any]]
    models: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RunRow:
    """One run of a list; texts are masked. Fields are those of ``database.tables.Run``."""

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
    """One run with its course; texts are masked."""

    row: RunRow
    steps: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    models: list[dict[str, Any]]
    setup: dict[str, Any]
    prompts: dict[str, str] = field(default_factory=dict)
    """Text of each prompt by its name."""
    texts: dict[str, str] = field(default_factory=dict)
    """Everything that customers read as it was then, prompts included, by its name in the registry."""


@dataclass(frozen=True)
class RerunRow:
    """A saved re-run; texts are masked. Fields are those of ``database.tables.ReplayRun``."""

    id: str
    run_id: str
    by: str
    at: datetime
    overrides: dict[str, Any]
    outcome: dict[str, Any]


@dataclass(frozen=True)
class RunFilter:
    """Conditions on the runs of a list; all must hold, None sets no condition.

    Attributes:
        intent: The first operation is this one.
        tool: This operation ran, as the first or a later one.
        below: The confidence is below this.
        score: The customer's feedback, 1 or -1.
        failed: True for runs that a fault ended or a model failed in, False for runs without; a refusal is no fault,
            nor is a customer who went away.
        refused: True for runs in which an operation was refused, False for runs without.
        slower: The run took longer than this, milliseconds.
        thread_id: The run belongs to this conversation.
        text: The masked message or answer contains this.
        since: The run began at this time or later.
        until: It began before this time.
        channel: It came through this channel.
        error: It has this error.
        handed_over: True for runs that handed the conversation to a person, False for others.
        version: A text that it was answered with has this hash.
    """

    intent: str | None = None
    tool: str | None = None
    below: float | None = None
    score: int | None = None
    failed: bool | None = None
    refused: bool | None = None
    slower: int | None = None
    thread_id: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    channel: str | None = None
    error: str | None = None
    handed_over: bool | None = None
    version: str | None = None

    @property
    def set(self) -> dict[str, Any]:
        """The conditions that are set, by name, as JSON."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in vars(self).items()
            if value is not None
        }

    @property
    def of_record(self) -> bool:
        """True where a condition is on the masked record, which a query then has to join."""
        return self.text is not None or self.version is not None

    def where(self) -> ColumnElement[bool]:
        """Return the condition for a query on ``Run`` with its ``RunRecord``."""
        conditions: list[ColumnElement[bool]] = [true(), *self._of_record()]
        if self.intent is not None:
            conditions.append(Run.intent == self.intent)
        if self.tool is not None:
            conditions.append(Run.tools.contains(f",{self.tool},", autoescape=True))
        if self.below is not None:
            conditions.append(Run.confidence < self.below)
        if self.score is not None:
            conditions.append(Run.score == self.score)
        if self.failed is not None:
            conditions.append(_FAULT if self.failed else ~_FAULT)
        if self.refused is not None:
            conditions.append(_REFUSAL if self.refused else ~_REFUSAL)
        if self.slower is not None:
            conditions.append(Run.ms > self.slower)
        if self.thread_id is not None:
            conditions.append(Run.thread_id == self.thread_id)
        if self.since is not None:
            conditions.append(Run.started_at >= self.since)
        if self.until is not None:
            conditions.append(Run.started_at < self.until)
        if self.channel is not None:
            conditions.append(Run.channel == self.channel)
        if self.error is not None:
            conditions.append(Run.error == self.error)
        if self.handed_over is not None:
            handed = select(Handover.run_id).where(Handover.run_id == Run.id).exists()
            conditions.append(handed if self.handed_over else ~handed)
        return reduce(and_, conditions)

    def _of_record(self) -> Iterator[ColumnElement[bool]]:
        if self.text is not None:
            said, told = (each.icontains(self.text, autoescape=True) for each in (RunRecord.message, RunRecord.answer))
            yield said | told
        if self.version is not None:
            yield cast(RunRecord.setup, String).contains(f'"{self.version}"', autoescape=True)
