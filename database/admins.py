"""Keeps the rule that somebody can always manage accounts, for every way in which an account goes away."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import AccountRole
from database.tables import Account

ADMIN = (Account.role == AccountRole.ADMIN) & Account.disabled_at.is_(None)
"""Accounts that manage accounts, once their persons have chosen a password."""


async def leaves_nobody(session: AsyncSession, going: ColumnElement[bool]) -> bool:
    """Return True if nobody could manage accounts without those that go.

    An admin who has never chosen a password cannot log in, and counts only while there is no other one.

    Args:
        session: The transaction that takes the accounts away; the admins are locked in it.
        going: Which accounts go.
    """
    # All admins, in one order: of two who take each other away one waits, and is the last one then.
    admins = (await session.scalars(select(Account).where(ADMIN).order_by(Account.id).with_for_update())).all()
    gone = set(await session.scalars(select(Account.id).where(ADMIN, going)))
    if not gone:
        return False
    able = {admin.id for admin in admins if admin.password_hash}
    return not (able or {admin.id for admin in admins}) - gone
