"""Conversations of a colleague who is none any more: they wait for another one, and the customer is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import HandoverStatus, MessageRole
from database.tables import Handover, Thread, ThreadMessage

_TOLD = {
    "tr": "Sizinle ilgilenen temsilcimiz artık bu görüşmede değil. Görüşmeniz yeniden sırada; başka bir temsilcimiz "
    "yazdıklarınızı okuyup sizinle ilgilenecek, yeniden yazmanız gerekmez.",
    "en": "The colleague who was helping you is no longer in this conversation. You are in the queue again; another "
    "colleague will read what you have written and help you, so you need not write it again.",
}


def _taken_by(logins: Collection[str]) -> ColumnElement[bool]:
    return (Handover.status == HandoverStatus.TAKEN) & Handover.taken_by.in_(logins)


async def taken_by(session: AsyncSession, logins: Collection[str]) -> int:
    """Return how many conversations these colleagues have taken and not closed."""
    query = select(func.count()).select_from(Handover).where(_taken_by(logins))
    return await session.scalar(query) or 0


async def release(session: AsyncSession, logins: Collection[str], now: datetime) -> int:
    """Let the conversations wait again, at their old places, in the transaction that takes the colleagues away.

    Returns:
        How many there were.
    """
    query = select(Handover).where(_taken_by(logins)).with_for_update()
    rows = (await session.scalars(query)).all()
    for row in rows:
        row.status, row.taken_by, row.taken_at, row.colleague = HandoverStatus.OPEN, None, None, None
        thread = await session.get(Thread, row.thread_id)
        if thread is not None and not thread.deleted:
            thread.updated_at = now
            text = _TOLD.get(row.language, _TOLD["tr"])
            session.add(ThreadMessage(thread_id=row.thread_id, role=MessageRole.NOTICE, text=text, at=now))
    return len(rows)
