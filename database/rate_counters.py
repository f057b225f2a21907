"""Counters in the database: exact for all processes, for what is rare and must not be outwitted (logins, sign-ups)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from limits.aio.storage import Storage
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from database.session import Database
from database.tables import RateCounter
from database.unavailable import UNAVAILABLE

# One statement, so that nobody can look between reading and writing; SQLite and PostgreSQL read the same words.
_COUNT = text(
    """
    INSERT INTO rate_counters (key, count, ends_at) VALUES (:key, :amount, :ends)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN rate_counters.ends_at <= :now THEN :amount ELSE rate_counters.count + :amount END,
        ends_at = CASE WHEN rate_counters.ends_at <= :now THEN :ends ELSE rate_counters.ends_at END
    RETURNING count
    """
)
_session: ContextVar[AsyncSession | None] = ContextVar("rate_counters_session", default=None)


class DatabaseCounters(Storage):
    """A storage of ``limits`` over a table of ours.

    Args:
        database: The database.
        clock: Returns the present time.
    """

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """The errors of a database that is away."""
        return UNAVAILABLE

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Count several things in one transaction; it is committed where a limit is reached, too."""
        async with self._transaction():
            yield

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the count of the window; the window begins with the first."""
        now = self._clock().timestamp()
        values = {"key": key, "amount": amount, "now": now, "ends": now + expiry}
        async with self._transaction() as session:
            return int((await session.execute(_COUNT, values)).scalar_one())

    async def get(self, key: str) -> int:
        """Return the count of the window; 0 where none runs."""
        row = await self._row(key)
        return 0 if row is None else row.count

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends, seconds since 1970; the present where none runs."""
        row = await self._row(key)
        return self._clock().timestamp() if row is None else row.ends_at

    async def check(self) -> bool:
        """Say whether the table can be read."""
        await self._row("")
        return True

    async def reset(self) -> int | None:
        """Forget everything."""
        return await self._delete()

    async def clear(self, key: str) -> None:
        """Forget a key."""
        await self._delete(RateCounter.key == key)

    async def purge(self) -> None:
        """Forget the windows that have ended."""
        await self._delete(RateCounter.ends_at <= self._clock().timestamp())

    async def _row(self, key: str) -> RateCounter | None:
        query = select(RateCounter).where(RateCounter.key == key, RateCounter.ends_at > self._clock().timestamp())
        open_session = _session.get()
        if open_session is not None:
            return await open_session.scalar(query)
        async with self._database.session() as session:
            return await session.scalar(query)

    async def _delete(self, *which: Any) -> int:
        async with self._transaction() as session:
            return int((await session.execute(delete(RateCounter).where(*which))).rowcount)  # type: ignore[attr-defined]

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        """Give the transaction that ``together`` has opened for this task, or one of its own."""
        running = _session.get()
        if running is not None:
            yield running
            return
        async with self._database.write_session() as session:
            token = _session.set(session)
            try:
                yield session
            finally:
                _session.reset(token)
