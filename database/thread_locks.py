"""The lock of a thread: one turn at a time, whichever process takes it.

``LocalLocks`` hold between the turns of one process, which is all that SQLite needs. ``PostgresLocks`` hold between the
processes that share a PostgreSQL database: advisory locks of one session, which the server frees when the session ends,
so that a process that dies frees its threads at once. What a turn changes is kept from happening twice elsewhere: each
change has a key of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol
from weakref import WeakValueDictionary

from psycopg import AsyncConnection, Error
from sqlalchemy import URL

from database.postgres import CONNECT_ARGUMENTS, libpq_url

_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
_BEAT_SECONDS = 1.0
_ANSWER_SECONDS = 4.0
"""A database that does not answer the lock's session for so long has lost it."""

_SERVER_KEEPALIVE = {"tcp_keepalives_idle": "1", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3"}

_log = logging.getLogger(__name__)


class ThreadTaken(TimeoutError):
    """Another turn of the thread held its lock for longer than the caller would wait."""


class ThreadLockLost(ConnectionError):
    """The database ended the session that held the thread's lock; another process may hold it now."""


class ThreadLocks(Protocol):
    """The locks of all threads."""

    def hold(self, thread_id: str, wait: float) -> AbstractAsyncContextManager[None]:
        """Hold a thread's lock for the block.

        Args:
            thread_id: The thread.
            wait: Seconds to wait for another turn; 0 tries once.

        Raises:
            ThreadTaken: It is still held.
            ThreadLockLost: The lock could not be taken, or was lost while the block ran, which was then cancelled.
        """
        ...


class LocalLocks:
    """The locks of the threads of one process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, thread_id: str, wait: float) -> AsyncIterator[None]:
        """See ``ThreadLocks.hold``."""
        lock = self._locks.setdefault(thread_id, asyncio.Lock())
        if lock.locked():
            try:
                await asyncio.wait_for(lock.acquire(), wait)
            except TimeoutError as error:
                raise ThreadTaken(thread_id) from error
        else:
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()


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
            connection = await self._take(thread_id, end)
            task = asyncio.current_task()
            assert task is not None, "a coroutine runs in a task"  # noqa: S101
            held = self._holders.setdefault(task, set())
            held.add(thread_id)
            cancelling = task.cancelling()
            try:
                yield
            except asyncio.CancelledError:
                if task in self._lost and task.uncancel() <= cancelling:
                    raise ThreadLockLost(thread_id) from None
                raise
            finally:
                held.discard(thread_id)
                if not held:
                    self._holders.pop(task, None)
                    self._lost.discard(task)
                await asyncio.shield(self._free(connection, thread_id))

    async def _take(self, thread_id: str, end: float) -> AsyncConnection[Any]:
        """Take a lock and return the session that holds it."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            attempt = asyncio.ensure_future(self._attempt(thread_id))
            try:
                connection = await asyncio.shield(attempt)
            except asyncio.CancelledError:
                # The server may have given the lock already; nobody would free it.
                if (connection := await attempt) is not None:
                    await self._free(connection, thread_id)
                raise
            if connection is not None:
                return connection
            if time.monotonic() + pause > end:
                raise ThreadTaken(thread_id)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _attempt(self, thread_id: str) -> AsyncConnection[Any] | None:
        """Try to take a lock; return the session that holds it then."""
        async with self._session() as connection:
            found = await connection.execute("SELECT pg_try_advisory_lock(%s)", (_key(self._schema, thread_id),))
            row = await found.fetchone()
            return connection if row is not None and row[0] else None

    async def _free(self, connection: AsyncConnection[Any], thread_id: str) -> None:
        """Free a lock; where its session has ended, the server has freed it."""
        if connection is self._connection:
            with suppress(ThreadLockLost):
                async with self._session():
                    await connection.execute("SELECT pg_advisory_unlock(%s)", (_key(self._schema, thread_id),))

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
            # The server, too, notices within seconds that this machine is gone.
            for name, value in _SERVER_KEEPALIVE.items():
                await connection.execute("SELECT set_config(%s, %s, false)", (name, value))
            found = await (await connection.execute("SELECT current_schema()")).fetchone()
            self._schema = "" if found is None else str(found[0])
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


def _key(schema: str, thread_id: str) -> int:
    """Return the number of a thread's lock; the numbers are the whole database's, so the schema counts."""
    digest = hashlib.sha256(f"{schema}:{thread_id}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
