"""The results and errors of ``identity.administration``; no access to the database happens here.

AccountRefused
├── LastAdmin
├── UnknownCustomer
├── ForeignNumber
├── RoleOfAnother
└── UnfitPassword
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from database.enums import AccountRole


class AccountNotFound(LookupError):
    """There is no such account."""


class AccountRefused(ValueError):
    """Head of the refusals of a change; the message says why, for the operator. Nothing was changed."""


class LastAdmin(AccountRefused):
    """Nobody could manage accounts any more."""


class UnknownCustomer(AccountRefused):
    """An account of a customer needs the number of a customer that there is."""


class ForeignNumber(AccountRefused):
    """The number is a customer's, and the account one of the operator's own people, or the other way round."""


class RoleOfAnother(AccountRefused):
    """An account of a customer stays one, and one of the operator's own people too."""


class UnfitPassword(AccountRefused):
    """The password is too short or too long for the role."""


@dataclass(frozen=True)
class AccountRecord:
    """An account as the operator sees it.

    Attributes:
        id: The account's id.
        login: The name of the login.
        name: The person's name.
        role: What the account may do.
        customer_id: The only customer that it acts for.
        disabled_at: Since when it is no login; None for one that is.
        has_password: Its person has chosen a password; a link leads there.
    """

    id: int
    login: str
    name: str
    role: AccountRole
    customer_id: int
    disabled_at: datetime | None
    has_password: bool = True


@dataclass(frozen=True)
class ChangeRecord:
    """An entry of what was done to an account; see ``database.tables.AccountChange``."""

    at: datetime
    by: str
    change: str
    before: str | None
    after: str | None
