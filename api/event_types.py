"""The events of the streams as the OpenAPI document describes them: a name, and what stands in its data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.chat_answer import ChatAnswer
from conversation.events import HandoverState, Pending
from database.messages import TurnMessage


class TokenData(BaseModel):
    """A piece of the answer's text; the pieces joined are the whole of it."""

    text: str


class StepData(BaseModel):
    """A node of the graph or an operation that began or ended."""

    id: str
    kind: Literal["node", "tool"]
    name: str
    status: Literal["started", "finished", "failed"]
    input: Any = None
    output: Any = None
    ms: int | None = None


class ErrorData(BaseModel):
    """What ended the turn; the codes are those of the answers with a status."""

    code: str
    detail: str = Field(description="Turkish, for the customer")
    details: dict[str, Any]


class EndData(BaseModel):
    """Why a stream without an end was ended."""

    reason: Literal["stopping"]


class TokenEvent(BaseModel):
    """Text of the answer, as it is written."""

    event: Literal["token"]
    data: TokenData


class StepEvent(BaseModel):
    """What is being done."""

    event: Literal["step"]
    data: StepData


class PendingQuestionEvent(BaseModel):
    """The question that waits for the customer."""

    event: Literal["pending"]
    data: Pending


class DoneEvent(BaseModel):
    """The whole answer; the last event of a turn."""

    event: Literal["done"]
    data: ChatAnswer


class ErrorEvent(BaseModel):
    """The turn has no answer; the last event then."""

    event: Literal["error"]
    data: ErrorData


class MessageEvent(BaseModel):
    """A message of the conversation, by whomever."""

    event: Literal["message"]
    data: TurnMessage


class HandoverEvent(BaseModel):
    """Where the conversation stands with a person; null where none is waited for or at it."""

    event: Literal["handover"]
    data: HandoverState | None


class EndEvent(BaseModel):
    """The server stops; follow on, another one answers."""

    event: Literal["end"]
    data: EndData


TurnEvent = TokenEvent | StepEvent | PendingQuestionEvent | DoneEvent | ErrorEvent
FollowedEvent = MessageEvent | HandoverEvent | ErrorEvent | EndEvent
