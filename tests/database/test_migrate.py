from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from database.migrate import downgrade
from database.session import Database
from database.tables import Base

ROOT = Path(__file__).parents[2]


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables}
    )
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_migrate_makes_exactly_the_tables_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(tables) == {*Base.metadata.tables, "alembic_version"}


async def test_migrate_twice_changes_nothing(database: Database) -> None:
    await database.migrate()
    await database.check()


async def test_migrate_by_several_servers_at_once_succeeds(empty_database: Database) -> None:
    url = empty_database.url.render_as_string(hide_password=False)
    servers = [Database(url) for _ in range(4)]
    await asyncio.gather(*(server.migrate() for server in servers))
    for server in servers:
        await server.close()
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrate_leaves_foreign_tables_alone(empty_database: Database) -> None:
    async with empty_database.write_connection() as connection:
        await connection.execute(text("CREATE TABLE checkpoints (id INTEGER)"))
    await empty_database.migrate()
    async with empty_database.engine.connect() as connection:
        assert "checkpoints" in await connection.run_sync(tables)
        assert await connection.run_sync(differences) == []


async def test_downgrade_to_base_removes_every_table(database: Database) -> None:
    async with database.write_connection() as connection:
        await connection.run_sync(downgrade)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}


@pytest.mark.parametrize("command", [["upgrade", "head"], ["upgrade", "head", "--sql"]])
def test_alembic_from_the_repository_root_works(tmp_path: Path, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *command],
        cwd=ROOT,
        env={**os.environ, "TELEKOM_DATABASE_URL": f"sqlite:///{tmp_path / 'cli.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ("CREATE TABLE customers" in done.stdout) == ("--sql" in command)
