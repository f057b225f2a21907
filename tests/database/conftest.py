"""A fresh, migrated database for each test: SQLite always, PostgreSQL where TEST_POSTGRES_URL names one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import make_url, text

from core.clock import ISTANBUL
from database.seed.demo import seed_demo
from database.session import Database

NOW = datetime(2026, 3, 15, 14, 30, tzinfo=ISTANBUL)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new folder' / 'test.sqlite3'}")
        yield database
        await database.close()
        return
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_URL is not set")
    # A schema of its own is as good as a database of its own, and needs no right to create one.
    schema = f"test_{uuid4().hex}"
    server = Database(url)
    async with server.write_session() as session:
        await session.execute(text(f"CREATE SCHEMA {schema}"))
    database = Database(
        make_url(url).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    )
    yield database
    await database.close()
    async with server.write_session() as session:
        await session.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    await server.close()


@pytest_asyncio.fixture
async def database(empty_database: Database) -> Database:
    """A database with tables and no rows."""
    await empty_database.migrate()
    return empty_database


@pytest_asyncio.fixture
async def demo(database: Database) -> Database:
    """A database with the demo of 15 March 2026."""
    await seed_demo(database, NOW, lambda password: f"hash of {password}", "demo-1234")
    return database
