"""Counters in the database, on SQLite and PostgreSQL: exact, also over two processes."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.rate_limits import LimitReached, RateLimits
from database.rate_counters import DatabaseCounters
from database.session import Database
from database.tables import RateCounter

_PROCESS = """
import asyncio, sys
from core.clock import istanbul_now
from core.rate_limits import LimitReached, RateLimits
from database.rate_counters import DatabaseCounters
from database.session import Database

async def main():
    database = Database(sys.argv[1])
    limits = RateLimits(DatabaseCounters(database, istanbul_now), {"tries": "30/hour"}, b"secret", lambda: 0)

    async def one():
        try:
            await limits.take("tries", "stranger")
        except LimitReached:
            return 0
        return 1

    print(sum(await asyncio.gather(*(one() for _ in range(25)))))
    await database.close()

asyncio.run(main())
"""


class Time:
    """A time that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(now: datetime) -> Time:
    return Time(now)


@pytest.fixture
def counters(database: Database, time: Time) -> DatabaseCounters:
    return DatabaseCounters(database, time)


@pytest.fixture
def limits(counters: DatabaseCounters, time: Time) -> RateLimits:
    return RateLimits(counters, {"tries": "3/minute;5/hour"}, b"secret", lambda: time().timestamp())


async def taken(limits: RateLimits, times: int) -> int:
    async def one() -> int:
        try:
            await limits.take("tries", "stranger")
        except LimitReached:
            return 0
        return 1

    return sum(await asyncio.gather(*(one() for _ in range(times))))


async def test_many_at_once_pass_exactly_as_often_as_allowed(limits: RateLimits, time: Time) -> None:
    assert await taken(limits, 20) == 3
    time.now += timedelta(seconds=61)
    assert await taken(limits, 20) == 2
    with pytest.raises(LimitReached) as refused:
        await limits.take("tries", "stranger")
    assert 3400 < refused.value.retry_after <= 3600


async def test_two_processes_together_pass_exactly_as_often_as_allowed(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _PROCESS, url, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    said = [(await process.communicate())[0] for process in started]
    assert sum(map(int, said)) == 30


async def test_several_counts_are_one_transaction(limits: RateLimits, counters: DatabaseCounters) -> None:
    with pytest.raises(ZeroDivisionError):
        async with limits.together():
            await limits.take("tries", "stranger")
            raise ZeroDivisionError
    assert await taken(limits, 9) == 3, "what was rolled back was not counted"


async def test_ended_windows_are_forgotten(limits: RateLimits, counters: DatabaseCounters, time: Time) -> None:
    await limits.take("tries", "stranger")
    time.now += timedelta(minutes=2)
    await counters.purge()
    async with counters._database.session() as session:
        assert await session.scalar(select(func.count()).select_from(RateCounter)) == 1, "the hour still runs"
