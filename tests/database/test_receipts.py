"""Receipts: one chain a customer, in which every change is found and named, and from which words can be erased."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from database.enums import CustomerKind
from database.receipt_chain import BrokenReceipt, broken_receipts, receipt_hash, verify_receipts
from database.receipts import (
    BEGUN,
    DONE,
    REFUSED,
    ConsentEvidence,
    ReceiptNotFound,
    ReceiptSubject,
    add_receipt,
    close_receipts,
    erase_words,
    find_receipt,
    receipts_of,
)
from database.session import Database
from database.tables import CustomerRow, Receipt, ReceiptChain

COLUMNS = tuple(column.name for column in Receipt.__table__.columns)


def evidence(words: str | None = "evet, ödeyelim") -> ConsentEvidence:
    reading = {"button": True} if words is None else {"reply": {"yes": 0.98, "no": 0.02}}
    return ConsentEvidence("129,70 TL ödensin mi?", {"amount": "129.70"}, words, reading, {"policy": "abc"})


def subject(customer: int = 1, key: str = "k1") -> ReceiptSubject:
    return ReceiptSubject(customer, "pay_bill", key, "run-1", "chat", {"bill_id": "F-1"})


async def add(
    database: Database, now: datetime, kind: str = DONE, customer: int = 1, key: str = "k1", words: str | None = "evet"
) -> Receipt:
    outcome = None if kind == BEGUN else {"result": {"status": "completed"}}
    async with database.write_session() as session:
        return await add_receipt(session, kind, subject(customer, key), evidence(words), outcome, now)


async def close(database: Database, now: datetime, *keys: str, customer: int = 1) -> None:
    async with database.write_session() as session:
        await close_receipts(session, customer, set(keys), DONE, {"result": {"status": "completed"}}, now)


async def filled(database: Database, now: datetime) -> None:
    """Two customers' chains with every kind of entry."""
    await add(database, now, words="evet")
    await add(database, now, words=None, key="k2")
    begun = await add(database, now, BEGUN, key="k3")
    await add(database, now, REFUSED, key="k4")
    await close(database, now, "k3")
    await erase_words(database, 1, now, [begun.id])
    await add(database, now, customer=2, key="k5")


async def broken(database: Database) -> Sequence[BrokenReceipt]:
    return (await verify_receipts(database)).broken


async def test_chain_of_every_kind_of_entry_holds(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    found = await verify_receipts(demo)
    assert (found.receipts, found.customers, found.broken) == (7, 2, [])
    rows = await receipts_of(demo, 1)
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.kind for row in rows] == ["done", "done", "begun", "refused", "done", "erased"]
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]


async def test_outcome_of_a_begun_change_is_stated_once(demo: Database, now: datetime) -> None:
    begun = await add(demo, now, BEGUN)
    for _ in range(2):
        await close(demo, now, "k1", "unknown")
    [first, outcome] = await find_receipt(demo, begun.id[:8])
    assert (first.id, outcome.about, outcome.kind) == (begun.id, begun.id, DONE)
    assert [row.id for row in await find_receipt(demo, outcome.id)] == [begun.id, outcome.id]
    with pytest.raises(ReceiptNotFound):
        await find_receipt(demo, "nonsense")


async def test_many_writers_at_once_make_one_chain(demo: Database, now: datetime) -> None:
    url = demo.url.render_as_string(hide_password=False)
    servers = [demo, Database(url)]
    await asyncio.gather(*(add(servers[index % 2], now, key=f"k{index}") for index in range(12)))
    await servers[1].close()
    assert [row.number for row in await receipts_of(demo, 1)] == list(range(1, 13))
    assert await broken(demo) == []


async def test_receipt_of_a_change_that_is_rolled_back_leaves_nothing(demo: Database, now: datetime) -> None:
    await add(demo, now)
    with pytest.raises(RuntimeError):
        async with demo.write_session() as session:
            await add_receipt(session, DONE, subject(), evidence(), {"result": {}}, now)
            raise RuntimeError
    assert len(await receipts_of(demo, 1)) == 1 and await broken(demo) == []


