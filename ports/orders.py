"""Product orders: what changes on a line. The lines themselves are read from ``ports.customers``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from ports.outcome import ChangeMade, KeyStatus


@dataclass(frozen=True)
class PackageOrder:
    """A line moves to another package.

    Attributes:
        line_number: The line.
        package: The name of the new package.
        effective: Its first day.
        accepted_fee: The early-termination fee that the customer has accepted; None outside a commitment.
    """

    line_number: str
    package: str
    effective: date
    accepted_fee: Decimal | None = None


@dataclass(frozen=True)
class RoamingOrder:
    """The use of a line abroad is switched on or off."""

    line_number: str
    enabled: bool


@dataclass(frozen=True)
class SuspensionOrder:
    """A line is suspended for a while, for a reason in the customer's words."""

    line_number: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ReactivationOrder:
    """A suspended line works again."""

    line_number: str
    at: datetime


Order = PackageOrder | RoamingOrder | SuspensionOrder | ReactivationOrder


class OrdersPort(Protocol):
    """The interface of an order system, as the tools use it."""

    async def place(self, customer_id: int, order: Order, *, key: str) -> ChangeMade:
        """Carry out an order on a customer's line; once for a key. It holds from the return on.

        A system that works on an order for longer returns as soon as it can no longer refuse it.

        Raises:
            RequestRefused: The answer is no; ``code`` says why.
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
