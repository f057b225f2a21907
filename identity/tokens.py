"""Signed access tokens: they name an account and hold nothing secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from pydantic import SecretStr

from core.clock import Clock

_ALGORITHM = "HS256"


@dataclass(frozen=True)
class AccessToken:
    """A signed token and how long it lives."""

    access_token: str
    expires_in: int


class Tokens:
    """Issues and reads tokens.

    Args:
        secret: What they are signed with.
        minutes: How long a token lives.
        clock: The present.
    """

    def __init__(self, secret: SecretStr, minutes: int, clock: Clock) -> None:
        self._secret = secret.get_secret_value()
        self._life = timedelta(minutes=minutes)
        self._clock = clock

    def issue(self, account_id: int, role: str) -> AccessToken:
        """A new token for a verified account."""
        now = self._clock()
        claims = {"sub": str(account_id), "role": role, "iat": now, "exp": now + self._life}
        token = jwt.encode(claims, self._secret, algorithm=_ALGORITHM)
        return AccessToken(token, int(self._life.total_seconds()))

    def account_id(self, token: str) -> int | None:
        """The account that a token names, or None if the token is not a good one."""
        # Our clock decides about expiry, not the library's, so that tests can move it.
        options: Any = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, self._secret, algorithms=[_ALGORITHM], options=options)
            expires = datetime.fromtimestamp(int(claims["exp"]), UTC)
            return int(claims["sub"]) if self._clock() < expires else None
        except (jwt.InvalidTokenError, ValueError, OverflowError):
            return None
