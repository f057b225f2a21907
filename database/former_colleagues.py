"""The fate of rows of others that name an erased person: a colleague who spoke there, an admin who did it.

The author of a change stays known by the number of the account, which names nobody by itself. A colleague's words stay
with the customers to whom they were said, without the name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from database.base import Base
from database.enums import AccountRole, MessageRole
from database.released import release
from database.tables import Account, AccountChange, CustomerRow, Handover, ThreadMessage

LOGINS = (
    ("account_changes", "by"), ("handovers", "taken_by"), ("handovers", "closed_by"), ("replay_runs", "by"),
    ("text_versions", "by"), ("text_labels", "by"), ("replay_sets", "by"), ("replay_experiments", "by"),
    ("text_rollouts", "by"), ("text_rollouts", "ended_by"),
)  # fmt: skip
"""Columns of other people's rows that hold the login of one of the operator's own people."""

_UNNAMED = {
    "tr": "(Bu bildirimde adı geçen temsilcimiz artık bizimle çalışmıyor.)",
    "en": "(The colleague whom this notice named no longer works with us.)",
}
"""In the place of a notice with an erased colleague's name."""


async def forget_logins(session: AsyncSession, customer_id: int, now: datetime) -> None:
    """Take a person's logins and name as a colleague out of the rows of others; conversations taken are let go."""
    accounts = await _accounts(session, customer_id)
    name = await session.scalar(select(CustomerRow.name).where(CustomerRow.id == customer_id)) or ""
    staff = (Account.customer_id == customer_id) & (Account.role != AccountRole.CUSTOMER)
    if await session.scalar(select(Account.id).where(staff).limit(1)) is not None:
        await _forget_name(session, accounts, name)
    await release(session, accounts, now)
    for table_name, column in LOGINS:
        table = Base.metadata.tables[table_name]
        for login, account_id in accounts.items():
            change = update(table).where(table.c[column] == login).values({column: f"account {account_id}"})
            await session.execute(change)


async def said_as_colleague(session: AsyncSession, customer_id: int) -> Sequence[dict[str, Any]]:
    """Return what a person said to customers as a colleague: when, in which conversation, and the text."""
    logins = list(await _accounts(session, customer_id))
    name = await session.scalar(select(CustomerRow.name).where(CustomerRow.id == customer_id))
    taken = select(Handover.thread_id).where(Handover.taken_by.in_(logins))
    mine = (ThreadMessage.role == MessageRole.COLLEAGUE) & (ThreadMessage.author == name)
    columns = (ThreadMessage.at, ThreadMessage.thread_id, ThreadMessage.text)
    said = select(*columns).where(mine, ThreadMessage.thread_id.in_(taken)).order_by(ThreadMessage.id)
    return [dict(row) for row in (await session.execute(said)).mappings()]


async def _accounts(session: AsyncSession, customer_id: int) -> dict[str, int]:
    """Return the accounts that a person has or had, by login."""
    had = select(AccountChange.login, AccountChange.account_id).where(
        AccountChange.customer_id == customer_id, AccountChange.login != ""
    )
    has = select(Account.login, Account.id).where(Account.customer_id == customer_id)
    return {login: id for query in (had, has) for login, id in await session.execute(query)}


async def _forget_name(session: AsyncSession, logins: Collection[str], name: str) -> None:
    """Take a colleague's name out of the conversations; a hand-over that was let go names the login no more."""
    theirs = Handover.taken_by.in_(logins) | (Handover.colleague == name)
    await session.execute(update(Handover).where(theirs).values(colleague=None))
    told = select(ThreadMessage, Handover.language).join(Handover, Handover.thread_id == ThreadMessage.thread_id)
    notice = (ThreadMessage.role == MessageRole.NOTICE) & ThreadMessage.text.contains(name, autoescape=True)
    for message, language in await session.execute(told.where(notice)):
        message.text = _UNNAMED.get(language, _UNNAMED["tr"])
    handed_over = ThreadMessage.thread_id.in_(select(Handover.thread_id))
    await session.execute(update(ThreadMessage).where(handed_over, ThreadMessage.author == name).values(author=None))
