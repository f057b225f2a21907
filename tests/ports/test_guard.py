"""The guard around an outside system: limits, retries, a breaker; answers pass, silence is named."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from core.clock import istanbul_now
from ports.errors import PaymentDeclined, PaymentTimeout, RequestRefused, SystemUnavailable
from ports.guard import Guarded, GuardLimits
from ports.network import SimulatedNetwork

QUICK = GuardLimits(call=5.0, whole=10.0, charge=10.0, tries=3, pause=0.001, failures=5, rest=60)


class Catalogue:
    """An adapter that does what the list says, call by call, and then answers."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.calls = 0

    async def packages(self, *args: Any, **named: Any) -> str:
        self.calls += 1
        step = self.steps.pop(0) if self.steps else "answer"
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, asyncio.Event):
            await step.wait()
        return str(step)

    charge = packages
    health = packages


def guarded(adapter: object, **limits: Any) -> Any:
    return Guarded("catalogue", adapter, GuardLimits(**{**vars(QUICK), **limits}))


async def test_silence_is_asked_again_and_the_answer_is_given() -> None:
    adapter = Catalogue(SystemUnavailable("one"), OSError("two"))
    assert await guarded(adapter).packages() == "answer"
    assert adapter.calls == 3


async def test_tries_are_bounded_and_the_silent_system_is_named() -> None:
    adapter = Catalogue(*(SystemUnavailable("no") for _ in range(9)))
    with pytest.raises(SystemUnavailable) as silence:
        await guarded(adapter).packages()
    assert (adapter.calls, silence.value.system) == (3, "catalogue")


@pytest.mark.parametrize("call", ["charge", "health"])
async def test_charge_and_health_are_asked_once(call: str) -> None:
    adapter = Catalogue(PaymentTimeout("no"), "late")
    with pytest.raises(SystemUnavailable):
        await getattr(guarded(adapter), call)()
    assert adapter.calls == 1


@pytest.mark.parametrize("answer", [RequestRefused("OTHER"), PaymentDeclined("CARD_DECLINED")])
async def test_refusals_are_answers(answer: Exception) -> None:
    adapter = Catalogue(*[answer] * 9)
    guard = guarded(adapter, failures=1)
    for _ in range(3):
        with pytest.raises(type(answer)):
            await guard.packages()
    assert adapter.calls == 3, "neither asked again nor left alone"


async def test_call_that_hangs_ends_at_its_limit() -> None:
    adapter = Catalogue(asyncio.Event(), asyncio.Event(), asyncio.Event())
    with pytest.raises(SystemUnavailable) as silence:
        await guarded(adapter, call=0.01, tries=2).packages()
    assert (adapter.calls, silence.value.system) == (2, "catalogue")


async def test_all_tries_together_end_at_their_limit() -> None:
    adapter = Catalogue(*(asyncio.Event() for _ in range(9)))
    with pytest.raises(SystemUnavailable):
        await guarded(adapter, call=60.0, whole=0.02).packages()
    assert adapter.calls == 1


async def test_system_that_fails_again_and_again_is_left_alone_and_then_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: now)
    adapter = Catalogue(*(SystemUnavailable("no") for _ in range(4)))
    guard = guarded(adapter, failures=4, tries=2, rest=30)
    for _ in range(2):
        with pytest.raises(SystemUnavailable):
            await guard.packages()
    with pytest.raises(SystemUnavailable, match="left alone") as silence:
        await guard.packages()
    assert (adapter.calls, silence.value.system, silence.value.retry_after) == (4, "catalogue", 30)
    now += 31
    assert await guard.packages() == "answer"
    assert await guard.packages() == "answer"


async def test_answer_between_failures_starts_the_count_anew() -> None:
    steps = [SystemUnavailable("no"), "answer"] * 5
    guard = guarded(Catalogue(*steps), failures=2, tries=2)
    assert [await guard.packages() for _ in range(5)] == ["answer"] * 5


async def test_caller_who_goes_away_neither_opens_nor_closes_the_breaker() -> None:
    adapter = Catalogue(SystemUnavailable("no"), asyncio.Event(), SystemUnavailable("no"))
    guard = guarded(adapter, failures=2, tries=1)
    with pytest.raises(SystemUnavailable):
        await guard.packages()
    leaving = asyncio.create_task(guard.packages())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    with pytest.raises(SystemUnavailable):
        await guard.packages()
    with pytest.raises(SystemUnavailable, match="left alone"):
        await guard.packages()


async def test_mistake_in_an_adapter_is_silence_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemUnavailable, match="KeyError") as silence:
        await guarded(Catalogue(*[KeyError("items")] * 3)).packages()
    assert silence.value.system == "catalogue"
    assert "KeyError in its adapter" in caplog.text


async def test_retries_log_nothing_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await guarded(Catalogue(SystemUnavailable("no"))).packages("Ayşe Yılmaz", method="secret-method")
    assert "Ayşe" not in caplog.text and "secret" not in caplog.text


async def test_what_is_not_asked_of_the_system_passes_through() -> None:
    network = SimulatedNetwork(istanbul_now)
    guard = Guarded("network", network, QUICK)
    assert guard.regions() == network.regions()
    assert (await guard.status("Van")).region == "Van"
