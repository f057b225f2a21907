"""Idempotency keys of turns, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from core.masking import Masker
from database.run_records import RunEnd, RunTrace
from database.runs import Runs
from database.session import Database
from database.threads import Threads
from database.turn_keys import HELD, HeldKey, TurnKeyConflict, TurnKeyInUse, TurnKeys

ANSWER = {"response": "Faturanız 450,10 TL."}


class Keys(TurnKeys):
    """The keys at a time that a test sets."""

    def __init__(self, database: Database, now: datetime) -> None:
        super().__init__(database, lambda: self.now)
        self.now = now

    async def take(self, run_id: str = "r-1", *, key: str = "k", request: str = "h", customer: int = 1) -> HeldKey:
        return await self.claim(customer, key, request, "t-1", run_id)


@pytest.fixture
def keys(demo: Database, now: datetime) -> Keys:
    return Keys(demo, now)


async def test_two_claims_at_once_take_a_key_once(keys: Keys) -> None:
    claims = await asyncio.gather(*(keys.take(f"r-{n}") for n in range(6)), return_exceptions=True)
    assert len([claim for claim in claims if isinstance(claim, HeldKey)]) == 1
    refused = [claim for claim in claims if not isinstance(claim, HeldKey)]
    assert all(isinstance(claim, TurnKeyInUse) and claim.retry_after == HELD.seconds for claim in refused)


async def test_stored_answer_is_given_to_every_repetition(keys: Keys) -> None:
    await keys.finish(await keys.take(), ANSWER)
    again = await keys.take("r-2")
    assert (again.result, again.thread_id) == (ANSWER, "t-1")
    assert (await keys.take("r-3", customer=2)).result is None, "a key is a customer's own"


async def test_another_request_under_the_key_is_refused(keys: Keys) -> None:
    await keys.finish(await keys.take(), ANSWER)
    with pytest.raises(TurnKeyConflict):
        await keys.take(request="another")


async def test_key_of_a_dead_process_is_free_after_its_time(keys: Keys) -> None:
    held = await keys.take()
    keys.now += HELD - timedelta(seconds=1)
    with pytest.raises(TurnKeyInUse) as refused:
        await keys.take("r-2")
    assert refused.value.retry_after == 1
    await keys.renew(held)
    keys.now += HELD - timedelta(seconds=1)
    with pytest.raises(TurnKeyInUse):
        await keys.take("r-2")
    keys.now += timedelta(seconds=1)
    taken = await keys.take("r-2")
    assert taken.result is None and taken.thread_id == "t-1"
    await keys.finish(held, {"response": "an attempt that was given up"})
    await keys.finish(taken, ANSWER)
    assert (await keys.take("r-3")).result == ANSWER


async def test_released_key_is_free_at_once_and_a_forgotten_one_for_anything(keys: Keys) -> None:
    await keys.release(await keys.take())
    await keys.forget(await keys.take("r-2"))
    assert (await keys.take("r-3", request="another")).result is None


async def test_recorded_answer_counts_where_none_was_stored_with_the_key(keys: Keys, demo: Database) -> None:
    await Threads(demo, lambda: keys.now).claim("t-1", 1, "title")
    runs = Runs(demo, Masker(b"test"))
    await keys.take("r-1")
    await runs.begin("r-1", "t-1", 1, "rest", "Faturam ne kadar?", keys.now)
    end = RunEnd(
        answer="450,10 TL", intent="get_current_bill", confidence=0.9, outcome={}, tools=[], error=None, ms=5,
        tokens_in=0, tokens_out=0,
    )  # fmt: skip
    await runs.end("r-1", keys.now, end, RunTrace(None, {}, [], [], [], {}))
    keys.now += HELD
    again = await keys.take("r-2")
    assert again.run is not None and again.run.answer == "450,10 TL"


async def test_deleted_conversation_takes_its_keys_along(keys: Keys, demo: Database) -> None:
    threads = Threads(demo, lambda: keys.now)
    await threads.claim("t-1", 1, "title")
    await keys.finish(await keys.take(), ANSWER)
    await threads.delete("t-1", 1)
    assert (await keys.take("r-2")).result is None


async def test_key_that_was_held_by_a_clock_put_right_since_is_free(keys: Keys) -> None:
    await keys.take()
    keys.now -= timedelta(days=1)
    assert (await keys.take("r-2")).result is None
