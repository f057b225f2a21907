"""The answers about accounts."""

from __future__ import annotations

from telekom_client.models.base import Answer


class Account(Answer):
    """The account behind a token; ``role`` is customer, engineer, staff or admin."""

    customer_id: int
    login: str
    name: str
    role: str


class AccessToken(Answer):
    """An access token in the form of OAuth 2; ``expires_in`` in seconds."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  the name of a scheme
    expires_in: int
    refresh_token: str | None = None
