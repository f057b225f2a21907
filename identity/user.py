"""The verified user of a request."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class User:
    """A user whose login was verified.

    Attributes:
        account_id: The id of the account.
        customer_id: The only customer that the user may act for.
        login: The login name; it may differ from the customer's e-mail address.
        role: ``customer``, ``engineer``, ``staff`` or ``admin``.
        name: The customer's name, for greetings.
        token_version: The version of the account's tokens; tokens of another one are no login.
        login_id: The open login that was verified; empty where none was.
    """

    account_id: int
    customer_id: int
    login: str
    role: str
    name: str
    token_version: int = 0
    login_id: str = field(default="", compare=False)
