"""The simulated bank's own book in a PostgreSQL database, for services of several machines that share no file.

It belongs to the bank, as the file of ``ports.bank_ledger`` does; its table stands beside the operator's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ports.bank_ledger import Ledger

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


class PostgresBankLedger(Ledger):
    """The book in a table of a PostgreSQL database.

    Args:
        url: The database, as libpq reads it.
    """

    table, mark = "simulated_bank_charges", "%s"

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """Open a transaction; one at a time, as the bank's own book is kept by one clerk."""
        with psycopg.connect(self._url, connect_timeout=_CONNECT_SECONDS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            connection.execute(_TABLE)
            yield connection
