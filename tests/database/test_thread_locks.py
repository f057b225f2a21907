"""One turn of a thread at a time: in one process, and between the sessions of PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from database.session import Database
from database.thread_locks import LocalLocks, PostgresLocks, ThreadLockLost, ThreadLocks, ThreadTaken

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from sqlalchemy import make_url
from database.thread_locks import PostgresLocks

async def hold():
    async with PostgresLocks(make_url(sys.argv[1])) as locks, locks.hold("t", 1):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


def url() -> str:
    found = os.environ.get("TEST_POSTGRES_URL")
    if not found:
        pytest.skip("TEST_POSTGRES_URL is not set")
    return found


@pytest.fixture(params=["local", "postgresql"])
async def two(request: pytest.FixtureRequest) -> AsyncIterator[tuple[ThreadLocks, ThreadLocks]]:
    """The locks as two turns see them: of one process, or of two on one database."""
    if request.param == "local":
        locks = LocalLocks()
        yield locks, locks
        return
    async with PostgresLocks(make_url(url())) as first, PostgresLocks(make_url(url())) as second:
        yield first, second


async def test_thread_is_held_once_and_free_afterwards(two: tuple[ThreadLocks, ThreadLocks]) -> None:
    first, second = two
    async with first.hold("t", 0):
        with pytest.raises(ThreadTaken):
            async with second.hold("t", 0.1):
                pass
        async with second.hold("another", 0):
            pass
    async with second.hold("t", 0):
        pass


async def test_waiting_turn_gets_the_thread_when_it_is_free(two: tuple[ThreadLocks, ThreadLocks]) -> None:
    first, second = two
    order: list[str] = []

    async def turn(locks: ThreadLocks, name: str) -> None:
        async with locks.hold("t", 5):
            order.append(f"{name} begins")
            await asyncio.sleep(0.05)
            order.append(f"{name} ends")

    await asyncio.gather(turn(first, "a"), turn(second, "b"), turn(first, "c"))
    assert all(order[n + 1] == order[n].replace("begins", "ends") for n in (0, 2, 4))


async def test_turn_that_gives_up_while_it_waits_holds_nothing(two: tuple[ThreadLocks, ThreadLocks]) -> None:
    first, second = two

    async def wait() -> None:
        async with second.hold("t", 5):
            pass

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(first.hold("t", 0))
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with first.hold("t", 0):
        pass


async def test_process_that_dies_frees_its_threads_within_5_seconds() -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, url(), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None and await holder.stdout.readline() == b"held\n"
    async with PostgresLocks(make_url(url())) as locks:
        with pytest.raises(ThreadTaken):
            async with locks.hold("t", 0):
                pass
        died = time.monotonic()
        holder.kill()
        async with locks.hold("t", 5):
            assert time.monotonic() - died < 5
    await holder.wait()


async def test_turn_whose_lock_is_lost_stops_and_the_next_one_goes_on() -> None:
    name = f"telekom-{uuid4().hex[:8]}"
    server = Database(url())
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
    async with PostgresLocks(make_url(url()).update_query_dict({"application_name": name})) as locks:
        with pytest.raises(ThreadLockLost):
            async with locks.hold("t", 0):
                async with server.write_session() as session:
                    await session.execute(end, {"name": name})
                await asyncio.sleep(10)
        async with locks.hold("t", 1):
            pass
    await server.close()


async def test_locks_of_a_database_that_is_away_cannot_be_taken() -> None:
    async with PostgresLocks(make_url("postgresql+psycopg://nobody@127.0.0.1:1/none")) as locks:
        with pytest.raises(ThreadLockLost):
            async with locks.hold("t", 0):
                pass
