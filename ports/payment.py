"""The payment system: charges a customer once per key.

An operator puts a real adapter in place of ``SimulatedPayment``; the tools see only ``PaymentPort``.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ports.errors import DeclineCode, PaymentConflict, PaymentDeclined, PaymentTimeout


@dataclass(frozen=True)
class PaymentReceipt:
    """Proof of one charge."""

    transaction_id: str
    amount: Decimal
    currency: str
    method: str
    customer_id: int


class PaymentPort(Protocol):
    """The interface of a payment system, as the tools use it."""

    async def charge(
        self, *, key: str, amount: Decimal, currency: str, method: str, customer_id: int
    ) -> PaymentReceipt:
        """Charge a customer; the same key of the same customer gives the first receipt again and moves no money.

        Raises:
            PaymentDeclined: the answer is no.
            PaymentTimeout: there is no answer; ask again with the same key.
            PaymentConflict: the key belongs to a different charge.
        """
        ...


class SimulatedPayment:
    """A payment system in memory: succeeds unless told otherwise. Settings may be changed while it is used.

    Args:
        decline: refuse every new charge with this code.
        timeout: raise ``PaymentTimeout`` instead of answering.
        charge_before_timeout: with ``timeout``: the money moves all the same, only the answer is lost.
        delay: seconds before the answer.
    """

    def __init__(
        self,
        *,
        decline: DeclineCode | None = None,
        timeout: bool = False,
        charge_before_timeout: bool = False,
        delay: float = 0.0,
    ) -> None:
        self.decline = decline
        self.timeout = timeout
        self.charge_before_timeout = charge_before_timeout
        self.delay = delay
        self.requests = 0
        self._receipts: dict[tuple[int, str], PaymentReceipt] = {}

    @property
    def receipts(self) -> list[PaymentReceipt]:
        """Every charge that moved money, oldest first."""
        return list(self._receipts.values())

    async def charge(
        self, *, key: str, amount: Decimal, currency: str, method: str, customer_id: int
    ) -> PaymentReceipt:
        """See ``PaymentPort.charge``."""
        self.requests += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.timeout and not self.charge_before_timeout:
            raise PaymentTimeout("the payment system did not answer")
        receipt = self._settle(
            key, PaymentReceipt(_transaction_id(customer_id, key), amount, currency, method, customer_id)
        )
        if self.timeout:
            raise PaymentTimeout("the payment system charged, but its answer was lost")
        return receipt

    def _settle(self, key: str, receipt: PaymentReceipt) -> PaymentReceipt:
        first = self._receipts.get((receipt.customer_id, key))
        if first is not None and first != receipt:
            raise PaymentConflict("the key was used for another charge")
        if first is None:
            if self.decline:
                raise PaymentDeclined(self.decline)
            self._receipts[(receipt.customer_id, key)] = receipt
        return receipt


def _transaction_id(customer_id: int, key: str) -> str:
    return "TRX-" + hashlib.sha256(f"{customer_id}:{key}".encode()).hexdigest()[:16].upper()
