"""The locks of threads between the processes that share a PostgreSQL database: advisory locks of one session.

The server frees them when the session ends, so that a process that dies frees its threads at once. A process that has
lost its session writes nothing more (``database/fence.py``), and what a turn changes has a key of its own besides.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from psycopg import AsyncConnection, Error
from sqlalchemy import URL

from database.fence import Fence, ThreadLockLost
from database.postgres import CONNECT_ARGUMENTS, NOTICE_OUR_END, libpq_url
from database.thread_locks import LocalLocks, taken_in_time

_BEAT_SECONDS = 1.0
_ANSWER_SECONDS = 4.0
"""A database that does not answer the lock's session for so long has lost it."""

# Another process's transaction that began under the lock before keeps the gate until it commits.
_TAKE = (
    "SELECT CASE WHEN NOT pg_try_advisory_lock(%(lock)s) THEN false WHEN pg_try_advisory_xact_lock(%(gate)s) THEN true "
    "ELSE NOT pg_advisory_unlock(%(lock)s) END"
)

_log = logging.getLogger(__name__)


class PostgresLocks:
    """The locks of the threads of every process on one PostgreSQL database; opened by ``async with``.

    One session holds all of this process's locks. It must be a session of its own on the server: a pooler between that
    shares sessions between clients (PgBouncer's transaction mode) would mix the locks up.

    Args:
        url: The database.
    """

    def __init__(self, url: URL) -> None:
        self._url = libpq_url(url)
        self._local = LocalLocks()
        self._connection: AsyncConnection[Any] | None = None
        self._schema = ""
        self._life = 0
        self._using = asyncio.Lock()
        self._holders: dict[asyncio.Task[Any], set[str]] = {}
        self._lost: set[asyncio.Task[Any]] = set()
        self._beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> PostgresLocks:
        """Begin to watch over the session."""
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Free every lock."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.wait([self._beating])
        await self._drop()

    @asynccontextmanager
    async def hold(self, thread_id: str, wait: float) -> AsyncIterator[None]:
        """See ``ThreadLocks.hold``."""
        end = time.monotonic() + wait
        async with self._local.hold(thread_id, wait):
            connection, fence = await self._take(thread_id, end)
            task = asyncio.current_task()
            assert task is not None, "a coroutine runs in a task"  # noqa: S101
            held = self._holders.setdefault(task, set())
            held.add(thread_id)
            cancelling = task.cancelling()
            try:
                with fence.standing():
                    yield
            except BaseException as error:
                if task in self._lost and task.uncancel() <= cancelling:
                    raise ThreadLockLost(thread_id) from error
                raise
            finally:
                held.discard(thread_id)
                if not held:
                    self._holders.pop(task, None)
                    self._lost.discard(task)
                await asyncio.shield(self._free(connection, thread_id))

    async def _take(self, thread_id: str, end: float) -> tuple[AsyncConnection[Any], Fence]:
        """Take a lock and return the session that holds it, with the lock's fence."""
        attempt: asyncio.Future[tuple[AsyncConnection[Any], Fence] | None] | None = None

        async def shielded() -> tuple[AsyncConnection[Any], Fence] | None:
            nonlocal attempt
            attempt = asyncio.ensure_future(self._attempt(thread_id))
            return await asyncio.shield(attempt)

        try:
            return await taken_in_time(thread_id, shielded, end)
        except asyncio.CancelledError:
            # The server may have given the lock already; nobody would free it.
            if attempt is not None and (taken := await attempt) is not None:
                await self._free(taken[0], thread_id)
            raise

    async def _attempt(self, thread_id: str) -> tuple[AsyncConnection[Any], Fence] | None:
        """Try to take a lock; return the session that holds it then."""
        async with self._session() as connection:
            fence = Fence(gate=_number(self._schema, thread_id, "gate"), life=self._life)
            values = {"lock": _number(self._schema, thread_id), "gate": fence.gate}
            row = await (await connection.execute(_TAKE, values)).fetchone()
            return (connection, fence) if row is not None and row[0] else None

    async def _free(self, connection: AsyncConnection[Any], thread_id: str) -> None:
        """Free a lock; where its session has ended, the server has freed it."""
        if connection is self._connection:
            with suppress(ThreadLockLost):
                async with self._session():
                    await connection.execute("SELECT pg_advisory_unlock(%s)", (_number(self._schema, thread_id),))

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Use the session for one statement; where it fails, nobody knows what it holds, and all of it is given up."""
        async with self._using:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    yield await self._opened()
            except (Error, TimeoutError, OSError) as error:
                await self._lose()
                raise ThreadLockLost(f"the locks of the threads are out of reach: {error}") from error

    async def _opened(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            connection = await AsyncConnection.connect(self._url, autocommit=True, **CONNECT_ARGUMENTS)
            await connection.execute(NOTICE_OUR_END)
            life = secrets.randbits(63)
            query = "SELECT current_schema(), pg_advisory_lock(%s)"
            found = await (await connection.execute(query, (life,))).fetchone()
            self._schema, self._life = "" if found is None else str(found[0]), life
            self._connection = connection
        return self._connection

    async def _beat(self) -> None:
        """Ask the session at intervals if it is still there."""
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            if self._connection is None:
                continue
            with suppress(ThreadLockLost):
                async with self._session() as connection:
                    await connection.execute("SELECT 1")

    async def _lose(self) -> None:
        """Cancel the turns whose locks the session held, and close it."""
        if self._holders:
            _log.warning("the session of the threads' locks has ended; turns that stop: %d", len(self._holders))
        for task in list(self._holders):
            self._lost.add(task)
            task.cancel()
        await self._drop()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Error, OSError):
                await connection.close()


def _number(schema: str, *names: str) -> int:
    """Return the number of a lock; the numbers are the whole database's, so the schema counts."""
    digest = hashlib.sha256(":".join((schema, *names)).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
