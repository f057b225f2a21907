"""Logins: sign up, check a password, find the user of a token. Access rights are decided by the interfaces.

The login name is a field of its own. It begins as the e-mail address of the registration; changing the contact
e-mail later does not change it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from limits.aio.storage import Storage
from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.rate_limits import RateLimits
from core.settings import Settings
from core.turkish import fold
from database.enums import AccountRole
from database.rate_counters import DatabaseCounters
from database.seed.catalogue import NoPackages
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import Account, CustomerRow, Login, PackageRow
from identity.changes import account_change
from identity.login_guard import ACCOUNT, ADDRESS, HERE, LoginGuard, Visitor
from identity.logins import Logins
from identity.passwords import Passwords
from identity.tokens import AccessTokens, DeviceTokens
from identity.user import User as User

SIGN_UPS, MAILS = "sign_ups", "mails"
"""Names of the limits of new accounts, and of letters with a link for a password."""


_USER = (
    select(Account.id, Account.customer_id, Account.login, Account.role, Account.token_version, CustomerRow.name)
    .join(CustomerRow, CustomerRow.id == Account.customer_id)
    .where(Account.disabled_at.is_(None))
)
_OF_VERSION = _USER.where(Account.id == bindparam("account"), Account.token_version == bindparam("version"))
_OF_TOKEN = _OF_VERSION.where(exists().where(Login.id == bindparam("login"), Login.account_id == Account.id))
"""Also of an open login."""


class LoginTaken(Exception):
    """An account with this login exists; nothing was written."""


class RegistrationClosed(Exception):
    """Customers cannot open accounts by themselves here; nothing was written."""


class Accounts:
    """The logins of all customers.

    Args:
        database: The database of accounts and customers.
        passwords: Makes and checks the stored forms of passwords.
        clock: Returns the present time, for the dates of a new customer.
        settings: Secret and life of the access tokens, and how often logins and sign-ups may be tried.
        limits: Counts the tries; by default in the database, exactly for all processes.
    """

    def __init__(
        self, database: Database, passwords: Passwords, clock: Clock, settings: Settings,
        limits: RateLimits | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._limits = limits or limits_of(settings, DatabaseCounters(database, clock), clock)
        self.guard = LoginGuard(self._limits, DeviceTokens(settings.secret_key))
        self._passwords = passwords
        self._clock = clock
        self._production = settings.env == "production"
        self._opens_registration = settings.opens_registration
        self._tokens = AccessTokens(settings.secret_key, settings.token_minutes)
        self.logins = Logins(database, settings)

    async def authenticate(self, login: str, password: str, visitor: Visitor | None = None) -> User | None:
        """Return the user with this login and password, or None; a wrong login takes as long as a wrong password.

        Args:
            login: The login as it was typed.
            password: The password as it was typed.
            visitor: Where it is tried; None for the operator's own machine, whose tries are not counted.

        Raises:
            LimitReached: There were too many wrong ones.
        """
        if visitor is not None:
            await self.guard.begin(normal_login(login), visitor)
        user = await self._authenticated(login, password)
        if visitor is not None and user is not None:
            await self.guard.succeeded(user.login, visitor)
        return user

    async def _authenticated(self, login: str, password: str) -> User | None:
        async with self._database.session() as session:
            stored = await session.scalar(select(Account.password_hash).where(Account.login == normal_login(login)))
        # Hashing is slow on purpose: other requests go on meanwhile.
        if not await asyncio.to_thread(self._passwords.verify, password, stored):
            return None
        return await self._find(_USER.where(Account.login == normal_login(login)))

    async def register(self, *, name: str, email: str, password: str, phone: str, address: str | None = None) -> User:
        """Create a customer with a starter package and an account for it; the e-mail address becomes the login.

        Args:
            name: First and last name.
            email: The contact address, and the login.
            password: The password.
            phone: The contact number.
            address: The network address from which it is asked for; None is not counted.

        Raises:
            LimitReached: Too many accounts were opened from the address.
            LoginTaken: The e-mail address is the login of another account.
            RegistrationClosed: The operator lets nobody open an account by himself.
            NoPackages: There is no package to begin with; outside of production the demo's are taken.
        """
        if not self._opens_registration:
            raise RegistrationClosed
        login = normal_login(email)
        if address is not None:
            await self._limits.take(SIGN_UPS, address)
        password_hash = await asyncio.to_thread(self._passwords.hash, password)
        try:
            async with self._database.write_session() as session:
                if await session.scalar(select(Account.id).where(Account.login == login)) is not None:
                    raise LoginTaken(login)
                if self._production and await session.scalar(select(PackageRow.id).limit(1)) is None:
                    raise NoPackages
                customer = await create_customer(session, name=name, email=email, phone=phone, now=self._clock())
                account = Account(
                    login=login, password_hash=password_hash, role=AccountRole.CUSTOMER, customer_id=customer.id
                )
                session.add(account)
                await session.flush()
                session.add(account_change(account, "added", by=login, at=self._clock(), after=account.role))
        except IntegrityError as error:
            # Two registrations at once: the unique column lets one through where the database lets both look.
            if await self._find(_USER.where(Account.login == login)) is None:
                raise
            raise LoginTaken(login) from error
        user = await self._find(_USER.where(Account.login == login))
        assert user is not None, "the transaction above made it"  # noqa: S101
        return user

    async def by_token(self, token: str) -> User | None:
        """Return the user of a token with the present role and name.

        None if the token is bad or older than the account's last password, its login was ended, or the account is
        disabled or gone.
        """
        claims = self._tokens.read(token)
        if claims is None:
            return None
        named = {"account": claims.account_id, "version": claims.version, "login": claims.login_id}
        user = await self._find(_OF_TOKEN, **named)
        return None if user is None else replace(user, login_id=claims.login_id)

    async def by_login(self, login: str) -> User | None:
        """Return the user of a login that was verified before, with the present role and name; None if it is gone."""
        return await self._find(_USER.where(Account.login == normal_login(login)))

    async def is_current(self, user: User) -> bool:
        """Return True if the login that was verified before still holds: not disabled, not ended, of the same role."""
        named = {"account": user.account_id, "version": user.token_version}
        found = await self._find(_OF_TOKEN, **named, login=user.login_id) if user.login_id else (
            await self._find(_OF_VERSION, **named)
        )  # fmt: skip
        return found is not None and found.role == user.role

    async def _find(self, query: Select[int, int, str, AccountRole, int, str], **named: Any) -> User | None:
        for account in await self._database.rows(query, **named):
            return User(
                account_id=account.id, customer_id=account.customer_id, login=account.login, role=account.role.value,
                name=account.name, token_version=account.token_version,
            )  # fmt: skip
        return None


def limits_of(settings: Settings, storage: Storage, clock: Clock) -> RateLimits:
    """Return the limits of what strangers may do without a login, as the settings say."""
    rates = {
        HERE: settings.limit_logins, ADDRESS: settings.limit_logins_address, ACCOUNT: settings.limit_logins_account,
        SIGN_UPS: settings.limit_sign_ups, MAILS: settings.limit_mails,
    }  # fmt: skip
    secret = settings.secret_key.get_secret_value().encode()
    return RateLimits(storage, rates, secret, lambda: clock().timestamp())


def normal_login(login: str) -> str:
    """Return the form in which a login is stored and searched: ``AYSE@Example.com`` becomes ``ayse@example.com``."""
    return fold(login)
