"""A fresh, migrated database for each test: SQLite always, PostgreSQL where TEST_POSTGRES_URL names one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from core.clock import ISTANBUL
from database.seed.demo import seed_demo
from database.session import Database
from tests.postgres import own_schema

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
    async with own_schema() as url:
        database = Database(url)
        yield database
        await database.close()


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
