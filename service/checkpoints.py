"""The store of the threads' checkpoints: in the configured PostgreSQL database, or in a file beside SQLite's.

Its tables are its library's own, which also migrates them; here that is done by one server at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from sqlalchemy import select, text

from core.settings import Settings
from database.postgres import CONNECT_ARGUMENTS, libpq_url
from database.session import BUSY_MILLISECONDS, Database, UnfitDatabase
from database.tables import Thread

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

CHECKPOINT_FILE = "threads.sqlite3"
_SETUP_LOCK = 7_423_002
"""Any number, other than those of ``database.session``."""

_SETUP_PAUSE_SECONDS = 0.1
_POOL_WAIT_SECONDS = 10.0
_PROBE_THREAD = "ready"
_PROBE: RunnableConfig = {"configurable": {"thread_id": _PROBE_THREAD, "checkpoint_ns": "", "checkpoint_id": "ready"}}


@asynccontextmanager
async def open_checkpointer(settings: Settings, database: Database) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """Open the store of the threads' checkpoints, with its tables.

    Raises:
        UnfitDatabase: The library for PostgreSQL is not installed, or its tables are of a newer version.
    """
    if database.is_sqlite:
        async with AsyncSqliteSaver.from_conn_string(str(settings.data_dir / CHECKPOINT_FILE)) as saver:
            await saver.conn.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")  # as in database.session
            await saver.conn.execute("PRAGMA secure_delete = ON")
            await saver.setup()
            yield saver
        return
    try:
        from service.pooled_saver import PooledSaver, connection_pool
    except ImportError as error:
        raise UnfitDatabase(
            "PostgreSQL keeps the conversations by langgraph-checkpoint-postgres, which is not installed. "
            "Install it with: pip install 'telekom-agent[postgres]'"
        ) from error
    url = libpq_url(database.url)
    await _migrate(url, PooledSaver)
    async with connection_pool(url, settings.database_pool, _POOL_WAIT_SECONDS) as pool:
        yield PooledSaver(pool)


async def forget_threads(checkpointer: BaseCheckpointSaver[Any], thread_ids: Iterable[str]) -> None:
    """Delete everything that the store holds of these conversations."""
    for thread_id in thread_ids:
        await checkpointer.adelete_thread(thread_id)
    if isinstance(checkpointer, AsyncSqliteSaver):
        # What was deleted would stand in the write-ahead log until it is written over.
        async with checkpointer.lock:
            await checkpointer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def lost_threads(checkpointer: BaseCheckpointSaver[Any], database: Database) -> set[str]:
    """Return the conversations that have a state and no row: a turn that ran while its person was erased left it."""
    query = "SELECT thread_id FROM checkpoints UNION SELECT thread_id FROM {}"
    async with database.session() as session:
        if isinstance(checkpointer, AsyncSqliteSaver):
            async with checkpointer.lock, checkpointer.conn.execute(query.format("writes")) as cursor:
                stored = {thread_id for (thread_id,) in await cursor.fetchall()}
        else:
            stored = set(await session.scalars(text(query.format("checkpoint_writes"))))
        known = set(await session.scalars(select(Thread.id)))
    return stored - known - {_PROBE_THREAD}


async def write_probe(checkpointer: BaseCheckpointSaver[Any]) -> None:
    """Write a row, to see that the store can be used; it replaces the last probe's."""
    # A write of this channel replaces the one before.
    await checkpointer.aput_writes(_PROBE, [("__error__", "ready")], "ready")


async def _migrate(url: str, saver: type[AsyncPostgresSaver]) -> None:
    """Make or migrate the tables, one server at a time.

    The lock is asked for again and again, not waited for: a statement that waits has a snapshot, for whose end the
    library's CREATE INDEX CONCURRENTLY would wait in turn.
    """
    connection: AsyncConnection[DictRow] = await AsyncConnection.connect(
        url, autocommit=True, prepare_threshold=0, row_factory=dict_row, **CONNECT_ARGUMENTS
    )
    async with connection:
        while True:
            if await _answer(connection, "SELECT pg_try_advisory_lock(%s) AS found", _SETUP_LOCK):
                break
            await asyncio.sleep(_SETUP_PAUSE_SECONDS)
        if await _answer(connection, "SELECT to_regclass('checkpoint_migrations')::text AS found"):
            found = await _answer(connection, "SELECT max(v) AS found FROM checkpoint_migrations")
            if found is not None and found >= len(saver.MIGRATIONS):
                raise UnfitDatabase(
                    f"The conversations' tables are of version {found}, newer than this program knows "
                    f"({len(saver.MIGRATIONS) - 1}). Start the newer program, or restore the backup from before it."
                )
        await saver(connection).setup()


async def _answer(connection: AsyncConnection[DictRow], query: str, *values: Any) -> Any:
    row = await (await connection.execute(query, values)).fetchone()
    return None if row is None else row["found"]
