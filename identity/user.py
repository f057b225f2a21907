"""Who somebody is after a login was verified."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    """The verified login behind a request.

    Attributes:
        account_id: The login's own id.
        customer_id: The only customer it may act for.
        login: The login name, which is not the contact e-mail.
        role: ``customer``, ``engineer`` or ``staff``.
        name: For greetings.
    """

    account_id: int
    customer_id: int
    login: str
    role: str
    name: str
