"""Conversations that were handed over to a person: open, list, take, speak in and close a hand-over.

The graph decides when to hand over, the interfaces decide who may read the hand-overs. What the customer is told of
them is stored among the messages of the conversation, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.languages import Language
from database.enums import UNFINISHED_HANDOVER, HandoverReason, HandoverStatus, MessageRole
from database.handover_records import (
    HandoverClosed,
    HandoverNotFound,
    HandoverNotTaken,
    HandoverRecord,
    HandoverTaken,
    Tried,
)
from database.messages import TurnMessage, turn_message
from database.session import Database
from database.tables import Handover, Thread, ThreadMessage
from database.threads import ThreadNotFound

_UNFINISHED = select(*Handover.__table__.columns).where(
    Handover.thread_id == bindparam("thread"), Handover.status.in_(UNFINISHED_HANDOVER)
)


class Handovers:
    """The hand-overs of all customers.

    Args:
        database: The database.
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
        """Hand a conversation over to a person, or return its unfinished hand-over unchanged.

        The returned hand-over was opened by this call if its ``run_id`` equals the argument.

        Args:
            thread_id: The conversation.
            run_id: The turn that hands over.
            customer_id: The owner of the conversation.
            reason: The reason for the hand-over.
            summary: Turkish, short: what the customer wants and what was tried.
            tried: The operations that the agent ran, in order.
            language: The language in which the customer writes.
            now: The present time.

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
        """Return a page of the hand-overs with this status (None: of all), and the number of all of them.

        Unfinished ones come first, the longest waiting at the top; closed ones follow, the latest closed first.
        """
        wanted = Handover.status == status if status is not None else true()
        order = (Handover.closed_at.is_not(None), Handover.closed_at.desc(), Handover.created_at, Handover.id)
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(Handover).where(wanted)) or 0
            rows = await session.scalars(select(Handover).where(wanted).order_by(*order).limit(limit).offset(offset))
            return [_record(row) for row in rows], total

    async def get(self, id: str) -> HandoverRecord:
        """Return one hand-over.

        Raises:
            HandoverNotFound: No hand-over has this id.
        """
        async with self._database.session() as session:
            return _record(await _row(session, id))

    async def unfinished(self, thread_id: str) -> HandoverRecord | None:
        """Return the hand-over of a thread that is waiting or taken; None where there is none."""
        return next(map(_record, await self._database.rows(_UNFINISHED, thread=thread_id)), None)

    async def ahead_of(self, record: HandoverRecord) -> int:
        """Return how many hand-overs have been waiting longer than this one; 0 once it is taken."""
        if record.status is not HandoverStatus.OPEN:
            return 0
        earlier = (Handover.created_at < record.created_at) | (
            (Handover.created_at == record.created_at) & (Handover.id < record.id)
        )
        waiting = select(func.count()).select_from(Handover).where(Handover.status == HandoverStatus.OPEN, earlier)
        async with self._database.session() as session:
            return await session.scalar(waiting) or 0

    async def take(self, id: str, by: str, now: datetime, *, colleague: str = "", told: str = "") -> HandoverRecord:
        """Assign a hand-over to a person; if the same person takes it twice, nothing changes.

        Args:
            id: The hand-over's id.
            by: Login of that person.
            now: The present time.
            colleague: The name under which the customer knows the person.
            told: What the customer is told of it in the conversation; nothing by default.

        Raises:
            HandoverNotFound: No hand-over has this id.
            HandoverClosed: It is closed.
            HandoverTaken: Another person has taken it.
        """
        async with self._database.write_session() as session:
            row = await _row(session, id, change=True)
            if row.status is HandoverStatus.TAKEN and row.taken_by != by:
                raise HandoverTaken(id)
            if row.status is HandoverStatus.OPEN:
                row.status, row.taken_by, row.taken_at = HandoverStatus.TAKEN, by, now
                row.colleague = colleague or None
                await _tell(session, row, told, now)
            return await _stored(session, row)

    async def write(self, id: str, by: str, text: str, now: datetime) -> TurnMessage:
        """Add what the person who took a hand-over says to its conversation.

        Args:
            id: The hand-over's id.
            by: Login of that person.
            text: What is said.
            now: The present time.

        Raises:
            HandoverNotFound: No hand-over has this id.
            HandoverClosed: It is closed.
            HandoverNotTaken: Nobody has taken it.
            HandoverTaken: Another person has taken it.
            ThreadNotFound: The customer has deleted the conversation.
        """
        async with self._database.write_session() as session:
            row = await _own_row(session, id, by)
            said = await _say(session, row, MessageRole.COLLEAGUE, text, now)
            if said is None:
                raise ThreadNotFound(row.thread_id)
            await session.flush()
            await session.refresh(said)
            return turn_message(said)

    async def close(self, id: str, by: str, note: str | None, now: datetime, *, told: str = "") -> HandoverRecord:
        """Close a hand-over, also one that another person has taken; the thread can then be handed over again.

        Args:
            id: The hand-over's id.
            by: Login of the person who closes it.
            note: The outcome.
            now: The present time.
            told: What the customer is told of it in the conversation; nothing by default.

        Raises:
            HandoverNotFound: No hand-over has this id.
            HandoverClosed: It is closed already.
        """
        async with self._database.write_session() as session:
            row = await _row(session, id, change=True)
            return await _closed(session, row, by, note, now, told)

    async def hand_back(self, id: str, by: str, note: str | None, now: datetime, *, told: str = "") -> HandoverRecord:
        """Give a conversation back to the assistant, by the person who took it: the hand-over is closed.

        Arguments as of ``close``.

        Raises:
            HandoverNotFound: No hand-over has this id.
            HandoverClosed: It is closed already.
            HandoverNotTaken: Nobody has taken it.
            HandoverTaken: Another person has taken it.
        """
        async with self._database.write_session() as session:
            row = await _own_row(session, id, by)
            row.handed_back = True
            return await _closed(session, row, by, note, now, told)

    async def customer_of(self, thread_id: str) -> int | None:
        """Return the owner of a thread that was ever handed over; None for any other thread."""
        async with self._database.session() as session:
            return await session.scalar(select(Handover.customer_id).where(Handover.thread_id == thread_id).limit(1))


async def _row(session: AsyncSession, id: str, *, change: bool = False) -> Handover:
    """Return the row with this id; ``change`` locks it and refuses a closed one."""
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


async def _own_row(session: AsyncSession, id: str, by: str) -> Handover:
    """Return the row with this id, locked, for the person who took it."""
    row = await _row(session, id, change=True)
    if row.status is HandoverStatus.OPEN:
        raise HandoverNotTaken(id)
    if row.taken_by != by:
        raise HandoverTaken(id)
    return row


async def _closed(
    session: AsyncSession, row: Handover, by: str, note: str | None, now: datetime, told: str
) -> HandoverRecord:
    row.status, row.closed_by, row.closed_at, row.note = HandoverStatus.CLOSED, by, now, note
    await _tell(session, row, told, now)
    return await _stored(session, row)


async def _tell(session: AsyncSession, row: Handover, text: str, now: datetime) -> None:
    """Tell the customer what became of a hand-over, unless the conversation is deleted."""
    if text:
        await _say(session, row, MessageRole.NOTICE, text, now)


async def _say(
    session: AsyncSession, row: Handover, role: MessageRole, text: str, now: datetime
) -> ThreadMessage | None:
    """Add a message to a hand-over's conversation; None where that is deleted."""
    thread = await session.get(Thread, row.thread_id)
    if thread is None or thread.deleted:
        return None
    thread.updated_at = now
    said = ThreadMessage(thread_id=row.thread_id, role=role, author=row.colleague, text=text, at=now)
    session.add(said)
    return said


async def _stored(session: AsyncSession, row: Handover) -> HandoverRecord:
    """Write the row and return it as it is read from the database, with times in Istanbul's zone."""
    await session.flush()
    await session.refresh(row)
    return _record(row)


def _record(row: Handover | Row[Any]) -> HandoverRecord:
    return HandoverRecord(
        id=row.id, thread_id=row.thread_id, run_id=row.run_id, customer_id=row.customer_id, reason=row.reason,
        summary=row.summary, tried=tuple(Tried(**one) for one in row.tried), language=row.language, status=row.status,
        created_at=row.created_at, taken_by=row.taken_by, taken_at=row.taken_at, closed_by=row.closed_by,
        closed_at=row.closed_at, note=row.note, colleague=row.colleague, handed_back=row.handed_back,
    )  # fmt: skip
