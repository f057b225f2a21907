"""The payment system: charges a customer once per key, and tells what became of a key.

An operator puts a real adapter in place of ``SimulatedPayment``; the tools see only ``PaymentPort``.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from ports.bank_ledger import BankLedger, Ledger, Row
from ports.errors import DeclineCode, PaymentConflict, PaymentDeclined, PaymentTimeout


@dataclass(frozen=True)
class PaymentReceipt:
    """Proof of one charge."""

    transaction_id: str
    amount: Decimal
    currency: str
    method: str
    customer_id: int


@dataclass(frozen=True)
class PaymentFinding:
    """The knowledge of the payment system about a key.

    Attributes:
        state: ``charged``: the money moved; ``refused``: it did not and will not; ``unknown``: the key never arrived.
        receipt: The proof of a charge; None in the other states.
    """

    state: Literal["charged", "refused", "unknown"]
    receipt: PaymentReceipt | None = None


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

    async def find(self, *, key: str, customer_id: int) -> PaymentFinding:
        """Tell what became of a customer's key; no money moves, however often it is asked.

        A charge that is on its way meanwhile may still arrive: ``unknown`` is final only after no request can be.

        Raises:
            PaymentTimeout: there is no answer.
        """
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...


class SimulatedPayment:
    """A simulated bank: succeeds unless told otherwise. Settings may be changed while it is used.

    Args:
        book: the bank's own book, or its file, which outlives the process; None keeps it in memory.
        decline: refuse every new charge with this code.
        timeout: raise ``PaymentTimeout`` instead of answering.
        charge_before_timeout: with ``timeout``: the money moves all the same, only the answer is lost.
        delay: seconds before the answer to a charge.
    """

    simulated = True

    def __init__(
        self,
        book: Path | Ledger | None = None,
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
        self._ledger: Ledger = BankLedger(book) if book is None or isinstance(book, Path) else book

    @property
    def receipts(self) -> list[PaymentReceipt]:
        """Every charge that moved money, oldest first."""
        return [_receipt(row) for row in self._ledger.charged()]

    async def charge(
        self, *, key: str, amount: Decimal, currency: str, method: str, customer_id: int
    ) -> PaymentReceipt:
        """See ``PaymentPort.charge``."""
        self.requests += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.timeout and not self.charge_before_timeout:
            raise PaymentTimeout("the payment system did not answer")
        wanted = PaymentReceipt(_transaction_id(customer_id, key), amount, currency, method, customer_id)
        receipt = await asyncio.to_thread(self._settle, key, wanted, self.decline)
        if self.timeout:
            raise PaymentTimeout("the payment system charged, but its answer was lost")
        return receipt

    async def find(self, *, key: str, customer_id: int) -> PaymentFinding:
        """See ``PaymentPort.find``."""
        if self.timeout:
            raise PaymentTimeout("the payment system did not answer")
        row = await asyncio.to_thread(self._ledger.find, customer_id, key)
        if row is None:
            return PaymentFinding("unknown")
        return PaymentFinding("refused") if row[-1] else PaymentFinding("charged", _receipt(row))

    async def health(self) -> None:
        """See ``PaymentPort.health``."""
        if self.timeout:
            raise PaymentTimeout("the payment system did not answer")

    def _settle(self, key: str, wanted: PaymentReceipt, decline: DeclineCode | None) -> PaymentReceipt:
        row = (
            wanted.customer_id, key, wanted.transaction_id, str(wanted.amount), wanted.currency, wanted.method, None,
        )  # fmt: skip
        entered = self._ledger.enter(row, refused=decline)
        if entered[-1] is not None:
            raise PaymentDeclined(entered[-1])
        receipt = _receipt(entered)
        if receipt != wanted:
            raise PaymentConflict("the key was used for another charge")
        return receipt


def _receipt(row: Row) -> PaymentReceipt:
    customer_id, _key, transaction_id, amount, currency, method, _refusal = row
    return PaymentReceipt(transaction_id, Decimal(amount), currency, method, customer_id)


def _transaction_id(customer_id: int, key: str) -> str:
    return "TRX-" + hashlib.sha256(f"{customer_id}:{key}".encode()).hexdigest()[:16].upper()
