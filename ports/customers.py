"""Customers and lines: who a customer is, how to reach him, and the lines that he has with their packages.

The number of a customer is that of his account, which is our own record whoever keeps the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ports.catalogue import Package
from ports.outcome import ChangeMade, KeyStatus
from ports.values import ContactType, CustomerKind, LineKind, LineStatus


@dataclass(frozen=True)
class Customer:
    """A person or company with a contract; ``email`` and ``phone`` are contact details, never a login."""

    customer_id: int
    name: str
    email: str
    phone: str
    address: str | None
    region: str
    tier: str
    kind: CustomerKind
    registered_at: datetime


@dataclass(frozen=True)
class Line:
    """A phone number with its package; ``number`` is eleven digits that begin with 0."""

    number: str
    kind: LineKind
    is_main: bool
    status: LineStatus
    suspended_at: datetime | None
    suspension_reason: str | None
    roaming_enabled: bool
    package: Package
    package_since: date
    renewal_date: date
    commitment_until: date | None


class CustomersPort(Protocol):
    """The interface of the customer records, as the tools use it."""

    async def customer(self, customer_id: int) -> Customer:
        """Return a customer.

        Raises:
            RequestRefused: There is no such customer.
            SystemUnavailable: There is no answer.
        """
        ...

    async def lines(self, customer_id: int) -> Sequence[Line]:
        """Return every line of a customer, the main one first, then the oldest; terminated ones as well.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def set_contact(self, customer_id: int, kind: ContactType, value: str, *, key: str) -> ChangeMade:
        """Change a customer's contact information; once for a key.

        Raises:
            RequestRefused: The answer is no.
            SystemUnavailable: There is no answer; ask again with the same key.
        """
        ...

    async def find(self, *, key: str, customer_id: int) -> KeyStatus:
        """See ``ports.outcome.ChangingPort.find``."""
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...
