"""Hand-overs for staff: list, take, write in and close them. Answers come in the envelope of the operations."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.envelope import Failure, Success, refusals
from api.errors import HANDOVERS_PREFIX
from api.registry import service_of
from api.routes.chat import Limit, Offset
from api.security import require_role
from conversation.service import User
from database.enums import AccountRole, HandoverReason, HandoverStatus
from database.handover_records import HandoverRecord
from database.messages import TurnMessage

router = APIRouter(prefix=HANDOVERS_PREFIX, tags=["handovers"], responses=refusals(401, 403, 422, form=Failure))

Staff = Annotated[User, Depends(require_role(AccountRole.STAFF))]
"""A route's parameter of this type requires a login of the operator's staff."""


_TEXT = r"^[^\x00]*$"
"""PostgreSQL cannot store a NUL in a text."""


class TriedOperation(BaseModel):
    """An operation that the agent ran before it handed over."""

    tool: str
    success: bool
    error: str | None = Field(description="the error's code where it did not happen")


class HandoverView(BaseModel):
    """A conversation that waits, or waited, for a person."""

    id: str
    thread_id: str
    thread_url: str = Field(description="the conversation's messages; staff may read them")
    run_id: str | None = Field(description="the turn that handed over")
    customer_id: int
    reason: HandoverReason
    summary: str = Field(description="Turkish; empty once the customer has deleted the conversation")
    tried: list[TriedOperation]
    language: str
    status: HandoverStatus
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    note: str | None = Field(description="the customer has read it")
    colleague: str | None = Field(description="the name under which the customer knows who took it")
    handed_back: bool = Field(description="the assistant was to go on")

    @classmethod
    def of(cls, record: HandoverRecord, request: Request) -> HandoverView:
        """Make it from a record, with the link to its conversation."""
        link = request.app.url_path_for("get_session", session_id=record.thread_id)
        return cls.model_validate({**asdict(record), "thread_url": str(link)})


class HandoverPage(BaseModel):
    """A page of hand-overs: the longest waiting first, closed ones after them."""

    handovers: list[HandoverView]
    total: int
    limit: int
    offset: int


class CloseBody(BaseModel):
    """The outcome of a hand-over, as staff note it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    note: str | None = Field(None, max_length=2000, pattern=_TEXT, description="the customer reads it")


class MessageBody(BaseModel):
    """What a person of the staff says to the customer."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=2000, pattern=_TEXT)


@router.get("")
async def list_handovers(
    request: Request,
    _: Staff,
    status: Annotated[HandoverStatus | None, Query(description="all where it is left out")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Success[HandoverPage]:
    """List the hand-overs: the longest waiting first, closed ones after them."""
    records, total = await service_of(request).handovers.list(status, limit=limit, offset=offset)
    views = [HandoverView.of(record, request) for record in records]
    return Success(data=HandoverPage(handovers=views, total=total, limit=limit, offset=offset))


@router.get("/{handover_id}", responses=refusals(404, form=Failure))
async def get_handover(request: Request, handover_id: str, _: Staff) -> Success[HandoverView]:
    """Return one hand-over."""
    return Success(data=HandoverView.of(await service_of(request).handovers.get(handover_id), request))


@router.post("/{handover_id}/take", responses=refusals(404, 409, form=Failure))
async def take_handover(request: Request, handover_id: str, user: Staff) -> Success[HandoverView]:
    """Take a hand-over; a colleague can no longer take it, and taking it twice changes nothing.

    The customer is told, and the assistant passes on what the customer writes instead of answering.
    """
    record = await service_of(request).colleagues.take(user, handover_id)
    return Success(data=HandoverView.of(record, request))


@router.post("/{handover_id}/messages", status_code=201, responses=refusals(404, 409, form=Failure))
async def write_to_customer(request: Request, handover_id: str, user: Staff, body: MessageBody) -> Success[TurnMessage]:
    """Write to the customer of a hand-over that the caller has taken."""
    return Success(data=await service_of(request).colleagues.write(user, handover_id, body.text))


@router.post("/{handover_id}/hand-back", responses=refusals(404, 409, form=Failure))
async def hand_back_handover(
    request: Request, handover_id: str, user: Staff, body: CloseBody | None = None
) -> Success[HandoverView]:
    """Give a conversation that the caller has taken back to the assistant; the hand-over is closed."""
    record = await service_of(request).colleagues.hand_back(user, handover_id, (body.note if body else None) or None)
    return Success(data=HandoverView.of(record, request))


@router.post("/{handover_id}/close", responses=refusals(404, 409, form=Failure))
async def close_handover(
    request: Request, handover_id: str, user: Staff, body: CloseBody | None = None
) -> Success[HandoverView]:
    """Close a hand-over, even one that a colleague has taken; the customer is told, and reads the note."""
    record = await service_of(request).colleagues.close(user, handover_id, (body.note if body else None) or None)
    return Success(data=HandoverView.of(record, request))
