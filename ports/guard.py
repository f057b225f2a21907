"""The guard around an adapter of an outside system: a time limit, bounded retries, a circuit breaker.

A slow or dead system so costs its own operations only. Every call is tried again, because each is a read or is made
once for its key; a charge, which may move money, is not: its customer, or ``tools.settlement``, asks again. After some
failures in a row the system is left alone for a while, and its operations are refused at once.

Whatever an adapter raises that is no answer of the system (a lost connection, a mistake in the adapter) counts as
silence. Our own tables stand behind no guard: a call inside a transaction is not repeated.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any

import stamina
from circuitbreaker import CircuitBreaker

from ports import Ports, joins_transaction
from ports.errors import OutsideSystemError, SystemUnavailable

_ONCE = frozenset({"charge", "measure", "health"})
"""Calls that are not tried again: money, a measurement of many seconds, and the question whether the system answers."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GuardLimits:
    """The numbers of a guard; times in seconds.

    Attributes:
        call: Limit of one try.
        whole: Limit of all tries of a call together; shorter than that of an operation (TELEKOM_TOOL_TIMEOUT).
        charge: Limit of a charge, which banks take their time for.
        tries: The most tries.
        pause: The longest pause before a second try; each later one may be twice as long, all with jitter.
        failures: Failed tries in a row after which the system is left alone.
        rest: Time for which it is left alone.
    """

    call: float = 4.0
    whole: float = 8.0
    charge: float = 28.0
    tries: int = 3
    pause: float = 0.2
    failures: int = 5
    rest: int = 30


class _Resting(SystemUnavailable):
    """The system is left alone for a while; asking again now is of no use."""


class _Breaker(CircuitBreaker):  # type: ignore[misc]  # the library states no types
    """The breaker of one system; a caller who goes away says nothing about it."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            return False
        return bool(super().__exit__(kind, error, trace))


class Guarded:
    """An adapter behind its guard, with the same methods.

    Args:
        name: The port's name.
        adapter: The adapter.
        limits: The numbers.
    """

    def __init__(self, name: str, adapter: object, limits: GuardLimits) -> None:
        self._name = name
        self._adapter = adapter
        self._limits = limits
        self._breaker = _Breaker(
            failure_threshold=limits.failures, recovery_timeout=limits.rest, expected_exception=SystemUnavailable,
            name=name,
        )  # fmt: skip

    @property
    def adapter_type(self) -> type:
        """The class of the adapter."""
        return type(self._adapter)

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._adapter, method)
        return partial(self._call, method, found) if inspect.iscoroutinefunction(found) else found

    async def _call(self, method: str, ask: Callable[..., Awaitable[Any]], /, *args: Any, **named: Any) -> Any:
        """Ask the system, again where it is silent.

        Raises:
            OutsideSystemError: Its answer is no, or there is none.
        """
        limits = self._limits
        once = method in _ONCE
        whole = limits.charge if method == "charge" else limits.whole
        tries = stamina.AsyncRetryingCaller(
            attempts=1 if once else limits.tries, timeout=whole, wait_initial=limits.pause / 2, wait_max=whole / 2,
            wait_jitter=limits.pause / 2, wait_exp_base=2,
        )  # fmt: skip
        # Without arguments: the library would log them, and they are a customer's.
        attempt = partial(self._try, whole if once else limits.call, partial(ask, *args, **named))
        try:
            async with asyncio.timeout(whole):
                return await tries(_may_answer_later, attempt)
        except TimeoutError as late:
            raise self._silent(f"no answer within {whole:g} s") from late

    async def _try(self, seconds: float, ask: Callable[[], Awaitable[Any]]) -> Any:
        if self._breaker.opened:
            resting = _Resting(f"{self._name} is left alone", retry_after=max(1, int(self._breaker.open_remaining)))
            resting.system = self._name
            raise resting
        with self._breaker:
            try:
                async with asyncio.timeout(seconds):
                    return await ask()
            except SystemUnavailable as silence:
                silence.system = silence.system or self._name
                raise
            except OutsideSystemError:
                raise
            except TimeoutError as late:
                raise self._silent(f"no answer within {seconds:g} s") from late
            except Exception as error:
                _log.warning("%s: %s in its adapter", self._name, type(error).__name__, exc_info=error)
                raise self._silent(f"{type(error).__name__} in its adapter") from error

    def _silent(self, why: str) -> SystemUnavailable:
        silence = SystemUnavailable(f"{self._name}: {why}")
        silence.system = self._name
        return silence


def _may_answer_later(error: Exception) -> bool:
    return isinstance(error, SystemUnavailable) and not isinstance(error, _Resting)


def guarded(ports: Ports, limits: GuardLimits | None = None) -> Ports:
    """Return the ports, each outside system behind a guard of its own.

    Args:
        ports: The adapters.
        limits: The numbers; default: those of ``GuardLimits``.
    """
    wanted = limits or GuardLimits()
    around: dict[str, Any] = {
        name: Guarded(name, adapter, wanted)
        for name, adapter in ports.by_name().items()
        if not joins_transaction(adapter)
    }
    return replace(ports, **around)
