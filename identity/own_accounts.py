"""Changes of one's own account: a forgotten password, another one, an end to every login.

An account's tokens have a version; a new one ends all tokens and links that were given out before, on every replica,
with the next request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.rate_limits import RateLimits
from core.settings import Settings
from database.enums import AccountRole
from database.rate_counters import DatabaseCounters
from database.session import Database
from database.tables import Account, AccountChange
from identity.accounts import MAILS, limits_of, normal_login
from identity.changes import account_change, end_logins
from identity.login_guard import HERE
from identity.password_rules import check_password
from identity.passwords import Passwords
from identity.tokens import PasswordLinks
from identity.user import User

_LINK_LIFE = timedelta(hours=1)
_LINKS = 3
"""Links by mail that an account gets within ``_LINK_LIFE``: whoever knows an address cannot fill its mailbox."""


class WrongPassword(Exception):
    """The present password was not the account's; nothing was changed."""


class MailedLink(NamedTuple):
    """The address of a link for a new password, and its token."""

    login: str
    token: str


class OwnAccounts:
    """Accounts, for the people themselves.

    Args:
        database: The database of accounts.
        passwords: Makes and checks the stored forms of passwords.
        clock: Returns the present time.
        settings: The secret that signs the links for a new password, and how often they may be asked for.
        limits: Counts what is asked for; by default in the database, exactly for all processes.
    """

    def __init__(
        self, database: Database, passwords: Passwords, clock: Clock, settings: Settings,
        limits: RateLimits | None = None,
    ) -> None:  # fmt: skip
        self._limits = limits or limits_of(settings, DatabaseCounters(database, clock), clock)
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._links = PasswordLinks(settings.secret_key)

    async def ask_for_link(self, address: str) -> None:
        """Count that somebody asks for a link from a network address.

        Raises:
            LimitReached: There were too many.
        """
        await self._limits.take(MAILS, address)

    async def link_for(self, login: str) -> MailedLink | None:
        """Return a link for whoever forgot the password of a login; it works once and for an hour.

        None if there is no such account, it is disabled, or it was sent enough links: the visitor is told the same.
        """
        login, now = normal_login(login), self._clock()
        async with self._database.write_session() as session:
            mine = select(Account).where(Account.login == login, Account.disabled_at.is_(None)).with_for_update()
            account = await session.scalar(mine)
            if account is None or await _links_since(session, account.id, now - _LINK_LIFE) >= _LINKS:
                return None
            account.link_version += 1  # only the newest link is good
            session.add(account_change(account, "link", by="mail", at=now))
            return MailedLink(login, self._links.issue(account.id, account.link_version, _LINK_LIFE))

    async def change_password(self, user: User, present: str, chosen: str) -> User:
        """Give the caller's account another password, and return the login that goes on; all others have ended.

        Raises:
            WrongPassword: The present password is another one, or the login has ended meanwhile.
            UnfitPassword: The chosen one is too short or too long.
            LimitReached: The present password was wrong too often.
        """
        check_password(AccountRole(user.role), chosen, user.login)
        await self._limits.take(HERE, user.login, "present")  # whoever finds a browser logged in may not guess either
        async with self._database.session() as session:
            stored = await session.scalar(select(Account.password_hash).where(Account.id == user.account_id))
        if not await asyncio.to_thread(self._passwords.verify, present, stored):
            raise WrongPassword
        await self._limits.clear(HERE, user.login, "present")
        replacement = await asyncio.to_thread(self._passwords.hash, chosen)
        async with self._own(user) as (session, account):
            if account is None or account.password_hash != stored:  # changed meanwhile
                raise WrongPassword
            account.password_hash = replacement
            end_logins(account)
            session.add(account_change(account, "password", by=account.login, at=self._clock()))
            return replace(user, token_version=account.token_version)

    async def end_logins(self, user: User) -> None:
        """End every login of the caller's account: tokens, cookies, open pages, and links for a new password."""
        async with self._own(user) as (session, account):
            if account is not None:
                end_logins(account)
                session.add(account_change(account, "logged_out", by=account.login, at=self._clock()))

    @asynccontextmanager
    async def _own(self, user: User) -> AsyncIterator[tuple[AsyncSession, Account | None]]:
        """Open a transaction with the caller's account; None if the login has ended meanwhile."""
        holds = (Account.id == user.account_id) & (Account.token_version == user.token_version)
        async with self._database.write_session() as session:
            query = select(Account).where(holds, Account.disabled_at.is_(None)).with_for_update()
            yield session, await session.scalar(query)


async def _links_since(session: AsyncSession, account_id: int, since: datetime) -> int:
    sent = (
        (AccountChange.account_id == account_id)
        & (AccountChange.change == "link")
        & (AccountChange.by == "mail")
        & (AccountChange.at > since)
    )
    return await session.scalar(select(func.count()).select_from(AccountChange).where(sent)) or 0
