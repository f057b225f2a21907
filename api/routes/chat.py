"""Conversations over REST: one turn at once or as a stream of events, and the caller's own past conversations."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, aclosing, suppress
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import ServerSentEvent

from api.chat_answer import ChatAnswer
from api.envelope import refusals
from api.event_streams import TURN_PATIENCE_SECONDS, EventStream
from api.event_types import FollowedEvent, TurnEvent
from api.registry import service_of
from api.security import CurrentUser, check_user_id
from conversation.live import follow
from conversation.service import (
    Done,
    Event,
    HandoverState,
    PendingEvent,
    SessionDetail,
    Step,
    Token,
    User,
)
from core.channels import Channel
from database.enums import AccountRole
from database.handovers import Handovers
from database.messages import TurnMessage
from database.thread_records import SessionSummary
from database.threads import ThreadNotFound
from tools.writes import MAX_KEY_LENGTH

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])
_LOGIN = refusals(401, 403, 422)
_TURN = refusals(401, 403, 404, 409, 422, 503)

Limit = Annotated[int, Query(ge=1, le=200)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=MAX_KEY_LENGTH,
        description="names the request: repeating it gives the first answer again, and nothing is done twice",
    ),
]
_STOPPING = {
    "code": "SERVICE_STOPPING",
    "detail": "Hizmet şu anda yeniden başlatılıyor; lütfen mesajınızı birazdan yeniden gönderiniz.",
    "details": {},
}
Offset = Annotated[int, Query(ge=0, le=2**31 - 1)]


class Resume(BaseModel):
    """The answer to a pending confirmation, as a button gives it."""

    model_config = ConfigDict(extra="forbid")

    approve: bool
    question_id: str | None = Field(
        None, max_length=64, description="the question, as `pending.id` names it; by default the one that is asked now"
    )


class ChatBody(BaseModel):
    """One turn: a message, or the answer to a pending confirmation."""

    model_config = ConfigDict(extra="forbid")

    message: str | None = Field(None, description="what the customer writes; it also answers a pending question")
    session_id: str | None = Field(None, description="the conversation; clients may make the id, a new one by default")
    resume: Resume | None = Field(None, description="instead of a message, where a confirmation is pending")
    user_id: int | str | None = Field(None, description="kept for older clients; must be the caller's customer id")


class Health(BaseModel):
    """The state of the model: in memory now or not; asking loads nothing."""

    status: Literal["healthy", "unhealthy"]
    model_loaded: bool
    model_name: str
    device: str | None


class SessionPage(BaseModel):
    """A page of the caller's conversations, newest first."""

    sessions: list[SessionSummary]
    total: int
    limit: int
    offset: int


@router.post("", include_in_schema=False, name="send_chat_message_older")
@router.post("/", responses=_TURN)
async def send_chat_message(
    request: Request, body: ChatBody, user: CurrentUser, idempotency_key: IdempotencyKey = None
) -> ChatAnswer:
    """Take one turn of a conversation and return the whole answer."""
    turn = _turn_arguments(body, user, idempotency_key)
    return ChatAnswer.of(user, await service_of(request).conversations.run(user, **turn))


@router.post("/stream", response_class=EventStream, responses={200: {"model": TurnEvent}, **_TURN})
async def stream_chat_message(
    request: Request, body: ChatBody, user: CurrentUser, idempotency_key: IdempotencyKey = None
) -> EventStream:
    """Take one turn and send server-sent events: ``token``, ``step``, ``pending``, and ``done`` with the whole answer.

    A turn that cannot be taken is refused with a status before any event; a fault later is the event ``error``. So is
    a turn that outlasts a server that stops (``SERVICE_STOPPING``): repeat it under its key, another server takes it.
    """
    events = service_of(request).conversations.stream(user, **_turn_arguments(body, user, idempotency_key))
    first = await anext(events)
    last = ServerSentEvent(event="error", data=json.dumps(_STOPPING, ensure_ascii=False))
    return EventStream(_sse_events(user, first, events), last, TURN_PATIENCE_SECONDS)


@router.head("/health", include_in_schema=False, name="check_chat_health_headers")
@router.get("/health")
async def check_chat_health(request: Request) -> Health:
    """Report if the model is in memory, without loading it."""
    models = service_of(request).models
    return Health(
        status="healthy" if models.loaded else "unhealthy",
        model_loaded=models.loaded,
        model_name=models.name,
        device=models.device,
    )


