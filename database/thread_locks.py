"""The lock of a thread: one turn at a time, whichever process takes it.

``LocalLocks`` hold between the turns of one process, ``FileLocks`` between the processes of one machine that share a
SQLite file, ``PostgresLocks`` (``database/postgres_locks.py``) between those that share a PostgreSQL database. A
process that dies frees its threads at once: the operating system or the database's server does it.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25

_Taken = TypeVar("_Taken")


class ThreadTaken(TimeoutError):
    """Another turn of the thread held its lock for longer than the caller would wait."""


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


class FileLocks:
    """The locks of the threads of every process on one machine that uses the same data folder.

    Each is a lock of the operating system on a file, so it cannot be lost while its process lives and is free when the
    process has ended, in whichever way.

    Args:
        folder: Where the files of locks that are held stand; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._local = LocalLocks()

    @asynccontextmanager
    async def hold(self, thread_id: str, wait: float) -> AsyncIterator[None]:
        """See ``ThreadLocks.hold``."""
        end = time.monotonic() + wait
        path = self._folder / hashlib.sha256(thread_id.encode()).hexdigest()[:32]

        async def attempt() -> int | None:
            return _locked_file(path)

        async with self._local.hold(thread_id, wait):
            file = await taken_in_time(thread_id, attempt, end)
            try:
                yield
            finally:
                # While it is still locked: whoever has it open sees then that it is no longer the thread's.
                path.unlink(missing_ok=True)
                os.close(file)


async def taken_in_time(thread_id: str, attempt: Callable[[], Awaitable[_Taken | None]], end: float) -> _Taken:
    """Try to take a lock until it is taken.

    Args:
        thread_id: Its thread.
        attempt: Returns None while another process holds it.
        end: The time after which the last attempt is made, as ``time.monotonic`` gives it.

    Raises:
        ThreadTaken: It was not to be had.
    """
    pause = _FIRST_PAUSE_SECONDS
    while True:
        if (taken := await attempt()) is not None:
            return taken
        if time.monotonic() + pause > end:
            raise ThreadTaken(thread_id)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _locked_file(path: Path) -> int | None:
    """Lock a file and return its descriptor; None where another process has locked it, or removes it right now."""
    path.parent.mkdir(exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_nlink:
            return file
    except BlockingIOError:
        pass
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return None
