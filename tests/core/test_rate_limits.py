"""Counting against rates, in memory, and room for what goes on at once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.process_counters import ProcessCounters
from core.rate_limits import LimitReached, RateLimits
from core.settings import Settings
from core.slots import Slots


class Time:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def counters(time: Time) -> ProcessCounters:
    return ProcessCounters(time)


@pytest.fixture
def limits(counters: ProcessCounters, time: Time) -> RateLimits:
    return RateLimits(counters, {"tries": "2/minute;3/hour", "free": ""}, b"secret", time)


async def test_waits_grow_with_the_windows(limits: RateLimits, time: Time) -> None:
    for _ in range(2):
        await limits.take("tries", "a")
    with pytest.raises(LimitReached) as minute:
        await limits.take("tries", "a")
    time.now += minute.value.retry_after
    await limits.take("tries", "a")
    with pytest.raises(LimitReached) as hour:
        await limits.take("tries", "a")
    assert (minute.value.retry_after, hour.value.retry_after) == (60, 3540)
    time.now += hour.value.retry_after
    await limits.take("tries", "a")


async def test_refused_tries_do_not_prolong_the_wait(limits: RateLimits, time: Time) -> None:
    for _ in range(50):
        try:
            await limits.take("tries", "a")
        except LimitReached:
            time.now += 1
    time.now += 12
    await limits.take("tries", "a")


async def test_others_and_names_without_rates_are_free(limits: RateLimits) -> None:
    for _ in range(2):
        await limits.take("tries", "a")
    await limits.take("tries", "b")
    for _ in range(100):
        await limits.take("free", "a")


async def test_given_back_and_cleared_counts_are_free_again(limits: RateLimits) -> None:
    for _ in range(5):
        await limits.take("tries", "a")
        await limits.give_back("tries", "a")
    await limits.take("tries", "a")
    await limits.take("tries", "a")
    await limits.clear("tries", "a")
    await limits.take("tries", "a")


async def test_keys_hold_neither_address_nor_login(limits: RateLimits, counters: ProcessCounters) -> None:
    await limits.take("tries", "ayse@example.com", "10.1.2.3")
    assert not any("ayse" in key or "10.1" in key for key in counters._counts)


async def test_counters_of_ended_windows_are_forgotten(counters: ProcessCounters, time: Time) -> None:
    for number in range(20_000):
        await counters.incr(f"key {number}", 1)
        time.now += 0.01
    assert len(counters._counts) < 5_000


def test_malformed_rates_are_refused_at_start() -> None:
    with pytest.raises(ValidationError, match="limit_logins"):
        Settings(_env_file=None, limit_logins="often")
    assert Settings(_env_file=None, limit_logins="").limit_logins == ""


def test_room_is_counted_for_each_and_for_all() -> None:
    room = Slots("turns", 2, 3)
    with room.hold("a"), room.hold("a"):
        with pytest.raises(LimitReached, match="turns"):
            room.check("a")
        room.check("b")
        with room.hold("b"), pytest.raises(LimitReached, match="full"):
            room.check("c")
    room.check("a")
