"""The typed events of a turn as channels receive them; the last one holds the whole answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from langgraph.types import Interrupt, StateSnapshot
from pydantic import BaseModel, ConfigDict, Field

from core.languages import Language
from database.messages import TurnMessage
from database.thread_records import ThreadTurn
from graph.state import PendingView

INTERRUPT = "__interrupt__"
"""LangGraph's name of the channel with open questions; it has no public constant."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class CallView(_Out):
    """A tool call as clients see it; the field names are those that older clients know."""

    arac_adi: str
    parametreler: dict[str, Any]


class ToolResultView(_Out):
    """The answer of a tool: its result, or its error."""

    tool_name: str
    success: bool
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Option(_Out):
    """A ready answer to a pending question; ``value`` is what a client sends back as the message."""

    label: str
    value: str


class Pending(_Out):
    """A question that waits for the customer.

    Attributes:
        id: Names a confirmation; a button sends it back, so that an old button is told apart.
        facts: The facts of each change's preview, in the order of the calls, for pages of this process; clients read
            the text.
    """

    id: str | None = None
    kind: Literal["confirmation", "clarification", "step"]
    text: str
    options: list[Option] = Field(default_factory=list)
    calls: list[CallView] = Field(default_factory=list)
    facts: list[dict[str, Any]] = Field(default_factory=list, exclude=True)


class ChatResult(_Out):
    """The whole answer of one turn.

    Attributes:
        language: The language of the answer.
        asked: The facts that the message asked for; empty where it opened a subject as a whole.
    """

    response: str
    session_id: str
    run_id: str
    intent: str
    confidence: float
    tool_calls: list[CallView]
    tool_results: list[ToolResultView]
    pending: Pending | None
    model: str
    processing_time_ms: int
    language: Language = "tr"
    asked: list[str] = Field(default_factory=list)


class Token(_Out):
    """A piece of the answer."""

    type: Literal["token"] = "token"
    text: str


class Step(_Out):
    """A node or a tool call that started or ended."""

    type: Literal["step"] = "step"
    id: str
    name: str
    kind: Literal["node", "tool"]
    status: Literal["started", "finished", "failed"]
    input: Any = None
    output: Any = None
    ms: int | None = None


class PendingEvent(_Out):
    """A question that waits for the customer; its text was sent as tokens, too."""

    type: Literal["pending"] = "pending"
    pending: Pending


class Done(_Out):
    """The end of the turn."""

    type: Literal["done"] = "done"
    result: ChatResult


Event = Token | Step | PendingEvent | Done


class HandoverState(_Out):
    """Where a conversation stands that was handed over to a person.

    Attributes:
        status: It waits for somebody, or somebody has taken it.
        colleague: The name of that person.
        ahead: Customers who have been waiting longer.
        since: The time of the hand-over, or of its taking.
    """

    status: Literal["open", "taken"]
    colleague: str | None
    ahead: int
    since: datetime


class SessionDetail(_Out):
    """One conversation of the caller; ``handover`` is None where no person is waited for or at it."""

    session_id: str
    messages: list[TurnMessage]
    pending: Pending | None
    handover: HandoverState | None = None


class ThreadHistory(NamedTuple):
    """A conversation to be shown again.

    Attributes:
        turns: Its turns, oldest first.
        pending: The question that waits for the customer.
        busy: True while it is working on a message.
        between: What colleagues said and the notices about them, oldest first.
    """

    turns: Sequence[ThreadTurn]
    pending: Pending | None
    busy: bool
    between: Sequence[TurnMessage] = ()


def pending_of(snapshot: StateSnapshot) -> Pending | None:
    """Return the question that a thread waits with, or None where it waits for nothing."""
    return asked(snapshot.interrupts)


def asked(interrupts: Sequence[Interrupt]) -> Pending | None:
    """Return the first question of those that a graph has stopped with, or None."""
    for interrupt in interrupts:
        view: PendingView = interrupt.value
        return Pending.model_validate(view)
    return None
