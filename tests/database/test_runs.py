"""The recorded turns: beginning and end, masking, lists with every filter, feedback, prompts, deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.masking import Masker
from database.run_records import MaskedRun, RunEnd, RunFilter, RunTrace
from database.runs import RunNotFound, Runs
from database.session import Database
from database.tables import PromptText, ReplayRun, Run, RunRecord, RunSnapshot, ThreadMessage
from database.threads import LEFT, Threads

CUSTOMER, THREAD = 0, "thread-1"
"""Demo customer 0 is Ayşe Yılmaz."""

END = RunEnd(
    answer="Sayın Ayşe Yılmaz, borcunuz 10 TL.", intent="get_current_bill", confidence=0.9, outcome={"pending": None},
    tools=["get_current_bill"], error=None, ms=120, tokens_in=30, tokens_out=12,
)  # fmt: skip
CALL = {
    "kind": "run",
    "operation": "get_current_bill",
    "arguments": {},
    "result": {"customer": "Ayşe Yılmaz"},
    "error": None,
}
TRACE = RunTrace(
    checkpoint_id="c-1", request={"message": "Ben Ayşe Yılmaz"},
    steps=[{"node": "detect_intent", "input": {"message": "Ben Ayşe"}, "output": {}, "ms": 3, "error": None}],
    calls=[CALL], models=[{"role": "write", "input": "Ayşe sordu", "output": "Borcunuz 10 TL."}],
    setup={"model": "test", "prompts": {"respond": "sha-1"}},
)  # fmt: skip


@pytest.fixture
async def runs(demo: Database, now: datetime) -> Runs:
    await Threads(demo, lambda: now).claim(THREAD, CUSTOMER, "Fatura")
    return Runs(demo, Masker(b"test"))


async def record(
    runs: Runs,
    run_id: str,
    at: datetime,
    *,
    message: str = "Faturam ne kadar?",
    end: RunEnd = END,
    thread: str = THREAD,
) -> MaskedRun:
    await runs.begin(run_id, thread, CUSTOMER, "rest", message, at)
    return await runs.end(run_id, at + timedelta(seconds=1), end, TRACE)


async def texts(database: Database, thread: str = THREAD) -> Sequence[tuple[str, str]]:
    query = select(ThreadMessage).where(ThreadMessage.thread_id == thread).order_by(ThreadMessage.id)
    async with database.session() as session:
        return [(row.role.value, row.text) for row in await session.scalars(query)]


async def count(database: Database, table: Any) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_begin_stores_the_message_and_an_unfinished_run(runs: Runs, demo: Database, now: datetime) -> None:
    await runs.begin("r-1", THREAD, CUSTOMER, "rest", "Merhaba", now + timedelta(hours=1))
    assert await texts(demo) == [("user", "Merhaba")]
    [row] = await runs.list(RunFilter(), limit=10)
    assert (row.id, row.channel, row.thread_id, row.ms, row.error, row.tools) == ("r-1", "rest", THREAD, None, None, [])
    # Masked texts are written with the end only; until then no engineer sees the message.
    assert (row.customer, row.message, row.answer) == ("", None, None)
    [thread], _ = await Threads(demo, lambda: now).summaries(CUSTOMER, limit=10, offset=0)
    assert thread.updated_at == now + timedelta(hours=1)
    with pytest.raises(RunNotFound):
        await runs.get("r-1")
    with pytest.raises(RunNotFound):
        await runs.snapshot("r-1")


async def test_end_stores_answer_cost_and_course(runs: Runs, demo: Database, now: datetime) -> None:
    await record(runs, "r-1", now)
    assert await texts(demo) == [("user", "Faturam ne kadar?"), ("assistant", str(END.answer))]
    async with demo.session() as session:
        run = await session.get_one(Run, "r-1")
    assert (run.finished_at, run.answer, run.outcome) == (now + timedelta(seconds=1), END.answer, END.outcome)
    detail = await runs.get("r-1")
    assert (detail.row.intent, detail.row.confidence, detail.row.tools) == ("get_current_bill", 0.9, END.tools)
    assert (detail.row.ms, detail.row.tokens_in, detail.row.tokens_out) == (120, 30, 12)
    assert [step["node"] for step in detail.steps] == ["detect_intent"]
    assert detail.calls[0]["operation"] == "get_current_bill" and detail.setup == TRACE.setup


async def test_end_of_a_failed_turn_adds_no_message(runs: Runs, demo: Database, now: datetime) -> None:
    failed = replace(END, answer=None, intent="", tools=[], error="ModelBusy", outcome=None)
    masked = await record(runs, "r-1", now, end=failed)
    assert await texts(demo) == [("user", "Faturam ne kadar?")]
    assert masked.answer is None and (await runs.get("r-1")).row.error == "ModelBusy"


async def test_operations_that_ran_twice_are_listed_once(runs: Runs, now: datetime) -> None:
    await record(runs, "r-1", now, end=replace(END, tools=["b", "a", "b"]))
    assert (await runs.get("r-1")).row.tools == ["b", "a"]


async def test_everything_an_engineer_reads_is_masked(runs: Runs, demo: Database, now: datetime) -> None:
    masked = await record(runs, "r-1", now, message="Ben ayşe YILMAZ, numaram 0532 111 22 33")
    detail = await runs.get("r-1")
    for text in (str(masked), str(detail)):
        assert "Ayşe" not in text and "YILMAZ" not in text and "111 22 33" not in text
        assert "⟨name" in text and "⟨phone" in text
    assert masked.customer == detail.row.customer and masked.customer.startswith("⟨name")
    # The conversation itself stays as the customer wrote it.
    assert (await texts(demo))[0][1] == "Ben ayşe YILMAZ, numaram 0532 111 22 33"


async def test_masked_hides_what_is_known_of_this_customer_only(runs: Runs) -> None:
    assert "Ayşe" not in str(await runs.masked(["Ayşe geldi", {"who": "Ayşe Yılmaz"}], CUSTOMER))
    assert await runs.masked("Ayşe geldi", 2) == "Ayşe geldi"


async def test_snapshot_is_exact_and_not_masked(runs: Runs, now: datetime) -> None:
    await record(runs, "r-1", now)
    run, snapshot = await runs.snapshot("r-1")
    assert run.id == "r-1" and snapshot.checkpoint_id == "c-1"
    assert snapshot.request == TRACE.request and snapshot.calls == [CALL]


FILTERED = {
    "plain": END,
    "unsure": replace(END, confidence=0.2, intent="pay_bill", tools=["get_current_bill", "pay_bill"]),
    "failed": replace(END, error="ServerFailed", tools=["list_bills"]),
    "refused": replace(END, error="BILL_NOT_FOUND", tools=["list_bills"]),
    "left": replace(END, error=LEFT, answer=None, tools=[]),
    "slow": replace(END, ms=9000, tools=["get_current_bill_items"]),
}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (RunFilter(), {"plain", "unsure", "failed", "refused", "left", "slow", "other"}),
        (RunFilter(intent="pay_bill"), {"unsure"}),
        (RunFilter(tool="get_current_bill"), {"plain", "unsure", "other"}),
        (RunFilter(tool="get_current%"), set()),
        (RunFilter(below=0.5), {"unsure"}),
        (RunFilter(below=0.2), set()),
        (RunFilter(score=-1), {"plain"}),
        (RunFilter(score=1), {"slow"}),
        (RunFilter(failed=True), {"failed"}),
        (RunFilter(failed=False), {"plain", "unsure", "refused", "left", "slow", "other"}),
        (RunFilter(refused=True), {"refused"}),
        (RunFilter(refused=False), {"plain", "unsure", "failed", "left", "slow", "other"}),
        (RunFilter(failed=False, refused=False), {"plain", "unsure", "left", "slow", "other"}),
        (RunFilter(slower=120), {"slow"}),
        (RunFilter(thread_id="thread-2"), {"other"}),
        (RunFilter(tool="get_current_bill", below=0.5, failed=False), {"unsure"}),
        (RunFilter(intent="pay_bill", failed=True), set()),
    ],
    ids=lambda value: None if isinstance(value, set) else str(value),
)
async def test_list_gives_the_runs_of_the_filter(
    runs: Runs, demo: Database, now: datetime, wanted: RunFilter, found: set[str]
) -> None:
    for run_id, end in FILTERED.items():
        await record(runs, run_id, now, end=end)
    await Threads(demo, lambda: now).claim("thread-2", CUSTOMER, "")
    await record(runs, "other", now, thread="thread-2")
    await runs.give_feedback("plain", CUSTOMER, -1, None)
    await runs.give_feedback("slow", CUSTOMER, 1, None)
    assert {row.id for row in await runs.list(wanted, limit=10)} == found


async def test_pages_hold_every_run_once_newest_first(runs: Runs, now: datetime) -> None:
    """Two pairs began at the same moment: the id decides there."""
    for number in range(5):
        await record(runs, f"r-{number}", now + timedelta(minutes=number // 2))
    pages, before = [], None
    while rows := await runs.list(RunFilter(), limit=2, before=before):
        pages.append([row.id for row in rows])
        before = (rows[-1].started_at, rows[-1].id)
    assert pages == [["r-4", "r-3"], ["r-2", "r-1"], ["r-0"]]


async def test_find_completes_a_beginning_that_only_one_id_has(runs: Runs, now: datetime) -> None:
    for run_id in ("abc1", "abd2", "x%y"):
        await record(runs, run_id, now)
    assert await runs.find("abc") == "abc1" and await runs.find("abd2") == "abd2" and await runs.find("x%") == "x%y"
    for beginning in ("ab", "nothing", "%"):
        with pytest.raises(RunNotFound):
            await runs.find(beginning)


async def test_prompts_are_saved_once_and_come_with_the_run(runs: Runs, demo: Database, now: datetime) -> None:
    await record(runs, "r-1", now)
    assert (await runs.get("r-1")).prompts == {}
    await runs.save_prompts({"respond": ("sha-1", "text one"), "questions": ("sha-2", "text two")})
    await runs.save_prompts({"respond": ("sha-1", "text one"), "arguments": ("sha-3", "text three")})
    assert await count(demo, PromptText) == 3
    assert (await runs.get("r-1")).prompts == {"respond": "text one"}


async def test_later_feedback_replaces_earlier_and_is_masked(runs: Runs, now: datetime) -> None:
    await record(runs, "r-1", now)
    await runs.give_feedback("r-1", CUSTOMER, 1, "iyi")
    await runs.give_feedback("r-1", CUSTOMER, -1, "Ben Ayşe, 0532 111 22 33")
    row = (await runs.get("r-1")).row
    assert row.score == -1 and row.comment is not None
    assert "Ayşe" not in row.comment and "111" not in row.comment
    await runs.give_feedback("r-1", CUSTOMER, 1, None)
    assert (await runs.get("r-1")).row.comment is None


async def test_feedback_to_another_customers_run_is_refused(runs: Runs, now: datetime) -> None:
    await record(runs, "r-1", now)
    for run_id, customer_id in (("r-1", 1), ("nothing", CUSTOMER)):
        with pytest.raises(RunNotFound):
            await runs.give_feedback(run_id, customer_id, 1, None)
    assert (await runs.get("r-1")).row.score is None


async def saved_rerun(database: Database, run_id: str, at: datetime) -> None:
    async with database.write_session() as session:
        session.add(
            ReplayRun(id=f"again-{run_id}", run_id=run_id, by="muhendis", at=at, overrides={"seed": 1}, outcome={})
        )


async def test_purge_deletes_details_and_reruns_of_old_runs_only(runs: Runs, demo: Database, now: datetime) -> None:
    for run_id, at in (("old", now - timedelta(days=2)), ("new", now)):
        await record(runs, run_id, at)
        await saved_rerun(demo, run_id, now)
    assert await runs.purge(now - timedelta(days=1)) == 1
    assert await runs.purge(now - timedelta(days=1)) == 0
    with pytest.raises(RunNotFound):
        await runs.get("old")
    with pytest.raises(RunNotFound):
        await runs.snapshot("old")
    assert (await runs.get("new")).calls
    async with demo.session() as session:
        assert list(await session.scalars(select(ReplayRun.id))) == ["again-new"]
    assert {row.id for row in await runs.list(RunFilter(), limit=10)} == {"old", "new"}
    assert len(await texts(demo)) == 4


async def test_deleted_conversation_leaves_no_course_and_no_rerun(runs: Runs, demo: Database, now: datetime) -> None:
    await record(runs, "r-1", now)
    await saved_rerun(demo, "r-1", now)
    await Threads(demo, lambda: now).delete(THREAD, CUSTOMER)
    assert [await count(demo, table) for table in (RunRecord, RunSnapshot, ReplayRun, ThreadMessage)] == [0, 0, 0, 0]
    [row] = await runs.list(RunFilter(), limit=10)
    assert row.id == "r-1" and row.message is None and row.ms == 120
