"""Every table is covered by export and erasure: a new one with personal data fails here until somebody has decided."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import func, select, true, update

from database.enums import AccountRole, HandoverStatus, MessageRole, PaymentStatus
from database.former_colleagues import LOGINS
from database.personal import (
    ERASED_NAME,
    ERASURE,
    IMPERSONAL,
    SECRET,
    CustomerNotFound,
    NobodyLeft,
    PaymentRuns,
    data_of_person,
    erase_person,
    rows_of_person,
    shut_out,
)
from database.session import Database
from database.tables import Account, AccountChange, Base, CustomerRow, Handover, Payment, Thread, ThreadMessage
from tests.database.rows import PersonRows

STAYS = {
    "account_changes": {"by", "change", "before", "after"},
    "audit_entries": {"run_id", "channel", "operation", "idempotency_key"},
    "bills": {"id"},
    "bill_items": {"service_name"},
    "payments": {"transaction_id", "bill_id", "idempotency_key"},
    "receipt_chains": {"head"},
    "receipts": {
        "id", "kind", "about", "at", "operation", "idempotency_key", "run_id", "channel", "reading", "versions",
        "words_digest", "previous", "hash",
    },
}  # fmt: skip
"""The texts that are left of an erased person, by table: what the law keeps, and what names no person."""


@pytest.fixture
async def people(database: Database) -> tuple[PersonRows, PersonRows]:
    """Two people with a row in every table."""
    both = PersonRows(71), PersonRows(72)
    async with database.write_session() as session:
        for person in both:
            await person.add(session)
    return both


async def everything(database: Database) -> str:
    """All rows of all tables as one text."""
    async with database.session() as session:
        rows = [
            [table.name, *map(str, row)]
            for table in Base.metadata.sorted_tables
            for row in await session.execute(select(table))
        ]
    return json.dumps(rows, ensure_ascii=False)


def test_every_table_is_decided_about() -> None:
    assert set(ERASURE) | IMPERSONAL == set(Base.metadata.tables), "say in database/personal.py what becomes of it"
    assert not set(ERASURE) & IMPERSONAL


@pytest.mark.parametrize("name", sorted(ERASURE))
def test_rows_of_a_person_are_found_in_each_table(name: str) -> None:
    assert rows_of_person(Base.metadata.tables[name], 7) is not None


def test_every_column_that_names_who_did_something_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if column.name == "by" or column.name.endswith("_by")
    }
    assert found == set(LOGINS)


async def test_export_has_every_text_of_the_person_and_none_of_others(
    database: Database, people: tuple[PersonRows, PersonRows]
) -> None:
    person, other = people
    told = repr(await data_of_person(database, person.customer_id))
    missing = {place for mark, place in person.marks.items() if mark not in told}
    assert missing == SECRET
    assert not [place for mark, place in other.marks.items() if mark in told]


async def test_erasing_leaves_what_the_law_keeps_and_nothing_else(
    database: Database, people: tuple[PersonRows, PersonRows], now: datetime
) -> None:
    person, other = people
    await shut_out(database, person.customer_id, now)
    done = await erase_person(database, person.customer_id, now)
    left = await everything(database)
    found: dict[str, set[str]] = {}
    for mark, (table, column) in person.marks.items():
        if mark in left:
            found.setdefault(table, set()).add(column)
    assert found == STAYS
    assert not [place for mark, place in other.marks.items() if mark not in left]
    assert done["chat_messages"] == 1 and done["receipts"] == 1
    async with database.session() as session:
        row = await session.get_one(CustomerRow, person.customer_id)
        assert (row.name, row.email, row.address, row.erased_at) == (ERASED_NAME, "", None, now)


async def test_erased_words_leave_no_bytes_in_the_file(
    database: Database, people: tuple[PersonRows, PersonRows], now: datetime
) -> None:
    if not database.is_sqlite:
        pytest.skip("the file is PostgreSQL's own")
    from pathlib import Path

    person, _ = people
    await shut_out(database, person.customer_id, now)
    await erase_person(database, person.customer_id, now)
    file = Path(database.url.database or "")
    data = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    words = [mark for mark, place in person.marks.items() if place == ("chat_messages", "text")]
    assert len(words) == 1 and words[0].encode() not in data


async def test_login_of_an_erased_colleague_leaves_other_peoples_rows(database: Database, now: datetime) -> None:
    colleague, other = PersonRows(-3), PersonRows(72)
    async with database.write_session() as session:
        await colleague.add(session)
        await other.add(session)
        account = await session.scalar(select(Account).where(Account.customer_id == -3))
        assert account is not None
        login = account.login
        for name, column in LOGINS:
            table = Base.metadata.tables[name]
            mine = rows_of_person(table, 72)
            assert mine is not None or name in IMPERSONAL
            await session.execute(table.update().where(true() if mine is None else mine).values({column: login}))
    await shut_out(database, -3, now)
    await erase_person(database, -3, now)
    assert login not in await everything(database)


async def test_last_admin_is_not_erased(database: Database, now: datetime) -> None:
    ada, other = PersonRows(-1), PersonRows(-2)
    async with database.write_session() as session:
        for person in (ada, other):
            await person.add(session)
        await session.execute(update(Account).where(Account.customer_id == -2).values(role=AccountRole.STAFF))
    with pytest.raises(NobodyLeft):
        await shut_out(database, -1, now)
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Account)) == 2
    await shut_out(database, -2, now)


async def test_author_of_a_change_stays_known_by_the_number_of_the_account(database: Database, now: datetime) -> None:
    ada, other = PersonRows(-1), PersonRows(-2)
    async with database.write_session() as session:
        for person in (ada, other):
            await person.add(session)
        account = await session.scalar(select(Account).where(Account.customer_id == -1))
        assert account is not None
        mine = AccountChange.customer_id == -2
        await session.execute(update(AccountChange).where(mine).values(by=account.login))
        id = account.id
    await shut_out(database, -1, now)
    await erase_person(database, -1, now)
    async with database.session() as session:
        assert await session.scalar(select(AccountChange.by).where(mine)) == f"account {id}"


async def test_conversation_of_an_erased_colleague_waits_again_without_the_name(
    database: Database, now: datetime
) -> None:
    selin, customer = PersonRows(-3), PersonRows(72)
    async with database.write_session() as session:
        for person in (selin, customer):
            await person.add(session)
        person_row = await session.get_one(CustomerRow, -3)
        person_row.name = "Selin Kaya"
        login = await session.scalar(select(Account.login).where(Account.customer_id == -3))
        handover = await session.scalar(select(Handover).where(Handover.customer_id == 72))
        assert handover is not None
        handover.status, handover.taken_by, handover.colleague = HandoverStatus.TAKEN, login, "Selin Kaya"
        handover.language = "tr"
        (await session.get_one(Thread, handover.thread_id)).deleted = False
        for role, text in (("colleague", "Hemen bakıyorum"), ("notice", "Mesajınız Selin Kaya'ya iletildi.")):
            said = {"role": MessageRole(role), "text": text, "author": "Selin Kaya", "at": now}
            session.add(ThreadMessage(thread_id=handover.thread_id, **said))
    told = await data_of_person(database, -3)
    assert [each["text"] for each in told["said_as_colleague"]] == ["Hemen bakıyorum"]
    assert str(login) not in repr(await data_of_person(database, 72))
    await shut_out(database, -3, now)
    await erase_person(database, -3, now)
    left = await everything(database)
    assert "Selin Kaya" not in left and "Hemen bakıyorum" in left
    async with database.session() as session:
        freed = await session.scalar(select(Handover).where(Handover.customer_id == 72))
    assert freed is not None and (freed.status, freed.taken_by) == (HandoverStatus.OPEN, None)
    assert "yeniden sırada" in left


async def test_erasing_waits_for_a_running_payment(
    database: Database, people: tuple[PersonRows, PersonRows], now: datetime
) -> None:
    person, _ = people
    async with database.write_session() as session:
        payment = await session.scalar(select(Payment).where(Payment.customer_id == person.customer_id))
        assert payment is not None
        payment.status = PaymentStatus.PROCESSING
    before = await everything(database)
    with pytest.raises(PaymentRuns):
        await shut_out(database, person.customer_id, now)
    assert await everything(database) == before


async def test_unknown_customer_is_told(database: Database, now: datetime) -> None:
    for refused in (data_of_person(database, 9), shut_out(database, 9, now)):
        with pytest.raises(CustomerNotFound):
            await refused
