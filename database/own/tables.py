"""Helpers that the adapters over our own tables share."""

from __future__ import annotations

from typing import ClassVar

from database.session import Database
from ports.outcome import KeyStatus


class OwnTables:
    """Base of the adapters.

    Args:
        database: The tables.
    """

    in_our_transaction: ClassVar[bool] = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, *, key: str, customer_id: int) -> KeyStatus:
        """See ``ports.outcome.ChangingPort.find``: a change is there with its key's record, or not at all."""
        return KeyStatus("unknown")

    async def health(self) -> None:
        """Return: whether the database can be used is checked by itself."""
