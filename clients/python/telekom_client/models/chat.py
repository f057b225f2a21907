"""The answers of the chat: turns, their events, and past conversations."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from telekom_client.models.base import Answer


class Health(Answer):
    """The state of the model; ``device`` is None where it runs in another process."""

    status: Literal["healthy", "unhealthy"]
    model_loaded: bool
    model_name: str
    device: str | None


class ToolCall(Answer):
    """An operation that was called; the field names are those that older clients know."""

    arac_adi: str
    parametreler: dict[str, Any]


class ToolResult(Answer):
    """The outcome of an operation: its result, or its error."""

    tool_name: str
    success: bool
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Option(Answer):
    """A ready answer to a pending question; ``value`` is what is sent back as the message."""

    label: str
    value: str


class Pending(Answer):
    """A question that waits for the customer: a confirmation, a missing detail, or a step to try.

    Attributes:
        id: Names a confirmation; given back as ``question_id``, the yes or no counts for this question only.
    """

    id: str | None = None
    kind: Literal["confirmation", "clarification", "step"]
    text: str
    options: list[Option] = Field(default_factory=list)
    calls: list[ToolCall] = Field(default_factory=list)


class Metadata(Answer):
    """The run behind an answer."""

    run_id: str
    intent: str
    tool_results: list[ToolResult]
    processing_time_ms: int
    model: str


class ChatAnswer(Answer):
    """The answer to one turn of a conversation.

    Attributes:
        response: The text for the customer.
        session_id: The conversation; give it with the next message.
        confidence: Probability that the customer was understood.
        tool_calls: The operations that ran in this turn.
        pending: The question that waits for the customer.
    """

    response: str
    user_id: int
    session_id: str
    confidence: float
    tool_calls: list[ToolCall]
    pending: Pending | None
    metadata: Metadata


class ChatMessage(Answer):
    """One message of a conversation.

    Attributes:
        id: Grows from message to message; ``follow_session`` goes on after it.
        role: user, assistant, colleague (a person of the staff), or notice (what became of a hand-over or a photo).
        author: The colleague's name.
    """

    id: int
    role: str
    text: str
    at: dt.datetime
    run_id: str | None
    author: str | None


class HandoverState(Answer):
    """Where a conversation stands that was handed over to a person.

    Attributes:
        status: open or taken.
        colleague: The name of the person who has taken it.
        ahead: Customers who have been waiting longer.
        since: The time of the hand-over, or of its taking.
    """

    status: str
    colleague: str | None
    ahead: int
    since: dt.datetime


class Conversation(Answer):
    """A conversation: its messages, oldest first, the question that waits, and where it stands with a person."""

    session_id: str
    messages: list[ChatMessage]
    pending: Pending | None
    handover: HandoverState | None


class SessionSummary(Answer):
    """A conversation in the list of conversations."""

    session_id: str
    title: str
    created_at: dt.datetime
    updated_at: dt.datetime


class SessionPage(Answer):
    """A page of the customer's conversations, newest first; ``total`` is over all pages."""

    sessions: list[SessionSummary]
    total: int
    limit: int
    offset: int


class Token(Answer):
    """A piece of the answer."""

    text: str


class Step(Answer):
    """A node or an operation that started or ended."""

    id: str
    name: str
    kind: Literal["node", "tool"]
    status: Literal["started", "finished", "failed"]
    input: Any = None
    output: Any = None
    ms: int | None = None


class Done(Answer):
    """The end of the turn."""

    answer: ChatAnswer


class HandoverChange(Answer):
    """Where a followed conversation stands with a person; None where nobody is waited for or at it."""

    handover: HandoverState | None


FollowEvent = ChatMessage | HandoverChange
"""An event of a conversation that is followed."""

ChatEvent = Token | Step | Pending | Done
"""An event of a stream; the last one is ``Done``."""