async def test_erasing_the_words_leaves_the_chain_whole(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    assert await erase_words(demo, 1, now) == 3
    assert await erase_words(demo, 1, now) == 0
    rows = await receipts_of(demo, 1)
    assert all(row.words is None and row.salt is None for row in rows)
    assert rows[0].words_digest is not None
    assert await broken(demo) == []
    assert [row.words for row in await receipts_of(demo, 2)] == ["evet"]


async def test_erasing_leaves_no_text_of_the_customer_and_what_the_law_wants(demo: Database, now: datetime) -> None:
    said = "GIZLISOZCUK yavaş"
    asked = ConsentEvidence(f"„{said}“ için kayıt açılsın mı?", {"issue": said}, "evet", {"reply": {"yes": 1}}, {})
    ticket = ReceiptSubject(1, "create_fault_ticket", "k1", None, "chat", {"issue_description": said})
    bill = ReceiptSubject(1, "pay_bill", "k2", None, "chat", {"bill_id": "F-1"}, free_text=False)
    async with demo.write_session() as session:
        await add_receipt(session, DONE, ticket, asked, {"result": {"issue": said}}, now)
        await add_receipt(session, DONE, bill, replace(asked, facts={"amount": "129.70"}, words=None), {}, now)
    assert await broken(demo) == []
    assert await erase_words(demo, 1, now) == 2
    assert await broken(demo) == []
    rows = await receipts_of(demo, 1)
    assert said not in str([[getattr(row, name) for name in COLUMNS] for row in rows])
    assert (rows[0].question, rows[0].arguments, rows[0].facts, rows[0].outcome) == (None, None, None, None)
    assert (rows[1].question, rows[1].arguments) == (None, '{"bill_id":"F-1"}')
    assert rows[1].facts == '{"amount":"129.70"}'


async def test_text_that_is_exchanged_or_gone_is_found(demo: Database, now: datetime) -> None:
    for change in ({"question": "?"}, {"facts": "{}"}, {"outcome": None}, {"salt": None}, {"digests": None}):
        await add(demo, now, key=str(change))
        number = len(await receipts_of(demo, 1))
        async with demo.write_session() as session:
            await session.execute(update(Receipt).where(Receipt.number == number).values(**change))
        assert number in {one.number for one in await broken(demo)}, change


async def test_receipt_from_before_there_were_digests_is_erased_whole(demo: Database, now: datetime) -> None:
    older = await add(demo, now, words=None)
    async with demo.write_session() as session:
        row = await session.get_one(Receipt, older.id)
        row.digests = row.salt = None
        row.hash = receipt_hash(row)
        (await session.get_one(ReceiptChain, 1)).head = row.hash
    await add(demo, now, key="k2")
    assert await broken(demo) == []
    assert await erase_words(demo, 1, now, [older.id]) == 1
    assert await broken(demo) == []
    assert (await receipts_of(demo, 1))[0].facts is None
    async with demo.write_session() as session:
        (await session.get_one(Receipt, older.id)).hash = "0" * 64
    assert await broken(demo) != []


async def test_words_that_vanish_without_an_erasure_are_found(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        await session.execute(update(Receipt).where(Receipt.number == 1).values(words=None, salt=None))
    assert {(one.customer_id, one.number) for one in await broken(demo)} == {(1, 1), (2, 1)}


def other(value: Any, place: int, bit: int) -> Any:
    """Return the value with one bit of one byte flipped; an absent value becomes one."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value ^ (1 << bit)
    raw = bytearray(value.encode())
    raw[place % len(raw)] ^= 1 << bit
    return raw.decode("utf-8", "surrogateescape")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_of_any_value_is_found_and_named(chain: list[dict[str, Any]], data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(chain))
    column = data.draw(st.sampled_from(COLUMNS))
    changed = other(row[column], data.draw(st.integers(0, 10_000)), data.draw(st.integers(0, 6)))
    rows = [Receipt(**({**each, column: changed} if each is row else each)) for each in chain]
    rows.sort(key=lambda each: each.number)
    found = list(broken_receipts(1, rows, END[0]))
    assert found
    assert row["id"] in {one.id for one in found} or changed in {one.id for one in found}


END: list[ReceiptChain] = []


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The values of a chain, as they are stored."""
    from tests.database.conftest import NOW

    async def make() -> list[dict[str, Any]]:
        database = Database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('chain') / 'a.sqlite3'}")
        await database.migrate()
        async with database.write_session() as session:
            for number in (1, 2):
                person = {
                    "name": "Ali",
                    "email": "a@b.tr",
                    "phone": "0",
                    "region": "",
                    "tier": "",
                    "registered_at": NOW,
                }
                session.add(CustomerRow(id=number, kind=CustomerKind.INDIVIDUAL, **person))
        await filled(database, NOW)
        rows = await receipts_of(database, 1)
        async with database.session() as session:
            END[:] = [await session.get_one(ReceiptChain, 1)]
        await database.close()
        return [{name: getattr(row, name) for name in COLUMNS} for row in rows]

    return asyncio.run(make())


async def test_flipped_bytes_in_the_stored_file_are_found(demo: Database, now: datetime) -> None:
    """Also bytes that make no text any more, which SQLite refuses to read."""
    if not demo.is_sqlite:
        pytest.skip("the bytes of SQLite's file")
    await filled(demo, now)
    rng = random.Random(7)
    rows = list(await receipts_of(demo, 1))
    texts = [name for name in COLUMNS if name not in ("customer_id", "number")]
    for _ in range(40):
        row, column = rng.choice(rows), rng.choice(texts)
        value = getattr(row, column)
        if value is None:
            continue
        raw = bytearray(value.encode())
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        change = text(f"UPDATE receipts SET {column} = CAST(:raw AS TEXT) WHERE customer_id = 1 AND number = :number")
        async with demo.write_session() as session:
            await session.execute(change, {"raw": bytes(raw), "number": row.number})
        assert row.number in {one.number for one in await broken(demo)}, (column, bytes(raw))
        async with demo.write_session() as session:
            await session.execute(change, {"raw": value.encode(), "number": row.number})
        assert await broken(demo) == []


@pytest.mark.parametrize("number", range(1, 7))
async def test_deleted_entry_is_found(demo: Database, now: datetime, number: int) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        await session.execute(delete(Receipt).where(Receipt.customer_id == 1, Receipt.number == number))
    found = await broken(demo)
    assert {one.customer_id for one in found} == {1}
    assert number in {one.number for one in found} or (number == 6 and "ends with entry 5" in str(found))


async def test_exchanged_entries_are_found(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        for old, new in ((1, 99), (2, 1), (99, 2)):
            await session.execute(
                update(Receipt).where(Receipt.customer_id == 1, Receipt.number == old).values(number=new)
            )
    assert {1, 2} <= {one.number for one in await broken(demo)}


async def test_entry_moved_to_another_customer_is_found(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        await session.execute(
            update(Receipt).where(Receipt.customer_id == 1, Receipt.number == 6).values(customer_id=2, number=2)
        )
    assert {one.customer_id for one in await broken(demo)} == {1, 2}


async def test_rewritten_entry_with_a_fitting_hash_is_found(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        row = (await session.scalars(select(Receipt).where(Receipt.customer_id == 1, Receipt.number == 2))).one()
        row.reading = "{}"
        row.hash = receipt_hash(row)
    [found] = await broken(demo)
    assert (found.number, found.reason) == (3, "it does not follow the entry before it")


@pytest.mark.parametrize("change", [{"length": 5}, {"head": "1" * 64}])
async def test_changed_end_of_a_chain_is_found(demo: Database, now: datetime, change: dict[str, Any]) -> None:
    await filled(demo, now)
    seal = (await verify_receipts(demo)).seal
    async with demo.write_session() as session:
        await session.execute(update(ReceiptChain).where(ReceiptChain.customer_id == 1).values(**change))
    assert [one.customer_id for one in await broken(demo)] == [1]
    assert (await verify_receipts(demo)).seal != seal


async def test_missing_end_and_missing_entries_are_found(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        await session.execute(delete(ReceiptChain).where(ReceiptChain.customer_id == 1))
        await session.execute(delete(Receipt).where(Receipt.customer_id == 2))
    assert {one.customer_id for one in await broken(demo)} == {1, 2}


async def test_verify_of_one_customer_looks_at_no_other(demo: Database, now: datetime) -> None:
    await filled(demo, now)
    async with demo.write_session() as session:
        await session.execute(update(Receipt).where(Receipt.customer_id == 2).values(question="?"))
    assert (await verify_receipts(demo, 1)).broken == []
    assert [one.number for one in (await verify_receipts(demo, 2)).broken] == [1]
