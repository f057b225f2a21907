"""Alembic's entry: on a connection handed over by ``database.migrate``, or by the URL of the settings.

Looks only at our own tables, so that a checkpoint store or a chat page may share the database.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, Enum

from core.settings import Settings
from database.session import Database
from database.tables import Base
from database.types import Exact, Moment


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in Base.metadata.tables


def _render_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types into a migration as plain ones: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Exact):
        return 'sa.Numeric(12, 2).with_variant(sa.BigInteger(), "sqlite")'
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


def _migrate_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_is_ours,
        render_item=_render_type,
        # SQLite cannot alter a table; Alembic copies it instead.
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_by_settings() -> None:
    database = Database(Settings().resolved_database_url)
    try:
        async with database.write_connection() as connection:
            await connection.run_sync(_migrate_on)
    finally:
        await database.close()


def _print_sql() -> None:
    url = Database(Settings().resolved_database_url).url
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _print_sql()
elif (handed := context.config.attributes.get("connection")) is not None:
    _migrate_on(handed)
else:
    asyncio.run(_migrate_by_settings())
