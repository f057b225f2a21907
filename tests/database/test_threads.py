"""Threads of many customers at once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from core.clock import ISTANBUL
from database.seed.demo import seed_demo
from database.session import Database
from database.threads import Threads

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)


async def test_conversations_that_begin_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """SQLite refuses at once, without waiting, to write in a transaction that began as a read before another wrote."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'telekom.sqlite3'}")
    try:
        await database.migrate()
        await seed_demo(database, NOW, lambda password: password, "demo-1234")
        threads = Threads(database, lambda: NOW)
        await asyncio.gather(*(threads.claim(f"thread-{number}", number % 8, "Merhaba") for number in range(60)))
        _, total = await threads.summaries(1, limit=1, offset=0)
        assert total == 8
    finally:
        await database.close()
