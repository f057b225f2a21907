"""SQLite's asynchronous driver with one visit of its thread for a statement.

The library goes to the connection's thread to make a cursor, to execute, to fetch and to close, and each visit wakes
two threads. Here a statement is executed, read whole and closed in one; every result of this program is read whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self

import aiosqlite


class _WholeCursor:
    """A cursor that has read its result when it has executed its statement.

    Attributes:
        description: Of the columns, as ``sqlite3`` gives it; None where there is no result.
        rowcount: Rows that were changed.
        lastrowid: The last row that was inserted.
        arraysize: Rows of a portion.
    """

    def __init__(self, connection: OneVisitConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Execute a statement and read its result."""
        return await self._run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> Self:
        """Execute a statement for each of the parameters."""
        return await self._run(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> list[Any]:
        """Return the rows that were read, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the real cursor is closed already."""

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> Self:
        def visit() -> tuple[Any, int, int | None, list[Any]]:
            cursor = self._connection.opened().cursor()
            try:
                work(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        self.description, self.rowcount, self.lastrowid, self._rows = await self._connection.visited(visit)
        return self


class OneVisitConnection(aiosqlite.Connection):
    """A connection whose cursors are ``_WholeCursor``, and that visits its thread for no rollback of nothing."""

    _begun = _ended = 0
    """Visits that were asked for, counted by those who ask, and that are over, counted by the thread."""

    def cursor(self, *_: Any) -> _WholeCursor:  # type: ignore[override]
        """Return a new cursor."""
        return _WholeCursor(self)

    def opened(self) -> sqlite3.Connection:
        """Return the connection of ``sqlite3``, for the connection's own thread."""
        return self._conn

    async def _execute(self, fn: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        def counted() -> Any:
            try:
                return fn(*arguments, **named)
            finally:
                self._ended += 1

        self._begun += 1
        return await super()._execute(counted)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """Roll back, unless no transaction is open: then there was none, or only reads that stand by themselves."""
        if self._begun != self._ended or self.in_transaction:  # a cancelled visit may still be going to begin one
            await super().rollback()

    async def visited(self, visit: Callable[[], tuple[Any, int, int | None, list[Any]]]) -> Any:
        """Run something in the connection's thread."""
        return await self._execute(visit)


def connect(database: str, **arguments: Any) -> OneVisitConnection:
    """Open a connection, as ``aiosqlite.connect`` does; SQLAlchemy awaits it."""
    connection = OneVisitConnection(lambda: sqlite3.connect(database, **arguments), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
