"""The outside systems of a running service: which adapter stands behind each port, and whether it answers.

An operator names his adapters by ``TELEKOM_PORTS``. A port without one gets our own tables, or a simulated system,
which production refuses unless told otherwise.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_type_hints

from core.clock import Clock
from core.settings import Settings
from database.own import completed
from database.postgres import libpq_url
from database.session import Database
from ports import Adapters, Ports, joins_transaction
from ports.bank_ledger_postgres import PostgresBankLedger
from ports.errors import OutsideSystemError
from ports.guard import GuardLimits, guarded
from ports.payment import SimulatedPayment
from service.backup.sqlite import BANK_FILE

Kind = Literal["own tables", "simulated", "operator's"]

_HEALTH_SECONDS = 3.0
_HEALTH_LASTS_SECONDS = 10.0
"""Time for which an answer about a system's health counts: load balancers ask every few seconds, from many sides."""


class UnfitPorts(RuntimeError):
    """The adapters cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Systems:
    """The systems that the service uses.

    Attributes:
        ports: The adapters, outside systems behind their guards.
        kinds: What stands behind each port, by its name.
    """

    ports: Ports
    kinds: Mapping[str, Kind]
    _heard: dict[str, tuple[float, str | None]] = field(default_factory=dict)

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
        UnfitPorts: They cannot be used.
    """
    opened = nullcontext(adapters) if adapters is not None else operator_adapters(settings.ports)
    async with opened as given:
        given = given or Adapters()
        checked(given)
        whole = completed(given, database, clock)
        if given.payment is None:
            whole = replace(whole, payment=SimulatedPayment(_bank_book(settings, database)))
        kinds = {name: _kind(adapter) for name, adapter in whole.by_name().items()}
        _refuse_simulated(settings, kinds)
        yield Systems(guarded(whole, _limits(settings)), kinds)


def operator_adapters(name: str | None) -> AbstractAsyncContextManager[Adapters]:
    """Return the adapters that ``package.module:build`` makes, opened and closed by the block.

    Args:
        name: The function; it returns ``Adapters``, or an asynchronous context manager that gives them. None: none.

    Raises:
        UnfitPorts: There is no such function, or it fails or makes something else.
    """
    if name is None:
        return nullcontext(Adapters())
    module, colon, function = name.partition(":")
    if not colon or not module or not function:
        raise UnfitPorts(f"TELEKOM_PORTS={name} names no function. Write package.module:build.")
    if os.getcwd() not in sys.path:  # as `python -m` has it: an adapter beside the settings is found
        sys.path.append(os.getcwd())
    try:
        made = getattr(importlib.import_module(module), function)()
    except Exception as error:
        raise UnfitPorts(f"The adapters of TELEKOM_PORTS={name} cannot be made: {error!r}") from error
    if isinstance(made, Adapters):
        return nullcontext(made)
    if isinstance(made, AbstractAsyncContextManager):
        return made
    raise UnfitPorts(f"TELEKOM_PORTS={name} made {type(made).__name__}, not ports.Adapters.")


def checked(given: Adapters) -> None:
    """Refuse an adapter that lacks a method of its port, or has one that cannot be awaited.

    Raises:
        UnfitPorts: There is one; the message names the method.
    """
    protocols = get_type_hints(Ports)
    for name, adapter in given.given().items():
        for method, declared in inspect.getmembers(protocols[name], inspect.isfunction):
            if method.startswith("_"):
                continue
            found = getattr(adapter, method, None)
            if found is None or inspect.iscoroutinefunction(found) != inspect.iscoroutinefunction(declared):
                kind = "async def" if inspect.iscoroutinefunction(declared) else "def"
                raise UnfitPorts(f"The adapter of the port {name} has no `{kind} {method}` ({type(adapter).__name__}).")


def _kind(adapter: object) -> Kind:
    if joins_transaction(adapter):
        return "own tables"
    return "simulated" if getattr(adapter, "simulated", False) else "operator's"


def _refuse_simulated(settings: Settings, kinds: Mapping[str, Kind]) -> None:
    simulated = ", ".join(name for name, kind in kinds.items() if kind == "simulated")
    if simulated and settings.env == "production" and not settings.allow_simulated:
        raise UnfitPorts(
            f"TELEKOM_ENV=production, and these systems are simulated: {simulated}. Name adapters of your own by "
            "TELEKOM_PORTS (docs/ports.md), or set TELEKOM_ALLOW_SIMULATED=true."
        )


def _limits(settings: Settings) -> GuardLimits:
    """Return the guards' numbers: an operation has to outlast the tries of a call, to say which system is silent."""
    whole = min(GuardLimits.whole, settings.tool_timeout * 0.8)
    return replace(GuardLimits(), whole=whole, call=min(GuardLimits.call, whole / 2))


def _bank_book(settings: Settings, database: Database) -> Any:
    """Return the place of the simulated bank's book: every replica has to find the charges of the others."""
    if database.is_sqlite:
        return settings.data_dir / BANK_FILE
    return PostgresBankLedger(libpq_url(database.url))
