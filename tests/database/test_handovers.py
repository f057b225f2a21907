"""Hand-overs as rows: one that is not closed a thread, whoever asks and however often."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from core.clock import ISTANBUL
from database.enums import HandoverReason, HandoverStatus
from database.handover_records import (
    HandoverClosed,
    HandoverNotFound,
    HandoverNotTaken,
    HandoverRecord,
    HandoverTaken,
    Tried,
)
from database.handovers import Handovers
from database.migrate import downgrade
from database.session import Database
from database.tables import Handover, Thread
from database.threads import ThreadNotFound, Threads

TRIED = (Tried("get_current_bill", True), Tried("pay_bill", False, "CARD_DECLINED"))


async def add_thread(database: Database, now: datetime, thread: str = "t1", customer: int = 1) -> None:
    await Threads(database, lambda: now).claim(thread, customer, "Faturam yanlış")


async def opened(database: Database, now: datetime, thread: str = "t1", **changes: Any) -> HandoverRecord:
    call: dict[str, Any] = {
        "thread_id": thread, "run_id": "run-1", "customer_id": 1, "reason": HandoverReason.ASKED,
        "summary": "Faturasına itiraz ediyor.", "tried": TRIED, "language": "tr", "now": now,
    }  # fmt: skip
    return await Handovers(database).open(**call | changes)


async def test_open_stores_what_a_person_needs(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    record = await opened(demo, now)
    assert record == await Handovers(demo).get(record.id) == await Handovers(demo).get(record.id.upper())
    assert record == HandoverRecord(
        id=record.id, thread_id="t1", run_id="run-1", customer_id=1, reason=HandoverReason.ASKED,
        summary="Faturasına itiraz ediyor.", tried=TRIED, language="tr", status=HandoverStatus.OPEN, created_at=now,
        taken_by=None, taken_at=None, closed_by=None, closed_at=None, note=None,
    )  # fmt: skip
    assert record.created_at.tzinfo is ISTANBUL


async def test_open_again_returns_the_one_that_is_not_closed(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    first = await opened(demo, now)
    again = {"run_id": "run-2", "reason": HandoverReason.ANGRY, "summary": "Çok kızgın.", "tried": ()}
    assert await opened(demo, now + timedelta(minutes=1), **again) == first
    taken = await Handovers(demo).take(first.id, "selin", now)
    assert await opened(demo, now, **again) == taken
    await Handovers(demo).close(first.id, "selin", None, now)
    second = await opened(demo, now, **again)
    assert (second.id != first.id, second.run_id, second.reason) == (True, "run-2", HandoverReason.ANGRY)


async def test_twenty_opens_at_once_make_one(demo: Database, now: datetime) -> None:
    # The first round also opens the connections, which keeps its calls apart; the later ones truly meet.
    for thread in ("t1", "t2", "t3", "t4", "t5"):
        await add_thread(demo, now, thread)
        calls = (opened(demo, now, thread, run_id=f"run-{number}") for number in range(20))
        records = await asyncio.gather(*calls)
        assert len({record.id for record in records}) == 1
    assert (await Handovers(demo).list())[1] == 5


async def test_second_unfinished_row_of_a_thread_is_refused_by_the_database(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    first = await opened(demo, now)
    for status in (HandoverStatus.OPEN, HandoverStatus.TAKEN):
        with pytest.raises(IntegrityError):
            async with demo.write_session() as session:
                session.add(
                    Handover(
                        id=str(uuid4()), thread_id=first.thread_id, customer_id=1, reason=HandoverReason.ASKED,
                        summary="", tried=[], language="tr", status=status, created_at=now,
                    )
                )  # fmt: skip


async def test_open_in_a_thread_of_somebody_else_or_none_is_refused(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    for changes in ({"customer_id": 2}, {"thread": "nowhere"}):
        with pytest.raises(ThreadNotFound):
            await opened(demo, now, **changes)
    await Threads(demo, lambda: now).delete("t1", 1)
    with pytest.raises(ThreadNotFound):
        await opened(demo, now)


async def test_list_gives_pages_longest_waiting_first_and_closed_last(demo: Database, now: datetime) -> None:
    handovers = Handovers(demo)
    ids = []
    for number in range(5):
        await add_thread(demo, now, f"t{number}")
        ids.append((await opened(demo, now - timedelta(minutes=number), f"t{number}")).id)
    await handovers.close(ids[4], "selin", None, now)
    await handovers.close(ids[1], "selin", None, now + timedelta(minutes=1))
    await handovers.take(ids[2], "selin", now)
    seen = []
    for offset in (0, 2, 4, 6):
        page, total = await handovers.list(limit=2, offset=offset)
        assert total == 5
        seen += [record.id for record in page]
    assert seen == [ids[3], ids[2], ids[0], ids[1], ids[4]]
    for status, expected in (
        (HandoverStatus.OPEN, [3, 0]),
        (HandoverStatus.TAKEN, [2]),
        (HandoverStatus.CLOSED, [1, 4]),
    ):
        page, total = await handovers.list(status)
        assert ([record.id for record in page], total) == ([ids[number] for number in expected], len(expected))


async def test_take_is_for_one_person_and_may_be_repeated(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    handovers = Handovers(demo)
    id = (await opened(demo, now)).id
    calls = (handovers.take(id, f"person-{number}", now) for number in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    [taken] = [outcome for outcome in outcomes if isinstance(outcome, HandoverRecord)]
    assert sum(isinstance(outcome, HandoverTaken) for outcome in outcomes) == 9
    assert (taken.status, taken.taken_at) == (HandoverStatus.TAKEN, now)
    assert await handovers.take(id, str(taken.taken_by), now + timedelta(hours=1)) == taken


async def test_close_keeps_who_and_why_and_happens_once(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    handovers = Handovers(demo)
    id = (await opened(demo, now)).id
    await handovers.take(id, "selin", now)
    closed = await handovers.close(id, "deniz", "Geri arandı.", now + timedelta(hours=1))
    assert (closed.status, closed.taken_by, closed.closed_by) == (HandoverStatus.CLOSED, "selin", "deniz")
    assert (closed.closed_at, closed.note) == (now + timedelta(hours=1), "Geri arandı.")
    with pytest.raises(HandoverClosed):
        await handovers.close(id, "selin", "again", now)
    with pytest.raises(HandoverClosed):
        await handovers.take(id, "selin", now)
    assert await handovers.get(id) == closed


@pytest.mark.parametrize("id", ["6f1c1f0e-8f0f-4a35-9d55-0d7e6f3f2d11", "no uuid", "", "\x00"])
async def test_unknown_id_is_not_found(demo: Database, now: datetime, id: str) -> None:
    handovers = Handovers(demo)
    for call in (handovers.get(id), handovers.take(id, "selin", now), handovers.close(id, "selin", None, now)):
        with pytest.raises(HandoverNotFound):
            await call


async def test_deleted_thread_takes_the_summary_along(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    record = await opened(demo, now)
    await Threads(demo, lambda: now).delete("t1", 1)
    left = await Handovers(demo).get(record.id)
    assert (left.summary, left.status, left.tried) == ("", HandoverStatus.OPEN, TRIED)


async def test_customer_of_knows_threads_that_were_handed_over(demo: Database, now: datetime) -> None:
    for thread in ("t1", "t2"):
        await add_thread(demo, now, thread)
    record = await opened(demo, now)
    assert await Handovers(demo).customer_of("t1") == 1
    assert await Handovers(demo).customer_of("t2") is None
    await Handovers(demo).close(record.id, "selin", None, now)
    assert await Handovers(demo).customer_of("t1") == 1


async def test_database_of_the_version_before_gets_the_table_and_keeps_its_rows(demo: Database, now: datetime) -> None:
    await add_thread(demo, now)
    await opened(demo, now)
    async with demo.write_connection() as connection:
        await connection.run_sync(downgrade, "0001")
    await demo.migrate()
    assert await Handovers(demo).list() == ([], 0)
    async with demo.session() as session:
        assert (await session.get_one(Thread, "t1")).customer_id == 1


async def test_colleague_speaks_and_hands_back_and_the_words_stand_in_the_conversation(
    demo: Database, now: datetime
) -> None:
    await add_thread(demo, now)
    first, desk = await opened(demo, now), Handovers(demo)
    with pytest.raises(HandoverNotTaken):
        await desk.write(first.id, "selin", "Merhaba", now)
    await desk.take(first.id, "selin", now, colleague="Selin Arslan", told="Selin üstlendi.")
    said = await desk.write(first.id, "selin", "Merhaba", now)
    for refused in (desk.write(first.id, "ali", "Merhaba", now), desk.hand_back(first.id, "ali", None, now)):
        with pytest.raises(HandoverTaken):
            await refused
    ended = await desk.hand_back(first.id, "selin", "Bakıldı.", now, told="Selin geri verdi.")
    assert (ended.status, ended.handed_back, ended.colleague) == (HandoverStatus.CLOSED, True, "Selin Arslan")
    with pytest.raises(HandoverClosed):
        await desk.write(first.id, "selin", "Merhaba", now)
    told = await Threads(demo, lambda: now).between_turns("t1")
    assert [(each.role, each.text, each.author) for each in told] == [
        ("notice", "Selin üstlendi.", "Selin Arslan"),
        ("colleague", "Merhaba", "Selin Arslan"),
        ("notice", "Selin geri verdi.", "Selin Arslan"),
    ]
    assert await Threads(demo, lambda: now).newer("t1", 1, said.id) == told[2:]
    assert await Threads(demo, lambda: now).last_turn("t1") is None


async def test_those_who_wait_longer_are_counted(demo: Database, now: datetime) -> None:
    for number, thread in enumerate(("t1", "t2", "t3")):
        await add_thread(demo, now, thread)
        await opened(demo, now + timedelta(minutes=number), thread)
    desk = Handovers(demo)
    last = await desk.unfinished("t3")
    assert last is not None and await desk.ahead_of(last) == 2
    first = await desk.unfinished("t1")
    assert first is not None
    assert await desk.ahead_of(await desk.take(first.id, "selin", now)) == 0
    assert await desk.ahead_of(last) == 1
    assert await desk.unfinished("t4") is None