@router.get("/sessions", responses=_LOGIN)
async def list_sessions(request: Request, user: CurrentUser, limit: Limit = 20, offset: Offset = 0) -> SessionPage:
    """List the caller's conversations, newest first."""
    sessions, total = await service_of(request).conversations.list(user, limit=limit, offset=offset)
    return SessionPage(sessions=list(sessions), total=total, limit=limit, offset=offset)


@router.get("/sessions/{session_id}", responses=_TURN)
async def get_session(
    request: Request, session_id: str, user: CurrentUser, limit: Limit = 200, offset: Offset = 0
) -> SessionDetail:
    """Return one conversation of the caller: its messages, oldest first, and its pending question.

    Staff may also read a conversation that was handed over.
    """
    service = service_of(request)
    reader = await _read_as(user, session_id, service.handovers)
    return await service.conversations.get(reader, session_id, limit=limit, offset=offset, catching_up=reader is user)


@router.get(
    "/sessions/{session_id}/events", response_class=EventStream, responses={200: {"model": FollowedEvent}, **_TURN}
)
async def follow_session(
    request: Request, session_id: str, user: CurrentUser, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> EventStream:
    """Follow one conversation of the caller as server-sent events, until the client goes away or its login ends.

    ``handover`` tells where it stands with a person, at first and at each change (``null``: no person is waited for or
    at it); ``message`` is each message whose id is higher than ``after``, by whomever. Staff may also follow a
    conversation that was handed over. ``end`` comes where the server stops: follow on, another server answers.
    """
    service = service_of(request)
    reader = await _read_as(user, session_id, service.handovers)
    await service.conversations.check_owner(reader, session_id)
    service.streams.check(user.account_id)
    live = follow(service.conversations, reader, session_id, after, service.accounts.is_current)
    events = _live_events(live, service.streams.hold(user.account_id))
    return EventStream(events, ServerSentEvent(event="end", data=json.dumps({"reason": "stopping"})), 0)


@router.delete("/sessions/{session_id}", status_code=204, responses=_TURN)
async def delete_session(request: Request, session_id: str, user: CurrentUser) -> None:
    """Delete one conversation of the caller."""
    await service_of(request).conversations.delete(user, session_id)


async def _read_as(user: User, session_id: str, handovers: Handovers) -> User:
    """Return the user a conversation is read as: its owner, where staff read one that was handed over."""
    owner = await handovers.customer_of(session_id) if user.role == AccountRole.STAFF else None
    return user if owner is None else replace(user, customer_id=owner)


def _turn_arguments(body: ChatBody, user: User, idempotency_key: str | None) -> dict[str, Any]:
    check_user_id(user, body.user_id)
    return {
        "session_id": body.session_id,
        "message": body.message,
        "resume": body.resume.approve if body.resume else None,
        "question_id": body.resume.question_id if body.resume else None,
        "idempotency_key": idempotency_key,
        "channel": Channel.REST,
    }


async def _sse_events(user: User, first: Event, events: AsyncIterator[Event]) -> AsyncGenerator[ServerSentEvent, None]:
    """Yield the events of a turn as server-sent events; closing it (the client went away) stops the turn."""
    async with aclosing(events):  # type: ignore[type-var]  # an async generator, typed by its narrower protocol
        yield _sse_event(user, first)
        async for event in events:
            yield _sse_event(user, event)


async def _live_events(
    found: AsyncIterator[TurnMessage | HandoverState | None], held: AbstractContextManager[None]
) -> AsyncGenerator[ServerSentEvent, None]:
    """Yield what happens in a conversation as server-sent events, until it is deleted."""
    with held, suppress(ThreadNotFound):
        async for each in found:
            name = "message" if isinstance(each, TurnMessage) else "handover"
            yield ServerSentEvent(event=name, data="null" if each is None else each.model_dump_json())


def _sse_event(user: User, event: Event) -> ServerSentEvent:
    data: BaseModel
    match event:
        case Token():
            return ServerSentEvent(event="token", data=_json(event, {"text"}))
        case Step():
            if event.kind == "node" and event.status == "failed":
                # A fault's own words are for the log.
                event = event.model_copy(update={"output": None})
            return ServerSentEvent(
                event="step", data=_json(event, {"id", "kind", "name", "status", "input", "output", "ms"})
            )
        case PendingEvent(pending=data):
            return ServerSentEvent(event="pending", data=data.model_dump_json())
        case Done(result=result):
            return ServerSentEvent(event="done", data=ChatAnswer.of(user, result).model_dump_json())


def _json(model: BaseModel, fields: set[str]) -> str:
    return model.model_dump_json(include=fields)
