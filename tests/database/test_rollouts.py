"""Roll-outs in both databases: one of a label runs, sides are counted by conversation, an end is an end."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from database.enums import HandoverReason
from database.handovers import Handovers
from database.rollouts import MEASURES, NoSuchRollout, Rollout, RolloutNotPossible, Rollouts
from database.session import Database
from database.tables import Run, Thread
from database.texts import Texts

NAME = "prompts/policy.md"
BY = "a@example.com"


@pytest.fixture
async def rollouts(demo: Database, now: datetime) -> Rollouts:
    await Texts(demo).add(NAME, "edited", first="ours", by=BY, at=now)
    return Rollouts(demo)


async def begin(rollouts: Rollouts, now: datetime, label: str = "production") -> Rollout:
    return await rollouts.begin(label, {NAME: 2}, 20, ["fault", "disliked"], note="why", by=BY, at=now)


async def test_one_roll_out_of_a_label_runs(rollouts: Rollouts, now: datetime) -> None:
    first = await begin(rollouts, now)
    assert (first.texts, first.share, first.measures, first.ended_at) == ({NAME: 2}, 20, ["fault", "disliked"], None)
    with pytest.raises(RolloutNotPossible, match="runs already"):
        await begin(rollouts, now)
    other = await begin(rollouts, now, "staging")
    assert await rollouts.running() == [first, other] and await rollouts.running("staging") == [other]
    await rollouts.end(first.id, "returned", {}, by=BY, at=now)
    again = await begin(rollouts, now)
    assert await rollouts.running("production") == [again]
    assert [each.id for each in await rollouts.all()] == [again.id, other.id, first.id]


async def test_two_begun_at_once_leave_one(rollouts: Rollouts, now: datetime) -> None:
    found = await asyncio.gather(*(begin(rollouts, now) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, Rollout) for each in found) == 1
    assert all(isinstance(each, Rollout | RolloutNotPossible) for each in found)


async def test_who_ends_one_with_which_figures_stays(rollouts: Rollouts, now: datetime) -> None:
    row = await begin(rollouts, now)
    later = now + timedelta(hours=1)
    ends = [rollouts.end(row.id, "worse", {"n": 7}, by=by, at=later) for by in ("service", "another")]
    first, second = await asyncio.gather(*ends, return_exceptions=True)
    assert sorted([first is None, second is None]) == [False, True]
    ended = await rollouts.one(row.id)
    assert (ended.ended_at, ended.how, ended.figures) == (later, "worse", {"n": 7})
    assert ended.ended_by in ("service", "another")
    with pytest.raises(RolloutNotPossible, match="has ended"):
        await rollouts.end(row.id, "served", {}, by=BY, at=later)
    assert await Texts(rollouts._database).labels() == {}
    with pytest.raises(NoSuchRollout):
        await rollouts.one(99)


async def test_what_is_served_to_all_carries_the_label(rollouts: Rollouts, demo: Database, now: datetime) -> None:
    row = await begin(rollouts, now)
    await rollouts.end(row.id, "served", {}, by=BY, at=now)
    assert await Texts(demo).labels() == {NAME: {"production": 2}}


async def test_a_moved_label_of_its_text_ends_it(rollouts: Rollouts, demo: Database, now: datetime) -> None:
    texts, row, other = Texts(demo), await begin(rollouts, now), await begin(rollouts, now, "staging")
    await texts.add("prompts/respond.md", "edited", first="ours", by=BY, at=now)
    await texts.move("prompts/respond.md", "production", 2, by=BY, at=now)
    assert await rollouts.running() == [row, other]
    await texts.move(NAME, "production", 1, by=BY, at=now)
    assert await rollouts.running() == [other]
    assert ((await rollouts.one(row.id)).how, (await rollouts.one(row.id)).ended_by) == ("replaced", BY)


async def test_a_conversation_counts_once_however_often_it_goes_wrong(
    rollouts: Rollouts, demo: Database, now: datetime
) -> None:
    row = await begin(rollouts, now)
    turns = [
        ("a", "new", {"error": "GenerationError"}), ("a", "new", {"error": "GenerationError", "score": -1}),
        ("b", "new", {"error": "BILL_ALREADY_PAID", "intent": "pay_bill"}), ("c", "new", {"kept_back": True}),
        ("d", "served", {"intent": "unclear"}), ("d", "served", {"intent": "unclear_again"}),
        ("e", "served", {"score": 1, "kept_back": False}), ("e", None, {"error": "GenerationError"}),
    ]  # fmt: skip
    async with demo.write_session() as session:
        for name in "abcde":
            session.add(Thread(id=name, customer_id=1, title="", created_at=now, updated_at=now))
        await session.flush()
        for number, (thread, side, fields) in enumerate(turns):
            of = {"rollout_id": row.id, "rollout_side": side} if side else {}
            values = {"channel": "chat", "tools": "", "started_at": now, **of, **fields}
            session.add(Run(id=f"r{number}", thread_id=thread, customer_id=1, **values))
    handovers = Handovers(demo)
    await handovers.open(
        thread_id="d", run_id="r5", customer_id=1, reason=HandoverReason.UNCLEAR, summary="", tried=[], language="tr",
        now=now,
    )  # fmt: skip
    sides = await rollouts.counts(row.id)
    none = dict.fromkeys(MEASURES, 0)
    assert (sides["new"].conversations, sides["new"].turns) == (3, 4)
    assert sides["new"].wrong == none | {"fault": 1, "disliked": 1, "kept_back": 1}
    assert (sides["served"].conversations, sides["served"].turns) == (2, 3)
    assert sides["served"].wrong == none | {"misunderstood": 1, "handed_over": 1}
    assert (await rollouts.counts(row.id + 1))["new"].conversations == 0
