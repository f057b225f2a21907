"""A temporary copy of one customer's rows, for operations of a re-run that the record does not answer.

Rows are read in one short transaction, so that no live turn waits; a re-run writes into the copy only.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.session import Database
from database.tables import Base, CustomerRow

_NOT_COPIED = ("account", "logins", "rate_", "chat_", "replay_", "handovers", "photos", "receipt", "text_")
"""Names of tables, or beginnings of names, that no operation reads."""


@asynccontextmanager
async def sandbox(source: Database, customer_id: int) -> AsyncIterator[Database]:
    """Open a temporary database with the catalogue and one customer's rows; it is deleted at the end of the block.

    Args:
        source: The live database, only read.
        customer_id: The customer whose rows are copied.
    """
    rows = await _rows(source, customer_id)
    # A file and not memory: operations of one turn run at the same time, and SQLite in memory has one connection.
    with tempfile.TemporaryDirectory(prefix="telekom-replay-") as folder:
        copy = Database(f"sqlite+aiosqlite:///{Path(folder) / 'copy.sqlite3'}")
        try:
            await copy.migrate()
            async with copy.write_session() as session:
                for table, found in rows:
                    if found:
                        await session.execute(insert(table), found)
            yield copy
        finally:
            await copy.close()


async def _rows(source: Database, customer_id: int) -> list[tuple[Table, list[dict[str, Any]]]]:
    """Return the tables with their rows to copy, in the order of their foreign keys."""
    found: list[tuple[Table, list[dict[str, Any]]]] = []
    kept: dict[str, Sequence[Mapping[str, Any]]] = {}
    async with source.session() as session:
        for table in Base.metadata.sorted_tables:
            if not table.name.startswith(_NOT_COPIED):
                rows = await _of_customer(session, table, customer_id, kept)
                kept[table.name] = rows
                found.append((table, rows))
    return found


async def _of_customer(
    session: AsyncSession, table: Table, customer_id: int, kept: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Return the customer's rows of a table, or all rows of a table that belongs to no customer."""
    query = select(table)
    if table.name == CustomerRow.__tablename__:
        query = query.where(table.c.id == customer_id)
    elif "customer_id" in table.c:
        query = query.where(table.c.customer_id == customer_id)
    else:
        for key in table.foreign_keys:
            parent = kept.get(key.column.table.name)
            if parent is not None:
                query = query.where(key.parent.in_([row[key.column.name] for row in parent]))
    return [dict(row) for row in (await session.execute(query)).mappings()]
