"""The answers about accounts, for admins."""

from __future__ import annotations

import datetime as dt

from telekom_client.models.base import Answer


class User(Answer):
    """An account.

    Attributes:
        role: customer, engineer, staff or admin.
        customer_id: The only customer that it acts for; negative for the operator's own people.
        disabled_at: None for an account that can log in.
    """

    id: int
    login: str
    name: str
    role: str
    customer_id: int
    disabled_at: dt.datetime | None


class UserChange(Answer):
    """An entry of what was done to an account; ``change`` is added, disabled, enabled, password or role."""

    at: dt.datetime
    by: str
    change: str
    before: str | None
    after: str | None


class UserDetail(Answer):
    """An account with what was done to it, oldest first."""

    user: User
    changes: list[UserChange]


class UserList(Answer):
    """The accounts, the operator's own people first."""

    users: list[User]


class InvitedUser(Answer):
    """An account, and the link by which its person chooses a password: it works once, for a day."""

    user: User
    password_link: str
