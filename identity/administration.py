"""Accounts as the operator manages them: add, disable, give a role or a password; every change leaves an entry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.settings import Settings
from database.admins import ADMIN, leaves_nobody
from database.enums import AccountRole
from database.released import release, taken_by
from database.session import Database
from database.tables import Account, AccountChange, CustomerRow
from identity.account_customers import lives, own_customer
from identity.account_records import (
    AccountNotFound,
    AccountRecord,
    ChangeRecord,
    ForeignNumber,
    LastAdmin,
    RoleOfAnother,
    UnknownCustomer,
)
from identity.accounts import LoginTaken, normal_login
from identity.changes import account_change, end_logins
from identity.password_rules import check_password
from identity.passwords import Passwords
from identity.tokens import PasswordLinks

_FOREIGN_NUMBER = (
    "Numbers from 0 are those of customers, negative ones those of your own people: an account of a customer needs the "
    "first, any other one gets its own number when none is named."
)
_ROLE_OF_ANOTHER = (
    "{login} cannot change between customer and colleague: add an account of its own for the work, with another "
    "address."
)


class Administration:
    """The accounts of everybody, for the operator.

    Args:
        database: The database of accounts and customers.
        passwords: Makes the stored forms of passwords.
        clock: Returns the present time.
        settings: The secret that signs the links for a new password.
    """

    def __init__(self, database: Database, passwords: Passwords, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._links = PasswordLinks(settings.secret_key)

    async def add(
        self, *, login: str, role: AccountRole, by: str, name: str = "", customer_id: int | None = None,
        password: str | None = None,
    ) -> AccountRecord:  # fmt: skip
        """Add an account.

        Args:
            login: An e-mail address.
            role: What the account may do.
            by: Who adds it.
            name: The person's name, where no customer is named.
            customer_id: The customer that it acts for; needed for the role customer.
            password: None lets nobody log in, until a link's holder has chosen one.

        Raises:
            LoginTaken: There is an account with this login.
            UnknownCustomer: There is no such customer, or none was named for the role customer.
            ForeignNumber: A customer's number for one of the operator's own people, or the other way round.
            UnfitPassword: The password is too short or too long.
        """
        login = normal_login(login)
        stored = await self._stored(role, password)
        try:
            async with self._database.write_session() as session:
                if await session.scalar(select(Account.id).where(Account.login == login)) is not None:
                    raise LoginTaken(login)
                if customer_id is None and role != AccountRole.CUSTOMER:
                    customer_id = await own_customer(session, name or login, login, self._clock())
                if customer_id is None or not await lives(session, customer_id):
                    raise UnknownCustomer("An account of a customer needs the number of a customer that there is.")
                if (customer_id < 0) == (role == AccountRole.CUSTOMER):
                    raise ForeignNumber(_FOREIGN_NUMBER)
                account = Account(login=login, password_hash=stored, role=role, customer_id=customer_id)
                session.add(account)
                await session.flush()
                session.add(account_change(account, "added", by=by, at=self._clock(), after=role))
        except IntegrityError as error:  # two at once
            raise LoginTaken(login) from error
        return await self.find(login)

    async def list(self, role: AccountRole | None = None) -> Sequence[AccountRecord]:
        """Return the accounts, the operator's own people first."""
        query = _SELECTED.order_by(Account.role == AccountRole.CUSTOMER, Account.login)
        async with self._database.session() as session:
            rows = await session.execute(query if role is None else query.where(Account.role == role))
            return [_record(account, name) for account, name in rows]

    async def find(self, login: str) -> AccountRecord:
        """Return the account with this login.

        Raises:
            AccountNotFound: There is none.
        """
        async with self._database.session() as session:
            found = (await session.execute(_SELECTED.where(Account.login == normal_login(login)))).one_or_none()
        if found is None:
            raise AccountNotFound(login)
        return _record(*found)

    async def get(self, account_id: int) -> AccountRecord:
        """Return the account with this id.

        Raises:
            AccountNotFound: There is none.
        """
        async with self._database.session() as session:
            found = (await session.execute(_SELECTED.where(Account.id == account_id))).one_or_none()
        if found is None:
            raise AccountNotFound(str(account_id))
        return _record(*found)

    async def changes(self, account_id: int) -> Sequence[ChangeRecord]:
        """Return what was done to an account, oldest first."""
        query = select(AccountChange).where(AccountChange.account_id == account_id).order_by(AccountChange.id)
        async with self._database.session() as session:
            rows = list(await session.scalars(query))
        return [ChangeRecord(row.at, row.by, row.change, row.before, row.after) for row in rows]

    async def disable(self, account_id: int, by: str) -> AccountRecord:
        """Let an account be no login any more, and its tokens and links neither; once it is, nothing changes.

        Conversations that its person had taken wait for another colleague.

        Raises:
            AccountNotFound: There is none.
            LastAdmin: It is the last admin.
        """
        async with self._changing(account_id) as (session, account):
            if account.disabled_at is None:
                await _leave_an_admin(session, account)
                await release(session, {account.login}, self._clock())
                account.disabled_at = self._clock()
                end_logins(account)
                session.add(account_change(account, "disabled", by=by, at=self._clock()))
        return await self.get(account_id)

    async def enable(self, account_id: int, by: str) -> AccountRecord:
        """Let a disabled account be a login again; its earlier tokens stay dead.

        Raises:
            AccountNotFound: There is none.
        """
        async with self._changing(account_id) as (session, account):
            if account.disabled_at is not None:
                account.disabled_at = None
                session.add(account_change(account, "enabled", by=by, at=self._clock()))
        return await self.get(account_id)

    async def give_role(self, account_id: int, role: AccountRole, by: str) -> AccountRecord:
        """Give one of the operator's own people another role, which holds with the next request.

        An account of a customer stays one: its person chose a shorter password, and would act for a customer's number.

        Raises:
            AccountNotFound: There is none.
            LastAdmin: It is the last admin.
            RoleOfAnother: The account is a customer's, or would become one.
        """
        async with self._changing(account_id) as (session, account):
            if account.role != role:
                if AccountRole.CUSTOMER in (account.role, role):
                    raise RoleOfAnother(_ROLE_OF_ANOTHER.format(login=account.login))
                await _leave_an_admin(session, account)
                await release(session, {account.login}, self._clock())
                session.add(account_change(account, "role", by=by, at=self._clock(), before=account.role, after=role))
                account.role = role
        return await self.get(account_id)

    async def set_password(self, account_id: int, password: str, by: str) -> AccountRecord:
        """Give an account a password; its tokens so far are no login any more.

        Raises:
            AccountNotFound: There is none.
            UnfitPassword: The password is too short or too long.
        """
        stored = await self._stored((await self.get(account_id)).role, password)
        async with self._changing(account_id) as (session, account):
            self._replace_password(session, account, stored, by)
        return await self.get(account_id)

    async def password_link(self, account_id: int, by: str) -> str:
        """Return the token of a link by which the account's person chooses a password, once and within a day.

        Only the newest link of an account is good. Whoever makes one could use it, so that making it is a change.

        Raises:
            AccountNotFound: There is none.
        """
        async with self._changing(account_id) as (session, account):
            account.link_version += 1
            session.add(account_change(account, "link", by=by, at=self._clock()))
            return self._links.issue(account.id, account.link_version)

    async def invited(self, token: str) -> AccountRecord | None:
        """Return the account that a link's token may choose a password for; None if it may no longer."""
        claims = self._links.read(token)
        if claims is None:
            return None
        valid = (Account.id == claims.account_id) & (Account.link_version == claims.version)
        async with self._database.session() as session:
            found = (await session.execute(_SELECTED.where(valid, Account.disabled_at.is_(None)))).one_or_none()
        return None if found is None else _record(*found)

    async def use_link(self, token: str, password: str) -> AccountRecord | None:
        """Give the account of a link's token the password that its person chose; None if the link is used or over.

        Raises:
            UnfitPassword: The password is too short or too long.
        """
        claims, record = self._links.read(token), await self.invited(token)
        if claims is None or record is None:
            return None
        stored = await self._stored(record.role, password)
        async with self._changing(record.id) as (session, account):
            if account.link_version != claims.version or account.disabled_at is not None:  # used meanwhile
                return None
            self._replace_password(session, account, stored, "link")
        return record

    async def taken(self, account_id: int) -> int:
        """Return how many conversations the account's person has taken and not closed."""
        async with self._database.session() as session:
            login = await session.scalar(select(Account.login).where(Account.id == account_id))
            return 0 if login is None else await taken_by(session, {login})

    async def has_admin(self) -> bool:
        """Return True if somebody can manage accounts."""
        async with self._database.session() as session:
            return await session.scalar(select(Account.id).where(ADMIN).limit(1)) is not None

    @asynccontextmanager
    async def _changing(self, account_id: int) -> AsyncIterator[tuple[AsyncSession, Account]]:
        """Open a transaction with an account in it that no other one changes meanwhile."""
        async with self._database.write_session() as session:
            # All admins first, in one order, as ``leaves_nobody`` takes them.
            await session.scalars(select(Account.id).where(ADMIN).order_by(Account.id).with_for_update())
            account = await session.get(Account, account_id, with_for_update=True)
            if account is None:
                raise AccountNotFound(str(account_id))
            yield session, account

    def _replace_password(self, session: AsyncSession, account: Account, stored: str, by: str) -> None:
        account.password_hash = stored
        end_logins(account)
        session.add(account_change(account, "password", by=by, at=self._clock()))

    async def _stored(self, role: AccountRole, password: str | None) -> str:
        """Return the stored form of a password; empty where there is none, so that none is right."""
        if password is None:
            return ""
        check_password(role, password)
        return await asyncio.to_thread(self._passwords.hash, password)


_SELECTED = select(Account, CustomerRow.name).join(CustomerRow, CustomerRow.id == Account.customer_id)


def _record(account: Account, name: str) -> AccountRecord:
    return AccountRecord(
        account.id, account.login, name, account.role, account.customer_id, account.disabled_at,
        has_password=bool(account.password_hash),
    )  # fmt: skip


async def _leave_an_admin(session: AsyncSession, account: Account) -> None:
    """Refuse to take the last admin away."""
    if await leaves_nobody(session, Account.id == account.id):
        raise LastAdmin(f"{account.login} is the last admin who can log in: nobody could manage accounts any more.")
