"""Photos that customers send with a fault: kept, placed at a ticket, found and deleted.

A photo waits in its conversation until there is a ticket that it can go to; which one that is, is decided in
``conversation.photos``. What the customer is told of it is stored in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import MessageRole
from database.messages import TurnMessage, turn_message
from database.session import Database
from database.tables import AuditEntry, CustomerRow, Photo, Run, Thread, ThreadMessage

MOST_PHOTOS = 20
"""Of a customer within a day."""
_DAY = timedelta(days=1)
_OPENS_TICKET = "create_fault_ticket"


class PhotoNotFound(LookupError):
    """There is no such photo, or it belongs to somebody else; callers cannot tell the two apart."""


class TooManyPhotos(RuntimeError):
    """The customer has sent as many photos as a day may have."""


class PhotoRecord(NamedTuple):
    """A photo without its content; attributes as of the table."""

    id: str
    customer_id: int
    thread_id: str | None
    message_id: int | None
    ticket_id: str | None
    created_at: datetime


_RECORD = (Photo.id, Photo.customer_id, Photo.thread_id, Photo.message_id, Photo.ticket_id, Photo.created_at)
_OF_THREAD = select(*_RECORD).where(Photo.thread_id == bindparam("thread")).order_by(Photo.created_at, Photo.id)


async def leave_conversation(session: AsyncSession, thread_id: str) -> None:
    """Delete the photos that wait in a conversation which is being deleted; those of a ticket stay with it."""
    of_thread = Photo.thread_id == thread_id
    await session.execute(delete(Photo).where(of_thread, Photo.ticket_id.is_(None)))
    await session.execute(update(Photo).where(of_thread).values(thread_id=None, message_id=None))


class Photos:
    """The photos of all customers.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, customer_id: int, content: bytes, now: datetime, *, thread_id: str | None = None,
        ticket_id: str | None = None,
    ) -> PhotoRecord:  # fmt: skip
        """Keep a photo of a conversation or a ticket; the same one sent again is kept once.

        Args:
            customer_id: From the verified login.
            content: A JPEG of our own (``core.photos``).
            now: The present time.
            thread_id: A conversation of the customer's.
            ticket_id: A ticket of the customer's.

        Raises:
            TooManyPhotos: The customer has sent as many as a day may have.
        """
        mine = Photo.customer_id == customer_id
        same = mine & (Photo.thread_id == thread_id) & (Photo.content == content)
        if thread_id is None:
            same = mine & (Photo.ticket_id == ticket_id) & (Photo.content == content)
        async with self._database.write_session() as session:
            # One customer's photos one after another, so that none is counted or kept twice.
            await session.scalar(select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update())
            known = (await session.execute(select(*_RECORD).where(same).limit(1))).first()
            if known is not None:
                return PhotoRecord(*known)
            today = select(func.count()).select_from(Photo).where(mine, Photo.created_at > now - _DAY)
            if (await session.scalar(today) or 0) >= MOST_PHOTOS:
                raise TooManyPhotos
            row = Photo(
                id=str(uuid4()), customer_id=customer_id, thread_id=thread_id, ticket_id=ticket_id, content=content,
                created_at=now,
            )  # fmt: skip
            session.add(row)
            return PhotoRecord(row.id, customer_id, thread_id, None, ticket_id, now)

    async def of_customer(self, customer_id: int, *, ticket_id: str | None = None) -> Sequence[PhotoRecord]:
        """Return a customer's photos, oldest first: all, or those of one ticket."""
        mine = Photo.customer_id == customer_id
        return await self._found(mine if ticket_id is None else mine & (Photo.ticket_id == ticket_id))

    async def of_thread(self, thread_id: str) -> Sequence[PhotoRecord]:
        """Return the photos of a conversation, oldest first; its caller sees to it that they may be known."""
        return [PhotoRecord(*row) for row in await self._database.rows(_OF_THREAD, thread=thread_id)]

    async def get(self, photo_id: str) -> tuple[PhotoRecord, bytes]:
        """Return a photo with its content; its caller sees to it that it may be known.

        Raises:
            PhotoNotFound: There is no such photo.
        """
        async with self._database.session() as session:
            found = (await session.execute(select(*_RECORD, Photo.content).where(Photo.id == photo_id))).first()
        if found is None:
            raise PhotoNotFound(photo_id)
        return PhotoRecord(*found[:-1]), found[-1]

    async def delete(self, customer_id: int, photo_id: str) -> None:
        """Delete a photo of a customer.

        Raises:
            PhotoNotFound: The customer has no such photo.
        """
        mine = (Photo.customer_id == customer_id) & (Photo.id == photo_id)
        async with self._database.write_session() as session:
            gone = await session.execute(delete(Photo).where(mine))
        if not gone.rowcount:  # type: ignore[attr-defined]
            raise PhotoNotFound(photo_id)

    async def ticket_opened_in(self, thread_id: str, since: datetime) -> str | None:
        """Return the ticket that was opened, or got a note, in a conversation last, if that was after a time."""
        query = (
            select(AuditEntry.after)
            .join(Run, Run.id == AuditEntry.run_id)
            .where(Run.thread_id == thread_id, AuditEntry.operation == _OPENS_TICKET, AuditEntry.at >= since)
            .order_by(AuditEntry.at.desc())
            .limit(1)
        )
        async with self._database.session() as session:
            after: Mapping[str, Any] | None = await session.scalar(query)
        return None if after is None else str(after["ticket_id"])

    async def place(
        self, thread_id: str, ticket_id: str | None, now: datetime, words: tuple[str, str]
    ) -> TurnMessage | None:
        """Give the photos that wait in a conversation to a ticket, and tell the customer; None where nothing is new.

        Args:
            thread_id: The conversation.
            ticket_id: The ticket; None where they wait on, which is told of those that were not told of yet.
            now: The present time.
            words: What the customer is told, of one photo and of several.
        """
        new = (Photo.thread_id == thread_id) & Photo.ticket_id.is_(None)
        if ticket_id is None:
            new &= Photo.message_id.is_(None)
        async with self._database.write_session() as session:
            thread = await session.get(Thread, thread_id, with_for_update=True)
            ids = list(await session.scalars(select(Photo.id).where(new)))
            if thread is None or thread.deleted or not ids:
                return None
            told = ThreadMessage(thread_id=thread_id, role=MessageRole.NOTICE, text=words[len(ids) > 1], at=now)
            thread.updated_at = now
            session.add(told)
            await session.flush()
            of_these = update(Photo).where(Photo.id.in_(ids))
            await session.execute(of_these.where(Photo.message_id.is_(None)).values(message_id=told.id))
            await session.execute(of_these.values(ticket_id=ticket_id))
            await session.refresh(told)
            return turn_message(told)

    async def _found(self, which: ColumnElement[bool]) -> Sequence[PhotoRecord]:
        query = select(*_RECORD).where(which).order_by(Photo.created_at, Photo.id)
        async with self._database.session() as session:
            return [PhotoRecord(*row) for row in await session.execute(query)]
