"""Signed tokens (JWT): they name an account and the version of its tokens, and hold nothing secret.

The time of a token is the real time, also where a service runs by another clock. Tokens are not kept anywhere: whether
their login is open (``logins.py``), and the account is there, not disabled and of this version, is asked with each
request (``accounts.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import jwt
from pydantic import SecretStr

from core.clock import istanbul_now

_ALGORITHM = "HS256"
_LINK = "password link"
"""The audience of a link's token: without it no link is read, with it no access token is."""
_DEVICE = "device"
"""The audience of a device token."""


@dataclass(frozen=True)
class AccessToken:
    """A signed token and its life in seconds."""

    access_token: str
    expires_in: int


class TokenClaims(NamedTuple):
    """The account that a token names, the version of its tokens when this one was made, and the login that it is of."""

    account_id: int
    version: int
    login_id: str = ""


class AccessTokens:
    """Issues and reads access tokens.

    Args:
        secret: The key of the signature.
        minutes: The life of a token.
    """

    def __init__(self, secret: SecretStr, minutes: int) -> None:
        self._secret = secret.get_secret_value()
        self._life = timedelta(minutes=minutes)

    def issue(self, account_id: int, role: str, version: int = 0, login_id: str = "") -> AccessToken:
        """Issue an access token for a verified account and an open login."""
        claims = {"sub": str(account_id), "role": role, "ver": version, "sid": login_id}
        token = _signed(claims, self._life, self._secret)
        return AccessToken(token, int(self._life.total_seconds()))

    def read(self, token: str, *, ended: bool = False) -> TokenClaims | None:
        """Return what a token states; None if it is forged, malformed or, unless ``ended`` will do, expired."""
        return _read(token, self._secret, None, ended=ended)

    def account_id(self, token: str) -> int | None:
        """Return the id of the account that a token names; None if it is forged, malformed or expired."""
        claims = self.read(token)
        return None if claims is None else claims.account_id


class PasswordLinks:
    """Issues and reads the tokens of links by which an account's own person chooses the password.

    A link works once: the new password gives the account's tokens another version.

    Args:
        secret: The key of the signature.
    """

    life = timedelta(hours=24)

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value()

    def issue(self, account_id: int, version: int, life: timedelta = life) -> str:
        """Return the token of a link."""
        return _signed({"sub": str(account_id), "ver": version, "aud": _LINK}, life, self._secret)

    def read(self, token: str) -> TokenClaims | None:
        """Return what a link's token states; None if it is forged, malformed or expired."""
        return _read(token, self._secret, _LINK)


class DeviceTokens:
    """Issues and reads the tokens by which a browser is known again; they give no access to anything.

    Args:
        secret: The key of the signature.
    """

    life = timedelta(days=180)

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value()

    def issue(self, named: str) -> str:
        """Return a token for a browser in which an account has logged in.

        Args:
            named: A digest that names the account.
        """
        return _signed({"sub": named, "jti": uuid4().hex, "aud": _DEVICE}, self.life, self._secret)

    def read(self, token: str | None, named: str) -> str | None:
        """Return the device of a token; None if there is none, or it is another account's, forged or expired."""
        claims = _claims(token, self._secret, _DEVICE) if token else None
        return None if claims is None or claims["sub"] != named else str(claims.get("jti", ""))


def _signed(claims: dict[str, Any], life: timedelta, secret: str) -> str:
    now = istanbul_now()
    return jwt.encode({**claims, "iat": now, "exp": now + life}, secret, algorithm=_ALGORITHM)


def _read(token: str, secret: str, audience: str | None, *, ended: bool = False) -> TokenClaims | None:
    claims = _claims(token, secret, audience, ended=ended)
    try:
        if claims is None:
            return None
        return TokenClaims(int(claims["sub"]), int(claims.get("ver", 0)), str(claims.get("sid", "")))
    except (ValueError, TypeError, OverflowError):
        return None


def _claims(token: str, secret: str, audience: str | None, *, ended: bool = False) -> dict[str, Any] | None:
    """Return what a token states; None if it is forged, malformed, of another audience or, unless told so, expired."""
    # A server whose clock lags behind the one that issued the token still takes it: "iat" is not checked.
    options: Any = {"require": ["sub", "exp"], "verify_iat": False, "verify_exp": not ended}
    try:
        return jwt.decode(token, secret, algorithms=[_ALGORITHM], audience=audience, options=options)
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
        return None
