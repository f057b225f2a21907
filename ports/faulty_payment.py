"""The simulated bank on a bad day: some of its answers are refusals, get lost, come late or twice, or are not true.

For demonstrations and tests (``TELEKOM_SIMULATE_PAYMENT``). The bank's own book stays right: what is wrong is what the
service hears of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from random import Random
from typing import Any, Literal

from ports.errors import PaymentDeclined, PaymentTimeout
from ports.payment import PaymentFinding, PaymentReceipt, SimulatedPayment

Fault = Literal["decline", "timeout", "late", "twice", "lie"]
"""What a charge may come to:

- ``decline``: the bank says no.
- ``timeout``: the request never arrives, and there is no answer.
- ``late``: the request arrives ``LATE_SECONDS`` after the service has been told that there is no answer.
- ``twice``: the request arrives twice, and so does the answer.
- ``lie``: the money moves, the answer gets lost, and the bank says ``LIES`` times that it has never heard of it.
"""

LATE_SECONDS = 3.0
"""Time by which a request is late."""

LIES = 3

_log = logging.getLogger(__name__)


class FaultyPayment:
    """A simulated bank of which some charges go wrong; the same seed gives the same order of faults.

    Args:
        bank: The bank.
        shares: The share of the charges that each fault befalls, together at most 1; may be changed while it is used.
        seed: Of the order.
    """

    simulated = True

    def __init__(self, bank: SimulatedPayment, shares: Mapping[Fault, float], seed: int = 0) -> None:
        self.bank = bank
        self.shares = shares
        self.late_seconds = LATE_SECONDS
        self._rng = Random(seed)
        self._lies: dict[tuple[int, str], int] = {}
        self._on_their_way: set[asyncio.Task[Any]] = set()

    async def charge(
        self, *, key: str, amount: Any, currency: str, method: str, customer_id: int
    ) -> PaymentReceipt:  # fmt: skip
        """See ``PaymentPort.charge``."""
        request = {
            "key": key, "amount": amount, "currency": currency, "method": method, "customer_id": customer_id,
        }  # fmt: skip
        match self._fault():
            case "decline":
                raise PaymentDeclined("CARD_DECLINED")
            case "timeout":
                raise PaymentTimeout("the request to the simulated bank got lost")
            case "late":
                task = asyncio.create_task(self._charge_later(request))
                self._on_their_way.add(task)
                task.add_done_callback(self._on_their_way.discard)
                raise PaymentTimeout("the simulated bank answers late")
            case "twice":
                await self.bank.charge(**request)
            case "lie":
                await self.bank.charge(**request)
                self._lies[customer_id, key] = LIES
                raise PaymentTimeout("the answer of the simulated bank got lost")
        return await self.bank.charge(**request)

    async def find(self, *, key: str, customer_id: int) -> PaymentFinding:
        """See ``PaymentPort.find``."""
        if self._lies.get((customer_id, key), 0):
            self._lies[customer_id, key] -= 1
            return PaymentFinding("unknown")
        return await self.bank.find(key=key, customer_id=customer_id)

    async def health(self) -> None:
        """See ``PaymentPort.health``."""
        await self.bank.health()

    async def arrived(self) -> None:
        """Wait until the requests that are late have arrived."""
        if self._on_their_way:
            await asyncio.wait(set(self._on_their_way))

    def _fault(self) -> Fault | None:
        chosen = self._rng.random()
        for fault, share in self.shares.items():
            chosen -= share
            if chosen < 0:
                return fault
        return None

    async def _charge_later(self, request: dict[str, Any]) -> None:
        await asyncio.sleep(self.late_seconds)
        try:
            await self.bank.charge(**request)
        except PaymentDeclined as declined:
            _log.info("a charge that came late was declined: %s", declined)
