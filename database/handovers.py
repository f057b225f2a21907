"""Conversations that wait for a person: who opened them and why, who took them, how they ended.

Says nothing about when to hand over (the graph's business) or who may look (the interface's).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.languages import Language
from database.enums import UNFINISHED_HANDOVER, HandoverReason, HandoverStatus
from database.session import Database
from database.tables import Handover, Thread
from database.threads import ThreadNotFound


class HandoverError(Exception):
    """A hand-over that cannot be used as was asked; nothing was changed.

    - ``HandoverNotFound``: there is none with this id
    - ``HandoverClosed``: it has ended already
    - ``HandoverTaken``: somebody else is at it
    """


class HandoverNotFound(HandoverError):
    """There is no hand-over with this id."""


class HandoverClosed(HandoverError):
    """The hand-over has ended already."""


class HandoverTaken(HandoverError):
    """Somebody else has taken the hand-over."""


@dataclass(frozen=True)
class Tried:
    """An operation that the agent ran before it handed over.

    Attributes:
        tool: Name of the operation.
        success: Whether it happened.
        error: The error's code where it did not.
    """

    tool: str
    success: bool
    error: str | None = None


@dataclass(frozen=True)
class HandoverRecord:
    """One hand-over, as it was when it was read.

    Attributes:
        id: A UUID.
        thread_id: The conversation.
        run_id: The turn that opened it.
        customer_id: Whose conversation it is.
        reason: Why the agent handed over.
        summary: Turkish, short: what the customer wants and what was tried; empty once the customer has deleted the
            conversation.
        tried: The operations that the agent ran, in their order.
        language: The language in which the customer writes.
        status: Waiting, taken by somebody, or ended.
        created_at: Since when the customer has been waiting.
        taken_by: Login of the person who took it.
        taken_at: When that was.
        closed_by: Login of the person who ended it.
        closed_at: When that was.
        note: What that person wrote about it.
    """

    id: str
    thread_id: str
    run_id: str | None
    customer_id: int
    reason: HandoverReason
    summary: str
    tried: tuple[Tried, ...]
    language: str
    status: HandoverStatus
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    note: str | None


class Handovers:
    """The hand-overs of all customers.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self,
        *,
        thread_id: str,
        run_id: str | None,
        customer_id: int,
        reason: HandoverReason,
        summary: str,
        tried: Sequence[Tried],
        language: Language,
        now: datetime,
    ) -> HandoverRecord:
        """Put a conversation up for a person, or return its hand-over that is not closed yet, unchanged.

        The one that is returned was opened by this call where its ``run_id`` is the caller's.

        Args:
            thread_id: The conversation.
            run_id: The turn that hands over.
            customer_id: Whose conversation it is.
            reason: Why.
            summary: Turkish, short: what the customer wants and what was tried.
            tried: The operations that were run.
            language: The language in which the customer writes.
            now: The present.

        Raises:
            ThreadNotFound: This customer has no such conversation.
        """
        mine = (Thread.id == thread_id) & (Thread.customer_id == customer_id) & Thread.deleted.is_(False)
        waiting = (Handover.thread_id == thread_id) & Handover.status.in_(UNFINISHED_HANDOVER)
        async with self._database.write_session() as session:
            # Holding the thread's row keeps a second opening waiting until this one can be seen.
            if await session.scalar(select(Thread.id).where(mine).with_for_update()) is None:
                raise ThreadNotFound(thread_id)
            row = await session.scalar(select(Handover).where(waiting))
            if row is None:
                row = Handover(
                    id=str(uuid4()), thread_id=thread_id, run_id=run_id, customer_id=customer_id, reason=reason,
                    summary=summary, tried=[asdict(one) for one in tried], language=language,
                    status=HandoverStatus.OPEN, created_at=now,
                )  # fmt: skip
                session.add(row)
            return await _stored(session, row)

    async def list(
        self, status: HandoverStatus | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[Sequence[HandoverRecord], int]:
        """A page of the hand-overs with this status (of all if None), and how many there are.

        The longest waiting comes first; closed ones follow, the last one closed first.
        """
        wanted = Handover.status == status if status is not None else true()
        order = (Handover.closed_at.is_not(None), Handover.closed_at.desc(), Handover.created_at, Handover.id)
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(Handover).where(wanted)) or 0
            rows = await session.scalars(select(Handover).where(wanted).order_by(*order).limit(limit).offset(offset))
            return [_record(row) for row in rows], total

    async def get(self, id: str) -> HandoverRecord:
        """One hand-over.

        Raises:
            HandoverNotFound: There is none with this id.
        """
        async with self._database.session() as session:
            return _record(await _row(session, id))

    async def take(self, id: str, by: str, now: datetime) -> HandoverRecord:
        """Note that somebody looks after it; taking it twice changes nothing.

        Args:
            id: The hand-over's id.
            by: Login of that person.
            now: The present.

        Raises:
            HandoverNotFound: There is none with this id.
            HandoverClosed: It has ended.
            HandoverTaken: Somebody else has it.
        """
        async with self._database.write_session() as session:
            row = await _row(session, id, change=True)
            if row.status is HandoverStatus.TAKEN and row.taken_by != by:
                raise HandoverTaken(id)
            if row.status is HandoverStatus.OPEN:
                row.status, row.taken_by, row.taken_at = HandoverStatus.TAKEN, by, now
            return await _stored(session, row)

    async def close(self, id: str, by: str, note: str | None, now: datetime) -> HandoverRecord:
        """End it, whoever has taken it; the thread can be handed over anew after that.

        Args:
            id: The hand-over's id.
            by: Login of the person who ends it.
            note: What came of it.
            now: The present.

        Raises:
            HandoverNotFound: There is none with this id.
            HandoverClosed: It has ended already.
        """
        async with self._database.write_session() as session:
            row = await _row(session, id, change=True)
            row.status, row.closed_by, row.closed_at, row.note = HandoverStatus.CLOSED, by, now, note
            return await _stored(session, row)

    async def customer_of(self, thread_id: str) -> int | None:
        """Whose a thread is that was ever handed over; None for every other thread."""
        async with self._database.session() as session:
            return await session.scalar(select(Handover.customer_id).where(Handover.thread_id == thread_id).limit(1))


async def _row(session: AsyncSession, id: str, *, change: bool = False) -> Handover:
    """The row with this id; for a change it is locked and must not be closed."""
    try:
        key = str(UUID(id))
    except ValueError as error:
        raise HandoverNotFound(id) from error
    row = await session.get(Handover, key, with_for_update=change)
    if row is None:
        raise HandoverNotFound(id)
    if change and row.status is HandoverStatus.CLOSED:
        raise HandoverClosed(id)
    return row


async def _stored(session: AsyncSession, row: Handover) -> HandoverRecord:
    """The row as every reader sees it, times in Istanbul's zone."""
    await session.flush()
    await session.refresh(row)
    return _record(row)


def _record(row: Handover) -> HandoverRecord:
    return HandoverRecord(
        id=row.id, thread_id=row.thread_id, run_id=row.run_id, customer_id=row.customer_id, reason=row.reason,
        summary=row.summary, tried=tuple(Tried(**one) for one in row.tried), language=row.language, status=row.status,
        created_at=row.created_at, taken_by=row.taken_by, taken_at=row.taken_at, closed_by=row.closed_by,
        closed_at=row.closed_at, note=row.note,
    )  # fmt: skip
