"""Signed access tokens (JWT): they name an account and hold nothing secret.

The time of a token is the real time, also where a service runs by another clock. No token can be revoked before its
end; whether the account still exists is asked with each request (``accounts.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import jwt
from pydantic import SecretStr

from core.clock import istanbul_now

_ALGORITHM = "HS256"


@dataclass(frozen=True)
class AccessToken:
    """A signed token and its life in seconds."""

    access_token: str
    expires_in: int


class AccessTokens:
    """Issues and reads access tokens.

    Args:
        secret: The key of the signature.
        minutes: The life of a token.
    """

    def __init__(self, secret: SecretStr, minutes: int) -> None:
        self._secret = secret.get_secret_value()
        self._life = timedelta(minutes=minutes)

    def issue(self, account_id: int, role: str) -> AccessToken:
        """Issue a token for a verified account."""
        now = istanbul_now()
        claims = {"sub": str(account_id), "role": role, "iat": now, "exp": now + self._life}
        token = jwt.encode(claims, self._secret, algorithm=_ALGORITHM)
        return AccessToken(token, int(self._life.total_seconds()))

    def account_id(self, token: str) -> int | None:
        """Return the id of the account that a token names; None if it is forged, malformed or expired."""
        # A server whose clock lags behind the one that issued the token still takes it: "iat" is not checked.
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                options={"require": ["sub", "exp"], "verify_iat": False},
            )
            return int(claims["sub"])
        except (jwt.InvalidTokenError, ValueError, OverflowError):
            return None
