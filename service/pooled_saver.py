"""The checkpoint store of PostgreSQL over a pool, whose connections are used at the same time.

Importing it needs the extra ``postgres``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from database.fence import refuse_lost
from database.postgres import CONNECT_ARGUMENTS, NOTICE_OUR_END

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]


class PooledSaver(AsyncPostgresSaver):
    """The library's store, but for two things.

    That one takes a lock around each use even of a pool, so that one turn waits for another, and it writes whoever
    holds the thread's lock; here what is written (the library uses a pipeline for it) is refused once it is lost.
    """

    def __init__(self, conn: Pool | AsyncConnection[DictRow]) -> None:
        super().__init__(conn)

    @asynccontextmanager
    async def _cursor(self, *, pipeline: bool = False) -> AsyncIterator[AsyncCursor[DictRow]]:
        if not isinstance(self.conn, AsyncConnectionPool):
            async with super()._cursor(pipeline=pipeline) as cursor:
                yield cursor
            return
        async with self.conn.connection() as connection:
            if not pipeline:
                async with connection.cursor(binary=True, row_factory=dict_row) as cursor:
                    yield cursor
                return
            async with (
                connection.pipeline(),
                connection.transaction(),
                connection.cursor(binary=True, row_factory=dict_row) as cursor,
            ):
                await refuse_lost(partial(_answer, cursor))
                yield cursor


async def _answer(cursor: AsyncCursor[DictRow], query: str, values: Mapping[str, int]) -> object:
    await cursor.execute(query, values)
    row = await cursor.fetchone()
    return row is not None and row["lost"]


async def _prepare(connection: AsyncConnection[DictRow]) -> None:
    await connection.execute(NOTICE_OUR_END)


@asynccontextmanager
async def connection_pool(url: str, most: int, wait: float) -> AsyncIterator[Pool]:
    """Open a pool; it opens connections anew by itself when the database has been away.

    Args:
        url: As libpq reads it.
        most: Connections at most.
        wait: Seconds to wait for a free one.
    """
    arguments = {**CONNECT_ARGUMENTS, "autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: Pool = AsyncConnectionPool(
        url, connection_class=AsyncConnection[DictRow], min_size=1, max_size=most, timeout=wait, kwargs=arguments,
        open=False, check=AsyncConnectionPool.check_connection, reconnect_timeout=30,
        configure=_prepare,
    )  # fmt: skip
    async with pool:
        yield pool
