"""The simulated bank's own book: what became of each key, in an SQLite file that several processes may share.

It belongs to the bank, not to the operator: nothing but ``ports.payment.SimulatedPayment`` may read it. A charge is
one transaction, so that two processes which bring the same key at once get the same receipt.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol

_BUSY_SECONDS = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS charges (
    number INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    method TEXT NOT NULL,
    refusal TEXT,
    UNIQUE (customer_id, key)
)
"""
_COLUMNS = "customer_id, key, transaction_id, amount, currency, method, refusal"

Row = tuple[Any, ...]


class Connection(Protocol):
    """The part of a database connection that a book needs, as ``sqlite3`` and ``psycopg`` have it."""

    def execute(self, query: Any, params: Any = ..., /) -> Any:
        """Run a statement and return its cursor."""


class Ledger(ABC):
    """Rows of the book, as the tuple (customer id, key, transaction, amount, currency, method, refusal).

    Attributes:
        table: Name of the table.
        mark: The mark of a parameter in a statement.
    """

    table: ClassVar[str]
    mark: ClassVar[str]

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction; no other one sees the book meanwhile."""

    def find(self, customer_id: int, key: str) -> Row | None:
        """Return the row of a key; None for a key that the bank has never seen."""
        with self._transaction() as connection:
            return self._found(connection, customer_id, key)

    def enter(self, row: Row, *, refused: str | None = None) -> Row:
        """Enter a charge or its refusal, unless the key was charged before, and return the key's row.

        Args:
            row: The charge.
            refused: The code of the refusal; a key that was only refused may be tried again.
        """
        with self._transaction() as connection:
            known = self._found(connection, row[0], row[1])
            if known is not None and known[-1] is None:
                return known
            entered = (*row[:-1], refused)
            connection.execute(f"DELETE FROM {self.table} WHERE {self._of_key()}", row[:2])  # noqa: S608
            marks = ", ".join([self.mark] * len(entered))
            connection.execute(f"INSERT INTO {self.table} ({_COLUMNS}) VALUES ({marks})", entered)  # noqa: S608
            return entered

    def charged(self) -> list[Row]:
        """Return every charge that moved money, oldest first."""
        with self._transaction() as connection:
            query = f"SELECT {_COLUMNS} FROM {self.table} WHERE refusal IS NULL ORDER BY number"  # noqa: S608
            return list(connection.execute(query))

    def _found(self, connection: Connection, customer_id: int, key: str) -> Row | None:
        query = f"SELECT {_COLUMNS} FROM {self.table} WHERE {self._of_key()}"  # noqa: S608
        found: Row | None = connection.execute(query, (customer_id, key)).fetchone()
        return found

    def _of_key(self) -> str:
        return f"customer_id = {self.mark} AND key = {self.mark}"


class BankLedger(Ledger):
    """The book in an SQLite file.

    Args:
        path: The file, made at the first use; None keeps the book in memory, for this object only.
    """

    table, mark = "charges", "?"

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory: sqlite3.Connection | None = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; the book in memory lives in one connection."""
        if self._path is None:
            if self._memory is None:
                self._memory = _opened(":memory:")
                weakref.finalize(self, self._memory.close)
            yield self._memory
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_opened(str(self._path))) as connection:
            yield connection


def _opened(place: str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
