"""Access to the database: engine, read sessions, write transactions, migrations, for SQLite and PostgreSQL.

The tables and their meaning are in ``database/tables``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import stamina
from sqlalchemy import Connection, Engine, Row, Select, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.util import greenlet_spawn
from typing_extensions import TypeVarTuple

from database.fence import refuse_lost
from database.migrate import unknown_revision, upgrade
from database.postgres import CONNECT_ARGUMENTS, NOTICE_OUR_END
from database.sqlite_driver import connect

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_KNOWN_KINDS = "Write sqlite+aiosqlite:///file or postgresql+psycopg://user:password@host/name."
BUSY_MILLISECONDS = 30_000
"""Time for which a write to SQLite waits for another process's."""

_WAL_SECONDS = 10.0
_WAL_PAUSE_SECONDS = 0.05
_SCHEMA_LOCK = 7_423_001
"""Any number: two servers that start at once on PostgreSQL migrate one after the other."""

_POOL_WAIT_SECONDS = 10.0

_ONLY_READS = "a session for reading changes nothing: open a write_session"

_Columns = TypeVarTuple("_Columns")

_open_transaction: ContextVar[tuple[Database, AsyncSession] | None] = ContextVar("open_transaction", default=None)
"""The write transaction of the running task, with its database."""


class UnfitDatabase(RuntimeError):
    """The database is of a kind or of a version that this program does not know; the message says what to do."""


class Database:
    """A database with its engine and sessions; no connection is opened before the first use.

    Args:
        url: ``sqlite+aiosqlite:///file`` or ``postgresql+psycopg://…``; a URL without a driver gets the one named here.
        pool: Connections to PostgreSQL at most.

    Raises:
        UnfitDatabase: The URL names another kind of database, or is none.
    """

    def __init__(self, url: str, *, pool: int = 10) -> None:
        self.url: URL = _known(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: AsyncEngine = _create_engine(self.url, pool)
        outside = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(begin=None, **outside)
        self._read = async_sessionmaker(
            self._reader, sync_session_class=_ReadSession,
            autoflush=False, expire_on_commit=False,
        )  # fmt: skip
        self._writer = self.engine.execution_options(begin="IMMEDIATE")
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)

    def session(self) -> AsyncSession:
        """Return a session for reading: ``async with database.session() as session``.

        Each statement sees what is committed when it runs, as in a transaction of PostgreSQL, and costs one round trip:
        there is no transaction to begin and to end. So it refuses changes, which nothing would roll back.
        """
        return self._read()

    async def rows(self, query: Select[*_Columns], **values: Any) -> Sequence[Row[*_Columns]]:
        """Return what a query finds, as ``joined`` would: for what every turn asks, at a third of a session's cost.

        Args:
            query: Asks for columns; a fixed one with ``bindparam`` is compiled once.
            values: The values of its parameters.
        """
        running = _open_transaction.get()
        if running is not None and running[0] is self:
            return (await running[1].execute(query, values)).all()
        return await greenlet_spawn(_rows, self._reader.sync_engine, query, values)

    @asynccontextmanager
    async def write_session(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction that commits at the end of the block and rolls back if the block raises.

        SQLite: the write lock is taken at the start, so that what the block reads cannot change before it writes; keep
        slow calls out of it. PostgreSQL: select the rows that are going to change ``with_for_update()``.

        Raises:
            ThreadLockLost: The running turn has lost its thread's lock.
        """
        async with self._write() as session, session.begin():
            # Without this the transaction would begin with the first statement.
            connection = await session.connection()
            if not self.is_sqlite:
                await refuse_lost(partial(_answer, connection))
            token = _open_transaction.set((self, session))
            try:
                yield session
            finally:
                _open_transaction.reset(token)

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[AsyncSession]:
        """Give the session of the write transaction that this task has open, or else one for reading.

        By it the adapters over our own tables take part in the transaction of the operation that uses them.
        """
        running = _open_transaction.get()
        if running is not None and running[0] is self:
            yield running[1]
            return
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def write_connection(self) -> AsyncIterator[AsyncConnection]:
        """Open one transaction for schema and seed, one server at a time; a missing folder of SQLite is created."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        async with self._writer.begin() as connection:
            if not self.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK})
            yield connection

    async def migrate(self) -> None:
        """Migrate our tables to the newest version; other tables in the same database are not touched.

        Raises:
            UnfitDatabase: They are of a newer version than this program knows.
        """
        async with self.write_connection() as connection:
            newer = await connection.run_sync(unknown_revision)
            if newer is not None:
                raise UnfitDatabase(
                    f"The database was migrated to {newer!r} by a newer version of this program. "
                    "Start that version, or restore the backup from before it."
                )
            await connection.run_sync(upgrade)

    async def check(self) -> None:
        """Write one row anew as it is, to see that the database answers and takes a change.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It does not.
        """
        async with self._writer.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class _ReadSession(Session):
    def flush(self, objects: Sequence[Any] | None = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise RuntimeError(_ONLY_READS)

    def execute(self, statement: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(statement, UpdateBase):
            raise RuntimeError(_ONLY_READS)
        return super().execute(statement, *arguments, **named)


def _rows(engine: Engine, query: Select[*_Columns], values: Mapping[str, Any]) -> Sequence[Row[*_Columns]]:
    with engine.connect() as connection:
        return connection.execute(query, values).all()


async def _answer(connection: AsyncConnection, query: str, values: Mapping[str, int]) -> object:
    return (await connection.exec_driver_sql(query, dict(values))).scalar()


def _known(text: str) -> URL:
    """Return a URL of a known kind of database, with its driver."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UnfitDatabase(f"TELEKOM_DATABASE_URL is no URL of a database. {_KNOWN_KINDS}") from error
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.drivername not in _DRIVERS.values():
        raise UnfitDatabase(f"TELEKOM_DATABASE_URL names {url.drivername!r}, which is not supported. {_KNOWN_KINDS}")
    return url


def _create_engine(url: URL, pool: int) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        engine = create_async_engine(
            url, pool_pre_ping=True, pool_size=pool, max_overflow=0, pool_timeout=_POOL_WAIT_SECONDS,
            connect_args=CONNECT_ARGUMENTS,
        )  # fmt: skip
        event.listen(engine.sync_engine, "connect", _prepare_postgres)
        return engine
    engine = create_async_engine(url, connect_args={"async_creator_fn": connect})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(NOTICE_OUR_END)
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, late and deferred; _begin_sqlite does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is written over, not only forgotten
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Set the write-ahead log, a property of the file. SQLite does not wait for the lock it needs, so we retry."""
    retried = stamina.RetryingCaller(
        attempts=None, timeout=_WAL_SECONDS, wait_initial=_WAL_PAUSE_SECONDS, wait_max=10 * _WAL_PAUSE_SECONDS,
        wait_jitter=_WAL_PAUSE_SECONDS,
    )  # fmt: skip
    # The error: another server opens the same new file.
    retried(sqlite3.OperationalError, cursor.execute, "PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("begin", "DEFERRED")
    if how is not None:
        connection.exec_driver_sql(f"BEGIN {how}")
