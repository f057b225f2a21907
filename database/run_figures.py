"""Figures of recorded turns by day: how many there were, what went wrong, how long they took, what customers thought.

Counted by the database, one short query a day, so that a hundred thousand turns hold nobody up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import begin_of
from database.run_records import RunFilter
from database.session import Database
from database.tables import Run, RunRecord

_MOST_INTENTS = 15


@dataclass(frozen=True)
class DayFigures:
    """The turns of one day of Istanbul.

    Attributes:
        day: The day.
        turns: How many there were.
        faults: A fault ended them.
        refused: An operation was refused in them.
        unsure: Their confidence was low.
        handed_over: They handed the conversation to a person.
        liked: Thumbs up.
        disliked: Thumbs down.
        tokens: Of the chat model, in and out.
        median_ms: Half of them took no longer; None where there were none.
        slow_ms: 95 of 100 took no longer.
    """

    day: date
    turns: int
    faults: int
    refused: int
    unsure: int
    handed_over: int
    liked: int
    disliked: int
    tokens: int
    median_ms: int | None = None
    slow_ms: int | None = None


async def figures_by_day(database: Database, wanted: RunFilter, days: Sequence[date], low: float) -> list[DayFigures]:
    """Return the figures of some days.

    Args:
        database: The database.
        wanted: The turns that count; its own times are left out.
        days: The days, of Istanbul.
        low: The confidence below which a turn is unsure.
    """
    async with database.session() as session:
        return [await _of_day(session, wanted, day, low) for day in days]


async def intents_between(database: Database, wanted: RunFilter, first: date, last: date) -> list[tuple[str, int]]:
    """Return the most frequent intents of some days with the number of their turns; arguments as above."""
    within = replace(wanted, since=begin_of(first), until=begin_of(last) + timedelta(days=1))
    count = func.count().label("turns")
    query = _of(within, Run.intent, count).where(Run.intent.is_not(None)).group_by(Run.intent)
    async with database.session() as session:
        rows = await session.execute(query.order_by(count.desc(), Run.intent).limit(_MOST_INTENTS))
        return [(intent, turns) for intent, turns in rows]


async def _of_day(session: AsyncSession, wanted: RunFilter, day: date, low: float) -> DayFigures:
    within = replace(wanted, since=begin_of(day), until=begin_of(day) + timedelta(days=1))
    conditions = (
        RunFilter(failed=True), RunFilter(refused=True), RunFilter(below=low), RunFilter(handed_over=True),
        RunFilter(score=1), RunFilter(score=-1),
    )  # fmt: skip
    tokens = func.coalesce(func.sum(func.coalesce(Run.tokens_in, 0) + func.coalesce(Run.tokens_out, 0)), 0)
    query = _of(within, func.count(), *(_count(each.where()) for each in conditions), tokens, func.count(Run.ms))
    *counted, timed = (await session.execute(query)).one()
    found = DayFigures(day, *counted)
    if not timed:
        return found
    times = _of(within, Run.ms).where(Run.ms.is_not(None)).order_by(Run.ms)
    shares = [await session.scalar(times.limit(1).offset(_place(share, timed))) for share in (0.5, 0.95)]
    return replace(found, median_ms=shares[0], slow_ms=shares[1])


def _of(wanted: RunFilter, *columns: Any) -> Select[Any]:
    query = select(*columns).select_from(Run)
    if wanted.of_record:
        query = query.join(RunRecord, RunRecord.run_id == Run.id)
    return query.where(wanted.where())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _place(share: float, count: int) -> int:
    """Return the place of the value that this share of the values does not exceed."""
    return max(0, -int(-share * count // 1) - 1)
