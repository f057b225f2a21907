"""The billing system: bills, what has been paid, and the standing order.

It is told of each payment that was made here (``book``); the payments that are under way are our own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from ports.outcome import ChangeMade, KeyStatus
from ports.values import BillStatus, PaymentMethod


@dataclass(frozen=True)
class BillItem:
    """One position of a bill."""

    service_name: str
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """A month's bill; ``amount`` is the sum of its items. UNPAID past its due date counts as OVERDUE by itself."""

    bill_id: str
    amount: Decimal
    currency: str
    bill_date: date
    due_date: date
    status: BillStatus
    paid_at: datetime | None = None
    items: tuple[BillItem, ...] = ()


@dataclass(frozen=True)
class MadePayment:
    """A payment whose money has moved; ``transaction_id`` is the payment system's."""

    transaction_id: str
    bill_id: str
    amount: Decimal
    method: PaymentMethod
    at: datetime


@dataclass(frozen=True)
class StandingOrder:
    """The order to pay bills automatically on their due dates."""

    enabled: bool
    method: PaymentMethod


class BillingPort(Protocol):
    """The interface of a billing system, as the tools use it. Lists are whole, whatever pages the system has."""

    async def bills(self, customer_id: int) -> Sequence[Bill]:
        """Return every bill of a customer, the newest first; empty for one without bills.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def payments(self, customer_id: int) -> Sequence[MadePayment]:
        """Return every payment that a customer made anywhere, the newest first.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def book(self, customer_id: int, payment: MadePayment) -> None:
        """Note that a bill is paid; a second call with the same ``transaction_id`` changes nothing.

        Raises:
            RequestRefused: The bill cannot be booked as paid; a person has to look.
            SystemUnavailable: There is no answer; it is told again later.
        """
        ...

    async def standing_order(self, customer_id: int) -> StandingOrder | None:
        """Return how a customer's bills are paid automatically; None where that was never set up.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def set_standing_order(self, customer_id: int, order: StandingOrder, *, key: str) -> ChangeMade:
        """Start, change or stop automatic payment; once for a key.

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
