"""Conversations: their owners, their titles and their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from database.enums import MessageRole
from database.session import Database
from database.tables import Handover, ReplayRun, Run, RunRecord, RunSnapshot, Thread, ThreadMessage
from database.turn_keys import forget_keys_of

_TITLE_LENGTH = 80


LEFT = "Cancelled"
"""The error that is recorded for a turn whose client went away or stopped it."""


class ThreadNotFound(LookupError):
    """The thread does not exist or belongs to another customer; callers cannot tell the two apart."""


class SessionSummary(BaseModel):
    """A conversation in a list."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    title: str
    created_at: datetime
    updated_at: datetime


class LastTurn(NamedTuple):
    """The last turn of a conversation in which the customer, or the service by itself, said something.

    Attributes:
        run_id: Its run.
        answered_at: The time of its answer; None where it was interrupted, or is still going on.
        was_left: True where its client went away or stopped it.
    """

    run_id: str | None
    answered_at: datetime | None
    was_left: bool


class TurnMessage(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(frozen=True)

    role: Literal["user", "assistant"]
    text: str
    at: datetime
    run_id: str | None


class Threads:
    """The threads and messages of all customers.

    Args:
        database: The database.
        clock: Returns the present time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, thread_id: str, customer_id: int, title: str) -> None:
        """Create the thread for this customer unless it exists.

        Args:
            thread_id: An id that the client or the server has chosen.
            customer_id: The owner.
            title: The title of a new thread; only its first 80 characters are stored.

        Raises:
            ThreadNotFound: It exists and belongs to another customer, or was deleted.
        """
        now = self._clock()
        row = Thread(id=thread_id, customer_id=customer_id, title=title[:_TITLE_LENGTH], created_at=now, updated_at=now)
        async with self._database.session() as session:
            known = await session.get(Thread, thread_id)
        if known is not None:
            if known.customer_id != customer_id or known.deleted:
                raise ThreadNotFound(thread_id)
            return
        try:
            # In a transaction of its own: SQLite refuses to write at once what was begun as a read.
            async with self._database.write_session() as session:
                session.add(row)
        except IntegrityError:  # made by another request meanwhile
            await self.check_owner(thread_id, customer_id)

    async def check_owner(self, thread_id: str, customer_id: int) -> None:
        """Raise ``ThreadNotFound`` unless the thread exists and belongs to this customer."""
        async with self._database.session() as session:
            owner = await session.scalar(
                select(Thread.customer_id).where(Thread.id == thread_id, Thread.deleted.is_(False))
            )
        if owner is None or owner != customer_id:
            raise ThreadNotFound(thread_id)

    async def summaries(self, customer_id: int, *, limit: int, offset: int) -> tuple[Sequence[SessionSummary], int]:
        """Return a page of the customer's threads, newest first, and the number of all of them."""
        mine = (Thread.customer_id == customer_id) & Thread.deleted.is_(False)
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(Thread).where(mine)) or 0
            rows = await session.scalars(
                select(Thread).where(mine).order_by(Thread.updated_at.desc(), Thread.id).limit(limit).offset(offset)
            )
            found = [
                SessionSummary(session_id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at)
                for row in rows
            ]
        return found, total

    async def messages(self, thread_id: str, customer_id: int, *, limit: int, offset: int) -> Sequence[TurnMessage]:
        """Return a page of the messages of a thread, oldest first.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        async with self._database.session() as session:
            rows = await session.scalars(
                select(ThreadMessage)
                .where(ThreadMessage.thread_id == thread_id)
                .order_by(ThreadMessage.id)
                .limit(limit)
                .offset(offset)
            )
            return [
                TurnMessage.model_validate({"role": row.role, "text": row.text, "at": row.at, "run_id": row.run_id})
                for row in rows
            ]

    async def last_turn(self, thread_id: str) -> LastTurn | None:
        """Return the last turn of a thread; None before the first one."""
        query = (
            select(ThreadMessage, Run.error)
            .outerjoin(Run, Run.id == ThreadMessage.run_id)
            .where(ThreadMessage.thread_id == thread_id)
            .order_by(ThreadMessage.id.desc())
            .limit(1)
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).first()
        if found is None:
            return None
        last, error = found
        return LastTurn(last.run_id, last.at if last.role == MessageRole.ASSISTANT else None, error == LEFT)

    async def is_answered(self, run_id: str) -> bool:
        """Return True for a run whose answer was stored."""
        async with self._database.session() as session:
            return await session.scalar(select(Run.answer).where(Run.id == run_id)) is not None

    async def delete(self, thread_id: str, customer_id: int) -> None:
        """Delete the messages, recorded details and summaries of a thread.

        Its id is not used again; the audit of its writes stays.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        async with self._database.write_session() as session:
            await session.execute(delete(ThreadMessage).where(ThreadMessage.thread_id == thread_id))
            await forget_keys_of(session, thread_id)
            await session.execute(update(Thread).where(Thread.id == thread_id).values(deleted=True, title=""))
            mine = select(Run.id).where(Run.thread_id == thread_id)
            for table in (ReplayRun, RunSnapshot, RunRecord):
                await session.execute(delete(table).where(table.run_id.in_(mine)))
            emptied = {"message": None, "answer": None, "outcome": None, "comment": None}
            await session.execute(update(Run).where(Run.thread_id == thread_id).values(emptied))
            await session.execute(update(Handover).where(Handover.thread_id == thread_id).values(summary=""))
