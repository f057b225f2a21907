"""A customer's photos of a fault: sent to a conversation or a ticket, listed, shown and deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from api.envelope import refusals
from api.errors import PHOTOS_PREFIX
from api.registry import service_of
from api.security import CurrentUser
from conversation.requests import SESSION_ID
from conversation.service import InvalidRequest
from core.photos import MEDIA_TYPE
from database.photos import PhotoRecord

router = APIRouter(prefix=PHOTOS_PREFIX, tags=["photos"], responses=refusals(401, 403, 422))
pages = APIRouter(include_in_schema=False)

TicketId = Annotated[str | None, Query(min_length=1, max_length=32)]


class PhotoView(BaseModel):
    """A photo that was sent with a fault."""

    photo_id: str
    session_id: str | None = Field(description="the conversation that it came in")
    ticket_id: str | None = Field(description="its ticket; null while it waits for one to be opened")
    url: str = Field(description="the picture, for its owner and for staff who have the conversation")
    created_at: datetime

    @classmethod
    def of(cls, record: PhotoRecord) -> PhotoView:
        """Make it from a record."""
        return cls(
            photo_id=record.id, session_id=record.thread_id, ticket_id=record.ticket_id, url=f"/photos/{record.id}",
            created_at=record.created_at,
        )  # fmt: skip


class PhotoList(BaseModel):
    """Photos, oldest first."""

    photos: list[PhotoView]


@router.post("", status_code=201, responses=refusals(404, 409, 413, 415, 503))
async def add_photo(
    request: Request,
    user: CurrentUser,
    photo: UploadFile,
    session_id: Annotated[str | None, Query(pattern=SESSION_ID)] = None,
    ticket_id: TicketId = None,
) -> PhotoView:
    """Send a photo (JPEG, PNG or WebP, at most 10 MB) to an open ticket, or to a conversation.

    In a conversation it goes to the ticket that is open, or waits for the one that is opened there; it opens none by
    itself. The same photo sent again is kept once. What the file holds beside the picture is not kept.
    """
    if (session_id is None) == (ticket_id is None):
        raise InvalidRequest("give either session_id or ticket_id")
    photos, content = service_of(request).photos, await photo.read()
    if ticket_id is not None:
        return PhotoView.of(await photos.add_to_ticket(user, ticket_id, content))
    kept = await photos.keep(user, str(session_id), content)
    await photos.place(user, str(session_id))
    return PhotoView.of(next(each for each in await photos.list(user) if each.id == kept.id))


@router.get("")
async def list_photos(request: Request, user: CurrentUser, ticket_id: TicketId = None) -> PhotoList:
    """List the caller's photos, oldest first: all, or those of one ticket."""
    found = await service_of(request).photos.list(user, ticket_id)
    return PhotoList(photos=[PhotoView.of(each) for each in found])


@router.delete("/{photo_id}", status_code=204, responses=refusals(404))
async def delete_photo(request: Request, photo_id: str, user: CurrentUser) -> None:
    """Delete one photo of the caller, also from its ticket."""
    await service_of(request).photos.delete(user, photo_id)


@pages.get("/photos/{photo_id}")
async def show_photo(request: Request, photo_id: str, user: CurrentUser) -> Response:
    """Return a photo of the caller as a JPEG; staff may see those of a conversation that was handed over."""
    content = await service_of(request).photos.read(user, photo_id)
    return Response(content, media_type=MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})
