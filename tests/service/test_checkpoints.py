"""The store of the checkpoints on PostgreSQL: made once by several servers, and refused where a newer one has been."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from langchain_core.runnables import RunnableConfig
from sqlalchemy import text

from core.settings import Settings
from database.fence import ThreadLockLost
from database.postgres_locks import PostgresLocks
from database.session import Database, UnfitDatabase
from service.checkpoints import open_checkpointer, write_probe
from tests.postgres import own_schema

pytest.importorskip("langgraph.checkpoint.postgres")
PLACE: RunnableConfig = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": "1"}}


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """An empty schema of a PostgreSQL database."""
    async with own_schema() as url:
        found = Database(url)
        yield found
        await found.close()


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


async def test_nothing_is_stored_under_a_lock_that_was_lost(database: Database, tmp_path: Path) -> None:
    name = f"telekom-{uuid4().hex[:8]}"
    place = database.url.update_query_dict({"application_name": name})
    async with open_checkpointer(Settings(_env_file=None, data_dir=tmp_path), database) as saver:
        async with PostgresLocks(place) as locks:
            with pytest.raises(ThreadLockLost):
                async with locks.hold("t", 0):
                    await write_probe(saver)
                    async with database.write_session() as session:
                        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
                        await session.execute(text(query), {"name": name})
                    await saver.aput_writes(PLACE, [("__error__", "late")], "late")
        async with database.session() as session:
            assert await session.scalar(text("SELECT count(*) FROM checkpoint_writes")) == 1
