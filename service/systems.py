"""The outside systems of a running service: which adapter stands behind each port, and whether it answers.

An operator names his adapters by ``TELEKOM_PORTS``. A port without one gets our own tables, or a simulated system,
which production refuses unless told otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from core.clock import Clock
from core.masking import words_of
from core.settings import Settings
from database.own import completed
from database.postgres import libpq_url
from database.session import Database
from ports import Adapters, Ports, joins_transaction
from ports.bank_ledger_postgres import PostgresBankLedger
from ports.errors import OutsideSystemError
from ports.faulty_payment import Fault, FaultyPayment
from ports.guard import Guarded, GuardLimits, guarded
from ports.loading import UnfitPorts, checked, operator_adapters
from ports.payment import PaymentPort, SimulatedPayment
from service.backup.sqlite import BANK_FILE

__all__ = ["Kind", "Systems", "UnfitPorts", "open_systems", "refuse_simulated"]

Kind = Literal["own tables", "simulated", "operator's"]

_log = logging.getLogger(__name__)

_HEALTH_SECONDS = 3.0
_HEALTH_LASTS_SECONDS = 10.0
"""Time for which an answer about a system's health counts: load balancers ask every few seconds, from many sides."""

_MOST_IDENTITIES = 10_000


@dataclass(frozen=True)
class Systems:
    """The systems that the service uses.

    Attributes:
        ports: The adapters, outside systems behind their guards.
        kinds: What stands behind each port, by its name.
    """

    ports: Ports
    kinds: Mapping[str, Kind]
    _identities: dict[int, Mapping[str, str]] = field(default_factory=dict)
    _heard: dict[str, tuple[float, str | None]] = field(default_factory=dict)

    def adapter(self, name: str) -> str:
        """Return the class of a port's adapter, with its module."""
        adapter = self.ports.by_name()[name]
        kind = adapter.adapter_type if isinstance(adapter, Guarded) else type(adapter)
        return f"{kind.__module__}.{kind.__qualname__}"

    async def identity(self, customer_id: int) -> Mapping[str, str]:
        """Return the words that identify a customer of an outside system, for masking.

        While that system is silent they are those that it told last.
        """
        try:
            customer = await self.ports.customers.customer(customer_id)
            lines = await self.ports.customers.lines(customer_id)
        except OutsideSystemError:
            return self._identities.get(customer_id, {})
        words = words_of("name", customer.name)
        for kind, value in (("email", customer.email), ("phone", customer.phone), ("address", customer.address)):
            words |= words_of(kind, value)
        for line in lines:
            words |= words_of("phone", line.number)
        if len(self._identities) >= _MOST_IDENTITIES:
            self._identities.clear()
        self._identities[customer_id] = words
        return words

    async def silent(self) -> Mapping[str, str]:
        """Ask every system but our own tables whether it can be used; return what is wrong, by the port's name."""
        names = [name for name, kind in self.kinds.items() if kind != "own tables"]
        found = await asyncio.gather(*(self._wrong_with(name) for name in names))
        return {name: wrong for name, wrong in zip(names, found, strict=True) if wrong is not None}

    async def answering(self) -> Mapping[str, bool]:
        """Return for each system but our own tables if it can be used now."""
        silent = await self.silent()
        return {name: name not in silent for name, kind in self.kinds.items() if kind != "own tables"}

    async def _wrong_with(self, name: str) -> str | None:
        at, wrong = self._heard.get(name, (-_HEALTH_LASTS_SECONDS, None))
        if time.monotonic() - at < _HEALTH_LASTS_SECONDS:
            return wrong
        try:
            await asyncio.wait_for(self.ports.by_name()[name].health(), _HEALTH_SECONDS)
        except TimeoutError:
            wrong = f"no answer within {_HEALTH_SECONDS:g} s"
        except OutsideSystemError as error:
            wrong = str(error) or type(error).__name__
        else:
            wrong = None
        self._heard[name] = time.monotonic(), wrong
        return wrong


@asynccontextmanager
async def open_systems(
    settings: Settings, database: Database, clock: Clock, adapters: Adapters | None = None
) -> AsyncIterator[Systems]:
    """Open the outside systems and close them again.

    Args:
        settings: What the operator chose.
        database: Our own tables.
        clock: The present.
        adapters: The operator's adapters; default: those that ``TELEKOM_PORTS`` names.

    Raises:
        UnfitPorts: They cannot be used, or faults are wanted of a bank that is not simulated.
    """
    opened = nullcontext(adapters) if adapters is not None else operator_adapters(settings.ports)
    async with opened as given:
        given = given or Adapters()
        checked(given)
        if settings.simulate_payment and given.payment is not None:
            raise UnfitPorts("TELEKOM_SIMULATE_PAYMENT is for the simulated bank; the payment port has another one.")
        whole = completed(given, database, clock)
        if given.payment is None:
            whole = replace(whole, payment=_simulated_bank(settings, database))
        kinds = {name: _kind(adapter) for name, adapter in whole.by_name().items()}
        yield Systems(guarded(whole, _limits(settings)), kinds)


def _simulated_bank(settings: Settings, database: Database) -> PaymentPort:
    """Return the simulated bank, with the faults that the operator wants to see."""
    bank = SimulatedPayment(_bank_book(settings, database))
    if not settings.simulate_payment:
        return bank
    _log.warning("TELEKOM_SIMULATE_PAYMENT: payments go wrong on purpose (%s)", settings.simulate_payment)
    return FaultyPayment(bank, cast(Mapping[Fault, float], settings.simulate_payment))


def _kind(adapter: object) -> Kind:
    if joins_transaction(adapter):
        return "own tables"
    return "simulated" if getattr(adapter, "simulated", False) else "operator's"


def refuse_simulated(settings: Settings, systems: Systems) -> None:
    """Refuse simulated systems in production, unless the operator allows them.

    Raises:
        UnfitPorts: There are some.
    """
    if settings.simulate_payment and settings.env == "production" and not settings.allow_simulated:
        raise UnfitPorts(
            "TELEKOM_ENV=production, and TELEKOM_SIMULATE_PAYMENT makes payments go wrong on purpose. Leave it out, or "
            "set TELEKOM_ALLOW_SIMULATED=true."
        )
    simulated = ", ".join(name for name, kind in systems.kinds.items() if kind == "simulated")
    if simulated and settings.env == "production" and not settings.allow_simulated:
        raise UnfitPorts(
            f"TELEKOM_ENV=production, and these systems are simulated: {simulated}. Name adapters of your own by "
            "TELEKOM_PORTS (docs/ports.md), or set TELEKOM_ALLOW_SIMULATED=true."
        )


def _limits(settings: Settings) -> GuardLimits:
    """Return the guards' numbers: an operation has to outlast the tries of a call, to say which system is silent."""
    whole = min(GuardLimits.whole, settings.tool_timeout * 0.8)
    return replace(GuardLimits(), whole=whole, call=min(GuardLimits.call, whole / 2))


def _bank_book(settings: Settings, database: Database) -> Path | PostgresBankLedger:
    """Return the place of the simulated bank's book: every replica has to find the charges of the others."""
    if database.is_sqlite:
        return settings.data_dir / BANK_FILE
    return PostgresBankLedger(libpq_url(database.url))
