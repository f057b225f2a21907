"""Hand-overs for staff: list, take and close them. Answers come in the envelope of the operations."""

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
from database.handovers import HandoverRecord

router = APIRouter(prefix=HANDOVERS_PREFIX, tags=["handovers"], responses=refusals(401, 403, 422, form=Failure))

Staff = Annotated[User, Depends(require_role(AccountRole.STAFF))]
"""A route's parameter of this type requires a login of the operator's staff."""


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
    note: str | None

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

    # PostgreSQL cannot store a NUL in a text.
    note: str | None = Field(None, max_length=2000, pattern=r"^[^\x00]*$", description="for colleagues")


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
    """Take a hand-over; a colleague can no longer take it, and taking it twice changes nothing."""
    service = service_of(request)
    record = await service.handovers.take(handover_id, user.login, service.clock())
    return Success(data=HandoverView.of(record, request))


@router.post("/{handover_id}/close", responses=refusals(404, 409, form=Failure))
async def close_handover(
    request: Request, handover_id: str, user: Staff, body: CloseBody | None = None
) -> Success[HandoverView]:
    """Close a hand-over, even one that a colleague has taken."""
    service = service_of(request)
    note = body.note if body else None
    record = await service.handovers.close(handover_id, user.login, note or None, service.clock())
    return Success(data=HandoverView.of(record, request))
