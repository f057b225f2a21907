"""Backup of a PostgreSQL database: our tables, the conversations' states and the simulated bank's book.

One transaction reads everything as of its beginning, so that nobody waits; no program of PostgreSQL's is needed. The
tables are made again by the migrations that made them, up to the revision of the backup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from core.settings import Settings
from database.migrate import upgrade
from database.postgres import CONNECT_ARGUMENTS, libpq_url
from database.session import Database
from database.tables import Base
from ports.bank_ledger_postgres import PostgresBankLedger
from service.backup.archive import BadBackup, NotEmpty, Reader, Writer
from service.checkpoints import open_checkpointer

_VERSIONS = frozenset({"alembic_version", "checkpoint_migrations"})
"""Tables that those make who make the others."""

_OURS = "tablename LIKE 'checkpoint%%' OR tablename = %s OR tablename = ANY(%s)"
_TABLES = f"SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND ({_OURS})"  # noqa: S608
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s "
    "AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
_KEYS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND table_name = ANY(%s) AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)
_Connection = psycopg.Connection[Any]


def back_up(settings: Settings, url: URL, archive: Writer) -> None:
    """Put the rows of each table into a backup; see ``service.backup``."""
    with psycopg.connect(libpq_url(url), **CONNECT_ARGUMENTS) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        tables = _tables(connection)
        if "alembic_version" not in tables:
            raise BadBackup(f"The database {url.database} has no tables of this program.")
        archive.manifest.revision = _one(connection, "SELECT version_num FROM alembic_version")
        if "checkpoint_migrations" in tables:
            archive.manifest.checkpoints = _one(connection, "SELECT max(v) FROM checkpoint_migrations")
        for name in tables:
            if name in _VERSIONS:
                continue
            columns = archive.manifest.columns[name] = _columns(connection, name)
            copy = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), _identifiers(columns))
            with archive.member(name) as write, connection.cursor().copy(copy) as rows:
                for piece in rows:
                    write(piece)


async def restore(settings: Settings, database: Database, archive: Reader) -> None:
    """Make the tables of a backup, and put its rows into them; see ``service.backup``."""
    url = libpq_url(database.url)
    await asyncio.to_thread(_check_place, url, archive)
    async with database.write_connection() as connection:
        await connection.run_sync(upgrade, archive.manifest.revision)
    async with open_checkpointer(settings, database):
        pass
    if PostgresBankLedger.table in archive.manifest.columns:
        await asyncio.to_thread(PostgresBankLedger(url).charged)  # makes the table
    await asyncio.to_thread(_load, url, archive)


def _check_place(url: str, archive: Reader) -> None:
    """Refuse a database that holds rows, or tables of another revision."""
    with psycopg.connect(url, **CONNECT_ARGUMENTS) as connection:
        tables = _tables(connection)
        if "alembic_version" in tables:
            found = _one(connection, "SELECT max(version_num) FROM alembic_version")
            if found not in (None, archive.manifest.revision):
                raise NotEmpty(f"The database has tables of revision {found}; restore into an empty one.")
        for name in set(tables) - _VERSIONS:
            if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone():
                raise NotEmpty(f"The database has rows in {name}; restore into an empty one.")


def _load(url: str, archive: Reader) -> None:
    """Copy the rows in one transaction, parents first, and let new ids follow them."""
    with psycopg.connect(url, **CONNECT_ARGUMENTS) as connection:
        if "checkpoint_migrations" in _tables(connection):
            known = _one(connection, "SELECT max(v) FROM checkpoint_migrations")
            if archive.manifest.checkpoints > known:
                raise BadBackup("The conversations in the backup are of a newer version of their library.")
        for name in _parents_first(list(archive.manifest.columns)):
            columns = archive.manifest.columns[name]
            missing = set(columns) - set(_columns(connection, name))
            if missing:
                raise BadBackup(f"{name} has no column {', '.join(sorted(missing))} here.")
            copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _identifiers(columns))
            with connection.cursor().copy(copy) as rows:
                for piece in archive.read(name):
                    rows.write(piece)
        for table, column in connection.execute(_KEYS, (list(archive.manifest.columns),)).fetchall():
            follow = sql.SQL(
                "SELECT setval(pg_get_serial_sequence({name}, {key}), max({column})) FROM {table} "
                "HAVING max({column}) >= 1"
            ).format(
                name=sql.Literal(table), key=sql.Literal(column), column=sql.Identifier(column),
                table=sql.Identifier(table),
            )  # fmt: skip
            connection.execute(follow)


def _tables(connection: _Connection) -> list[str]:
    """Return the tables that belong to the service."""
    named = (PostgresBankLedger.table, [*Base.metadata.tables, "alembic_version"])
    return sorted(name for (name,) in connection.execute(_TABLES, named).fetchall())


def _columns(connection: _Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(_COLUMNS, (table,)).fetchall()]


def _parents_first(names: Sequence[str]) -> list[str]:
    ours = [table.name for table in Base.metadata.sorted_tables]
    return sorted(names, key=lambda name: ours.index(name) if name in ours else len(ours))


def _identifiers(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _one(connection: _Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
