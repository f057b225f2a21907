"""Figures by day: counted by Istanbul's days, with the right percentiles, narrowed by a filter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.clock import ISTANBUL
from database.run_figures import figures_by_day, intents_between
from database.run_records import RunFilter
from database.session import Database
from database.tables import Run, Thread

DAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=ISTANBUL)


def turn(number: int, at: datetime, **fields: object) -> Run:
    values = {"channel": "chat", "ms": number, "tokens_in": 1, "tokens_out": 2, "intent": "pay_bill"} | fields
    return Run(id=f"r{number}", thread_id="t", customer_id=1, started_at=at, tools="", **values)


async def fill(demo: Database) -> None:
    async with demo.write_session() as session:
        session.add(Thread(id="t", customer_id=1, title="", created_at=MIDNIGHT, updated_at=MIDNIGHT))
        await session.flush()
        session.add_all(turn(number, MIDNIGHT + timedelta(minutes=number)) for number in range(1, 101))
        session.add_all([
            turn(500, MIDNIGHT - timedelta(seconds=1), error="GenerationError", channel="rest", intent="greeting"),
            turn(501, MIDNIGHT - timedelta(hours=2), error="BILL_ALREADY_PAID", score=-1, confidence=0.1),
        ])  # fmt: skip


async def test_days_are_counted_from_midnight_in_istanbul(demo: Database) -> None:
    await fill(demo)
    before, of_day, after = await figures_by_day(
        demo, RunFilter(), [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)], 0.6
    )
    assert (of_day.turns, of_day.tokens, of_day.median_ms, of_day.slow_ms) == (100, 300, 50, 95)
    assert (before.turns, before.faults, before.refused, before.disliked, before.unsure) == (2, 1, 1, 1, 1)
    assert (after.turns, after.median_ms, after.slow_ms, after.tokens) == (0, None, None, 0)
    assert of_day.faults == of_day.refused == of_day.liked == of_day.handed_over == 0


async def test_a_filter_narrows_the_figures(demo: Database) -> None:
    await fill(demo)
    yesterday = DAY - timedelta(days=1)
    [found] = await figures_by_day(demo, RunFilter(channel="rest"), [yesterday], 0.6)
    assert (found.turns, found.median_ms, found.slow_ms) == (1, 500, 500)
    [none] = await figures_by_day(demo, RunFilter(version="0" * 12), [DAY], 0.6)
    assert none.turns == 0
    assert await intents_between(demo, RunFilter(), yesterday, DAY) == [("pay_bill", 101), ("greeting", 1)]
