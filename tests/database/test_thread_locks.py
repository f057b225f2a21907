"""One turn of a thread at a time: in one process, between processes on one folder, and on one PostgreSQL database."""

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
from sqlalchemy import URL, make_url, text

from database.fence import ThreadLockLost
from database.postgres_locks import PostgresLocks
from database.session import Database
from database.thread_locks import FileLocks, LocalLocks, ThreadLocks, ThreadTaken

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import make_url
from database.postgres_locks import PostgresLocks
from database.thread_locks import FileLocks

async def hold(locks):
    async with locks.hold("t", 1):
        print("held", flush=True)
        await asyncio.sleep(60)

async def main():
    if sys.argv[1] == "file":
        await hold(FileLocks(Path(sys.argv[2])))
    async with PostgresLocks(make_url(sys.argv[2])) as locks:
        await hold(locks)

asyncio.run(main())
"""


def url() -> str:
    found = os.environ.get("TEST_POSTGRES_URL")
    if not found:
        pytest.skip("TEST_POSTGRES_URL is not set")
    return found


@pytest.fixture(params=["local", "file", "postgresql"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[ThreadLocks, ThreadLocks]]:
    """The locks as two turns see them: of one process, or of two on one database."""
    if request.param == "local":
        locks = LocalLocks()
        yield locks, locks
        return
    if request.param == "file":
        yield FileLocks(tmp_path / "locks"), FileLocks(tmp_path / "locks")
        assert not list((tmp_path / "locks").iterdir()), "a lock that is free leaves no file"
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


@pytest.mark.parametrize("kind", ["file", "postgresql"])
async def test_process_that_dies_frees_its_threads_within_5_seconds(kind: str, tmp_path: Path) -> None:
    place = str(tmp_path) if kind == "file" else url()
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, kind, place, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None and await holder.stdout.readline() == b"held\n"
    async with AsyncExitStack() as stack:
        locks: ThreadLocks = FileLocks(tmp_path)
        if kind == "postgresql":
            locks = await stack.enter_async_context(PostgresLocks(make_url(place)))
        with pytest.raises(ThreadTaken):
            async with locks.hold("t", 0):
                pass
        died = time.monotonic()
        holder.kill()
        async with locks.hold("t", 5):
            assert time.monotonic() - died < 5
    await holder.wait()


async def test_many_turns_of_two_processes_never_hold_one_file_at_once(tmp_path: Path) -> None:
    """The file is removed at each end, while others are opening it."""
    inside = most = 0

    async def turn(locks: FileLocks) -> None:
        nonlocal inside, most
        for _ in range(20):
            async with locks.hold("t", 60):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1
            await asyncio.sleep(0)

    await asyncio.gather(*(turn(FileLocks(tmp_path)) for _ in range(4)))
    assert most == 1


async def end_session(name: str) -> None:
    server = Database(url())
    async with server.write_session() as session:
        query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
        await session.execute(query, {"name": name})
    await server.close()


def named_session() -> tuple[str, URL]:
    name = f"telekom-{uuid4().hex[:8]}"
    return name, make_url(url()).update_query_dict({"application_name": name})


async def test_turn_whose_lock_is_lost_stops_and_the_next_one_goes_on() -> None:
    name, place = named_session()
    async with PostgresLocks(place) as locks:
        with pytest.raises(ThreadLockLost):
            async with locks.hold("t", 0):
                await end_session(name)
                await asyncio.sleep(10)
        async with locks.hold("t", 1):
            pass


async def test_turn_writes_nothing_after_its_lock_is_lost_though_it_does_not_know_yet() -> None:
    name, place = named_session()
    server = Database(url())
    async with PostgresLocks(place) as stale, PostgresLocks(make_url(url())) as other:
        with pytest.raises(ThreadLockLost):
            async with stale.hold("t", 0):
                async with server.write_session() as session:
                    assert await session.scalar(text("SELECT 1")) == 1
                # At once: the next beat, which would stop the turn, is yet to come.
                await end_session(name)
                async with other.hold("t", 1), server.write_session() as session:
                    pytest.fail("a transaction began under a lost lock")
    await server.close()


async def test_next_holder_waits_for_a_transaction_that_began_under_the_lock_before() -> None:
    name, place = named_session()
    server = Database(url())
    async with PostgresLocks(place) as stale, PostgresLocks(make_url(url())) as other:
        with pytest.raises(ThreadLockLost):
            async with stale.hold("t", 0):
                async with server.write_session() as session:
                    await end_session(name)
                    with pytest.raises(ThreadTaken):
                        async with other.hold("t", 0):
                            pass
                    await session.execute(text("SELECT 1"))
                async with other.hold("t", 1):
                    pass
                raise ThreadLockLost
    await server.close()


async def test_locks_of_a_database_that_is_away_cannot_be_taken() -> None:
    async with PostgresLocks(make_url("postgresql+psycopg://nobody@127.0.0.1:1/none")) as locks:
        with pytest.raises(ThreadLockLost):
            async with locks.hold("t", 0):
                pass
