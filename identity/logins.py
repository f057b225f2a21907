"""Logins that are open: begun with a right password, renewed by a refresh token, ended by a log-out.

A token names its login, and is good while the login is open. A refresh token is good once: it is exchanged for an
access token and the next refresh token. One that comes a second time was copied: its login ends for both who have it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import delete, select

from core.clock import istanbul_now
from core.settings import Settings
from database.session import Database
from database.tables import Account, Login
from identity.tokens import AccessToken, AccessTokens
from identity.user import User


class RenewableToken(NamedTuple):
    """A short access token with the refresh token that follows it."""

    access: AccessToken
    refresh_token: str


class Logins:
    """The open logins of all accounts; their time is the real time, as that of the tokens.

    Args:
        database: The database of accounts.
        settings: The secret of the tokens, and their lives.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._tokens = AccessTokens(settings.secret_key, settings.token_minutes)
        self._short = AccessTokens(settings.secret_key, settings.access_minutes)
        self._renewed_within = timedelta(days=settings.refresh_days)
        self._life = timedelta(minutes=settings.token_minutes)

    async def begin(self, user: User) -> AccessToken:
        """Open a login that ends with its token, and return the token."""
        login = await self._open(user, self._life, None)
        return self._tokens.issue(user.account_id, user.role, user.token_version, login)

    async def begin_renewable(self, user: User) -> RenewableToken:
        """Open a login that goes on as long as it is renewed."""
        secret = secrets.token_urlsafe(32)
        login = await self._open(user, self._renewed_within, _digest(secret))
        return self._renewable(user.account_id, user.role, user.token_version, login, secret)

    async def renew(self, refresh_token: str) -> RenewableToken | None:
        """Exchange a refresh token; None if it is used, expired, forged, or of an account that is out."""
        login_id, _, stated = refresh_token.partition(".")
        secret = secrets.token_urlsafe(32)
        async with self._database.write_session() as session:
            query = select(Login, Account).join(Account, Account.id == Login.account_id).where(Login.id == login_id)
            found = (await session.execute(query.with_for_update(of=Login))).one_or_none()
            if found is None:
                return None
            login, account = found
            is_open = account.disabled_at is None and account.token_version == login.version
            is_next = hmac.compare_digest(login.refresh_digest or "", _digest(stated))
            if not is_open or not is_next or login.expires_at <= istanbul_now():
                await session.delete(login)
                return None
            login.refresh_digest, login.expires_at = _digest(secret), istanbul_now() + self._renewed_within
            return self._renewable(account.id, account.role.value, account.token_version, login.id, secret)

    async def end(self, token: str) -> None:
        """End the login of an access token: this token, and the one that would renew it."""
        claims = self._tokens.read(token)
        if claims is not None:
            async with self._database.write_session() as session:
                mine = (Login.id == claims.login_id) & (Login.account_id == claims.account_id)
                await session.execute(delete(Login).where(mine))

    def login_of(self, token: str) -> str:
        """Return the id of a token's login, also after its own end; empty for a token that is none."""
        claims = self._tokens.read(token, ended=True)
        return "" if claims is None else claims.login_id

    async def _open(self, user: User, life: timedelta, refresh_digest: str | None) -> str:
        now, login_id = istanbul_now(), str(uuid4())
        async with self._database.write_session() as session:
            session.add(
                Login(
                    id=login_id,
                    account_id=user.account_id,
                    version=user.token_version,
                    begun_at=now,
                    expires_at=now + life,
                    refresh_digest=refresh_digest,
                )  # fmt: skip
            )
        return login_id

    def _renewable(self, account_id: int, role: str, version: int, login_id: str, secret: str) -> RenewableToken:
        return RenewableToken(self._short.issue(account_id, role, version, login_id), f"{login_id}.{secret}")


async def forget_ended_logins(database: Database) -> None:
    """Delete the logins whose tokens have expired."""
    async with database.write_session() as session:
        await session.execute(delete(Login).where(Login.expires_at <= istanbul_now()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
