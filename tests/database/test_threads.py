"""Threads of many customers at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.channels import Channel
from core.clock import ISTANBUL
from core.masking import Masker
from database.run_records import RunEnd, RunTrace
from database.runs import Runs
from database.seed.demo import seed_demo
from database.session import Database
from database.threads import ThreadNotFound, Threads

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


async def _say(database: Database, thread: str, customer: int, run: str, words: str, answer: str | None) -> None:
    runs = Runs(database, Masker(b"key"))
    await Threads(database, lambda: NOW).claim(thread, customer, words)
    await runs.begin(run, thread, customer, Channel.CHAT, words, NOW)
    if answer is not None:
        end = RunEnd(answer, "none", 0.9, {"tool_calls": []}, [], None, 5, 0, 0)
        await runs.end(run, NOW, end, RunTrace(None, {}, [], [], [], {}))


async def test_turns_hold_what_was_said_and_an_unfinished_one_has_no_answer(demo: Database) -> None:
    threads = Threads(demo, lambda: NOW)
    await _say(demo, "t", 1, "r1", "faturam ne kadar", "259,80 TL")
    await _say(demo, "t", 1, "r2", "öde", None)
    turns = await threads.turns("t", 1, limit=10)
    assert [(turn.run.id, turn.asked, turn.answer) for turn in turns] == [
        ("r1", "faturam ne kadar", "259,80 TL"),
        ("r2", "öde", None),
    ]
    assert [turn.run.id for turn in await threads.turns("t", 1, limit=1)] == ["r2"]
    with pytest.raises(ThreadNotFound):
        await threads.turns("t", 2, limit=10)


async def test_search_knows_turkish_letters_and_only_the_customers_own_threads(demo: Database) -> None:
    threads = Threads(demo, lambda: NOW)
    await _say(demo, "mine", 1, "r1", "İNTERNETİM yavaş", "Bakıyorum.")
    await _say(demo, "other", 1, "r2", "Faturam", "259,80 TL")
    await _say(demo, "theirs", 2, "r3", "internetim yavaş", "Bakıyorum.")
    assert [found.session_id for found in await threads.search(1, "internetim", limit=9)] == ["mine"]
    await threads.rename("other", 1, "Modem ışığı")
    assert [found.session_id for found in await threads.search(1, "MODEM ISIGI", limit=9)] == ["other"]
    await threads.delete("other", 1)
    assert await threads.search(1, "modem", limit=9) == []


async def test_renaming_anothers_thread_is_refused(demo: Database) -> None:
    threads = Threads(demo, lambda: NOW)
    await _say(demo, "t", 1, "r1", "Faturam", "259,80 TL")
    with pytest.raises(ThreadNotFound):
        await threads.rename("t", 2, "Benim")
    assert (await threads.summaries(1, limit=1, offset=0))[0][0].title == "Faturam"


async def test_newest_thread_is_that_of_the_channel_and_not_older_than_asked(demo: Database) -> None:
    threads = Threads(demo, lambda: NOW)
    await _say(demo, "t", 1, "r1", "Faturam", "259,80 TL")
    day_before = NOW - timedelta(days=1)
    assert await threads.newest_of(1, Channel.CHAT, day_before) == "t"
    assert await threads.newest_of(1, Channel.REST, day_before) is None
    assert await threads.newest_of(2, Channel.CHAT, day_before) is None
    assert await threads.newest_of(1, Channel.CHAT, NOW + timedelta(hours=1)) is None
    await threads.delete("t", 1)
    assert await threads.newest_of(1, Channel.CHAT, day_before) is None


async def test_turns_hold_nodes_and_exact_calls_until_the_details_are_purged(demo: Database) -> None:
    threads, runs = Threads(demo, lambda: NOW), Runs(demo, Masker(b"key"))
    await threads.claim("t", 1, "Faturam")
    await runs.begin("r1", "t", 1, Channel.CHAT, "Faturam", NOW)
    call = {"kind": "run", "operation": "get_current_bill", "arguments": {"line_number": "05001000001"}, "step": 0}
    trace = RunTrace(
        checkpoint_id=None, steps=[{"node": "execute_tools", "ms": 5}], calls=[call], models=[], setup={}, request={}
    )
    await runs.end("r1", NOW, RunEnd("259,80 TL", "none", 0.9, {}, [], None, 5, 0, 0), trace)
    (turn,) = await threads.turns("t", 1, limit=1)
    assert ([node["node"] for node in turn.nodes], list(turn.calls)) == (["execute_tools"], [call])
    await runs.purge(NOW + timedelta(days=1))
    (turn,) = await threads.turns("t", 1, limit=1)
    assert (turn.answer, list(turn.nodes), list(turn.calls)) == ("259,80 TL", [], [])
