"""A row of every table for a person, made from the tables themselves: each text in it can be found again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Float, Integer, LargeBinary, String, Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import ISTANBUL
from database.personal import IMPERSONAL
from database.receipt_chain import ERASABLE
from database.tables import Base
from database.types import Exact, Moment

_SHORTEST = 8
_numbers = count(1)


class PersonRows:
    """A person with one row in every table.

    Attributes:
        customer_id: The person.
        marks: Table and column of each text that was stored, by the text; of shared tables there are none.
    """

    def __init__(self, customer_id: int) -> None:
        self.customer_id = customer_id
        self.marks: dict[str, tuple[str, str]] = {}
        self._keys: dict[tuple[str, str], Any] = {}

    async def add(self, session: AsyncSession) -> None:
        """Insert the rows, parents first."""
        for table in Base.metadata.sorted_tables:
            values = {column.name: self._value(table, column) for column in table.c if not _made(column)}
            made = await session.execute(insert(table).values(values).returning(*table.primary_key.columns))
            keys: Mapping[str, Any] = made.mappings().one()
            self._keys |= {(table.name, name): key for name, key in keys.items()}

    def _value(self, table: Table, column: Column[Any]) -> Any:
        if (table.name, column.name) == ("customers", "id") or column.name == "customer_id":
            return self.customer_id
        for key in column.foreign_keys:
            return self._keys[key.column.table.name, key.column.name]
        if column.name == "erased_at" or column.name == "disabled_at":
            return None
        if (table.name, column.name) == ("receipts", "digests"):
            return json.dumps(dict.fromkeys(ERASABLE, "0"))
        kind = column.type
        if isinstance(kind, Enum):
            return list(kind.enum_class or [])[-1]
        if isinstance(kind, JSON):
            return {"mark": self._mark(table, column, _SHORTEST)}
        if isinstance(kind, LargeBinary):
            return self._mark(table, column, _SHORTEST).encode()
        if isinstance(kind, String):
            return self._mark(table, column, kind.length or 40)
        plain = {Exact: Decimal(1), Moment: datetime(2026, 11, 16, 12, tzinfo=ISTANBUL), Boolean: True, Float: 0.5}
        for one, value in plain.items():
            if isinstance(kind, one):
                return value
        if isinstance(kind, Date):
            return date(2026, 11, 16)
        assert isinstance(kind, Integer), f"{table.name}.{column.name} is of a kind that is not known here"
        return next(_numbers)

    def _mark(self, table: Table, column: Column[Any], length: int) -> str:
        number = next(_numbers)
        if length < _SHORTEST:
            return "TRY"[:length]
        mark = f"zq{number:04d}qz"
        if table.name not in IMPERSONAL:
            self.marks[mark] = (table.name, column.name)
        return mark


def _made(column: Column[Any]) -> bool:
    """Return True for a key that the database makes."""
    return column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys and (
        column.table.name != "customers"
    )  # fmt: skip
