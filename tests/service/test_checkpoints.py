"""The store of the checkpoints on PostgreSQL: made once by several servers, and refused where a newer one has been."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from core.settings import Settings
from database.session import Database, UnfitDatabase
from service.checkpoints import open_checkpointer, write_probe

pytest.importorskip("langgraph.checkpoint.postgres")


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """An empty schema of a PostgreSQL database."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_URL is not set")
    schema, server = f"test_{uuid4().hex}", Database(url)
    async with server.write_session() as session:
        await session.execute(text(f"CREATE SCHEMA {schema}"))
    own = make_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
    found = Database(own.render_as_string(hide_password=False))
    yield found
    await found.close()
    async with server.write_session() as session:
        await session.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    await server.close()


async def test_tables_are_made_once_by_several_servers_and_take_a_write(database: Database, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, database_pool=2)

    async def open_and_write() -> None:
        async with open_checkpointer(settings, database) as saver:
            await write_probe(saver)
            await write_probe(saver)

    await asyncio.gather(*(open_and_write() for _ in range(3)))
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM checkpoint_writes")) == 1


async def test_tables_of_a_newer_program_are_refused_in_one_sentence(database: Database, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    async with open_checkpointer(settings, database):
        pass
    async with database.write_session() as session:
        await session.execute(text("INSERT INTO checkpoint_migrations (v) VALUES (999)"))
    with pytest.raises(UnfitDatabase, match="version 999, newer than this program"):
        async with open_checkpointer(settings, database):
            pass
