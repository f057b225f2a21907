"""The simulated bank's own book in a PostgreSQL database, for services of several machines that share no file.

It belongs to the bank, as the file of ``ports.bank_ledger`` does; its table stands beside the operator's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ports.bank_ledger import COLUMNS, Row

_CONNECT_SECONDS = 5
_LOCK = 7_423_003
"""Any number that no other lock of the database has."""

_TABLE = """
CREATE TABLE IF NOT EXISTS simulated_bank_charges (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    method TEXT NOT NULL,
    refusal TEXT,
    UNIQUE (customer_id, key)
)
"""


class PostgresBankLedger:
    """The rows of ``simulated_bank_charges``; see ``ports.bank_ledger.BankLedger``.

    Args:
        url: The database, as libpq reads it.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def find(self, customer_id: int, key: str) -> Row | None:
        """Return the row of a key; None for a key that the bank has never seen."""
        with self._transaction() as connection:
            return _find(connection, customer_id, key)

    def enter(self, row: Row, *, refused: str | None = None) -> Row:
        """Enter a charge or its refusal, unless the key was charged before, and return the key's row.

        Args:
            row: The charge.
            refused: The code of the refusal; a key that was only refused may be tried again.
        """
        with self._transaction() as connection:
            known = _find(connection, row[0], row[1])
            if known is not None and known[-1] is None:
                return known
            entered = (*row[:-1], refused)
            connection.execute("DELETE FROM simulated_bank_charges WHERE customer_id = %s AND key = %s", row[:2])
            connection.execute(
                f"INSERT INTO simulated_bank_charges ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
                entered,
            )
            return entered

    def charged(self) -> list[Row]:
        """Return every charge that moved money, oldest first."""
        with self._transaction() as connection:
            query = f"SELECT {COLUMNS} FROM simulated_bank_charges WHERE refusal IS NULL ORDER BY number"  # noqa: S608
            return list(connection.execute(query))

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """Open a transaction; one at a time, as the bank's own book is kept by one clerk."""
        with psycopg.connect(self._url, connect_timeout=_CONNECT_SECONDS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            connection.execute(_TABLE)
            yield connection


def _find(connection: psycopg.Connection[Any], customer_id: int, key: str) -> Row | None:
    query = f"SELECT {COLUMNS} FROM simulated_bank_charges WHERE customer_id = %s AND key = %s"  # noqa: S608
    return connection.execute(query, (customer_id, key)).fetchone()
