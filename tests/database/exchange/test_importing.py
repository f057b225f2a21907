"""Files of records in and out, on SQLite and PostgreSQL: samples, round trips, and everything that is refused."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.clock import ISTANBUL
from database.enums import BillStatus, LineStatus, PaymentMethod, PaymentStatus
from database.exchange.exporting import export_file, left_out
from database.exchange.importing import Imported, import_file
from database.exchange.kinds import KINDS
from database.personal import erase_person, shut_out
from database.seed.newcomer import create_customer
from database.seed.numbers import SIGN_UPS
from database.session import Database
from database.tables import (
    AuditEntry,
    BillItemRow,
    BillRow,
    CustomerRow,
    LineRow,
    PackageRow,
    Payment,
    Quota,
    TicketRow,
)

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
FILES = {
    "catalogue": "catalogue.csv", "customers": "customers.csv", "lines": "lines.csv", "bills": "bills.csv",
    "usage": "usage.csv", "tickets": "tickets.jsonl",
}  # fmt: skip
ALL = (CustomerRow, PackageRow, LineRow, BillRow, BillItemRow, Quota, TicketRow)


async def fill(database: Database) -> None:
    for kind, name in FILES.items():
        done = await import_file(database, KINDS[kind], SAMPLES / name)
        assert done.problems == [] and done.added == done.rows > 0


async def bring(database: Database, kind: str, path: Path, text: str, **how: bool) -> Imported:
    path.write_text(text, encoding="utf-8")  # noqa: ASYNC240
    return await import_file(database, KINDS[kind], path, **how)


def told(done: Imported) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in done.problems]


async def counts(database: Database) -> list[int]:
    async with database.session() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in ALL]


async def test_samples_fill_an_empty_database_and_change_nothing_the_second_time(database: Database) -> None:
    await fill(database)
    first = await counts(database)
    for kind, name in FILES.items():
        again = await import_file(database, KINDS[kind], SAMPLES / name)
        assert (again.problems, again.added, again.replaced, again.unchanged) == ([], 0, 0, again.rows)
    assert await counts(database) == first == [2, 3, 3, 3, 6, 3, 2]
    async with database.session() as session:
        bill = await session.get_one(BillRow, "DT-2026-11-1001")
        assert (bill.amount, [item.amount for item in bill.items][-1]) == (Decimal("544.55"), Decimal("34.75"))
        customer = await session.get_one(CustomerRow, 1002)
        assert customer.registered_at == datetime(2023, 6, 15, tzinfo=ISTANBUL)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
async def test_exported_records_are_imported_as_they_were(
    demo: Database, tmp_path: Path, ending: str, now: datetime
) -> None:
    other = Database(f"sqlite+aiosqlite:///{tmp_path / 'other.sqlite3'}")
    await other.migrate()
    try:
        for kind in KINDS.values():
            file = tmp_path / f"{kind.name}.{ending}"
            count = await export_file(demo, kind, file)
            done = await import_file(other, kind, file)
            assert (done.problems, done.added) == ([], count) and count > 0
            async with demo.session() as mine, other.session() as theirs:
                before, after = await kind.stored(mine), await kind.stored(theirs)
            assert before == after
        async with other.write_session() as session:
            assert (await create_customer(session, name="A", email="a@b.tr", phone="0", now=now)).id == SIGN_UPS.start
    finally:
        await other.close()


async def test_newcomer_after_an_import_gets_a_number_of_the_sign_ups(database: Database, now: datetime) -> None:
    await fill(database)
    async with database.write_session() as session:
        customer = await create_customer(session, name="A", email="a@b.tr", phone="0", now=now)
        line = await session.scalar(select(LineRow).where(LineRow.customer_id == customer.id))
    assert customer.id == SIGN_UPS.start
    assert line is not None and line.package.name == "Deniz Yıldızı Tarifesi"  # no package of the demo came in


async def test_each_bad_row_is_named_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    await fill(database)
    before = await counts(database)
    done = await bring(database, "bills", tmp_path / "bills.csv", (
        "id,customer_id,amount,bill_date,due_date,status,items\n"
        "A-1,1001,10.00,2026-11-01,2026-11-16,unpaid,Ücret=10.00\n"
        "A-2,1001,10.00,2026-11-31,2026-11-16,unpaid,Ücret=10.00\n"
        "A-3,77,10.00,2026-11-01,2026-11-16,unpaid,Ücret=10.00\n"
        "A-4,1001,10.00,2026-11-01,2026-11-16,unpaid,Ücret=9.00\n"
        "A-5,1001,ten,2026-11-01,2026-11-16,lost,Ücret=10.00\n"
        "A-6,1001,10.00,2026-11-01,2026-11-16,processing,Ücret=10.00\n"
        "A-1,1001,10.00,2026-11-01,2026-11-16,unpaid,Ücret=10.00\n"
        ",1001,10.005,2026-11-01,2026-11-16,unpaid,Ücret\n"
    ))  # fmt: skip
    assert told(done) == [
        (3, "bill_date"), (4, "customer_id"), (5, "items"), (6, "amount"), (6, "status"), (7, "status"), (8, "id"),
        (9, "id"), (9, "amount"), (9, "items"),
    ]  # fmt: skip
    reasons = {(problem.line, problem.column): problem.reason for problem in done.problems}
    assert reasons[(4, "customer_id")] == "there is no customer 77"
    assert reasons[(5, "items")] == "add up to 9.00, not to the amount"
    assert reasons[(8, "id")] == "is the same record as in line 2"
    assert reasons[(9, "id")] == "is missing"
    assert await counts(database) == before


@pytest.mark.parametrize(
    ("name", "text", "place", "reason"),
    [
        ("a.csv", "line,period_ent,internet_used_gb,voice_used,sms_used\n", (1, "period_ent"), "mean period_end"),
        ("a.csv", "line,line,period_end,internet_used_gb,voice_used,sms_used\n", (1, "line"), "twice"),
        ("a.csv", "line,internet_used_gb,voice_used,sms_used\n", (1, "period_end"), "missing in the first line"),
        ("a.csv", "", (1, ""), "the file is empty"),
        ("a.csv", "line,period_end,internet_used_gb,voice_used,sms_used\n1,2,3,4,5,6\n", (2, ""), "6 values for 5"),
        ("a.csv", 'line,period_end,internet_used_gb,voice_used,sms_used\n"1,2\n', (2, ""), "is no CSV"),
        ("a.jsonl", '\n{"line": }\n', (2, ""), "is no JSON"),
        ("a.jsonl", "[1]\n", (1, ""), "is no object"),
        ("a.jsonl", '{"line": "05320001001", "sms": 3}\n', (1, "sms"), "is no column"),
    ],
)  # fmt: skip
async def test_malformed_file_is_told_by_line(
    database: Database, tmp_path: Path, name: str, text: str, place: tuple[int, str], reason: str
) -> None:
    await fill(database)
    done = await bring(database, "usage", tmp_path / name, text)
    assert [each.reason for each in done.problems if (each.line, each.column) == place and reason in each.reason]


async def test_file_that_is_not_utf8_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,name\n1,Ayşe\n".encode("iso-8859-9"))
    done = await import_file(database, KINDS["customers"], tmp_path / "a.csv")
    assert told(done) == [(2, "")] and "UTF-8" in done.problems[0].reason


async def test_turkish_spreadsheet_with_semicolons_commas_and_a_mark_is_read(
    database: Database, tmp_path: Path
) -> None:
    await fill(database)
    head = "id;customer_id;amount;bill_date;due_date;status;items"
    text = f'\ufeff{head}\r\nA-1;1001;149,90;2026-11-01;2026-11-16;unpaid;"Ücret=149,90"\r\n'
    assert told(await bring(database, "bills", tmp_path / "a.csv", text)) == []
    thousands = text.replace("A-1", "A-2").replace("149,90", "1,149")
    assert told(await bring(database, "bills", tmp_path / "a.csv", thousands)) == [(2, "amount"), (2, "items.1.amount")]


async def test_dry_run_checks_everything_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    await fill(database)
    before = await counts(database)
    text = (SAMPLES / "usage.csv").read_text(encoding="utf-8").replace("2026-12", "2027-01")
    done = await bring(database, "usage", tmp_path / "a.csv", text, dry_run=True)
    assert (done.problems, done.added) == ([], 3)
    assert await counts(database) == before


async def test_other_values_need_the_operators_word(database: Database, tmp_path: Path) -> None:
    await fill(database)
    text = json.dumps({"name": "Martı Paketi", "monthly_fee": 349.9, "internet_gb": 45, "voice_minutes": 1500,
                       "sms_count": 500, "target_audience": "Herkes"})  # fmt: skip
    refused = await bring(database, "catalogue", tmp_path / "a.jsonl", text)
    assert told(refused) == [(1, "internet_gb")] and "--update" in refused.problems[0].reason
    done = await bring(database, "catalogue", tmp_path / "a.jsonl", text, replace=True)
    assert (done.problems, done.replaced) == ([], 1)
    async with database.session() as session:
        package = await session.scalar(select(PackageRow).where(PackageRow.name == "Martı Paketi"))
    assert package is not None
    assert (package.monthly_fee, package.internet_gb) == (Decimal("349.90"), 45)
    assert package.cancellation_fee == 600  # what the row does not state stays


async def test_replaced_bill_has_the_new_items_only(database: Database, tmp_path: Path) -> None:
    await fill(database)
    text = (SAMPLES / "bills.csv").read_text(encoding="utf-8")
    text = text.replace("544.55", "509.80").replace("; Uluslararası aramalar=34.75", "")
    done = await bring(database, "bills", tmp_path / "bills.csv", text, replace=True)
    assert (done.problems, done.replaced, done.unchanged) == ([], 1, 2)
    async with database.session() as session:
        assert len((await session.get_one(BillRow, "DT-2026-11-1001")).items) == 2


@pytest.mark.parametrize("status", [PaymentStatus.PROCESSING, PaymentStatus.COMPLETED])
async def test_bill_with_a_payment_here_is_not_set_back(
    database: Database, tmp_path: Path, now: datetime, status: PaymentStatus
) -> None:
    await fill(database)
    async with database.write_session() as session:
        bill = await session.get_one(BillRow, "DT-2026-11-1001")
        bill.status = BillStatus.PAID if status == PaymentStatus.COMPLETED else BillStatus.PROCESSING
        session.add(Payment(transaction_id="T", bill_id=bill.id, customer_id=1001, amount=bill.amount, at=now,
                            method=PaymentMethod.CASH, status=status, idempotency_key="k"))  # fmt: skip
    done = await import_file(database, KINDS["bills"], SAMPLES / "bills.csv", replace=True)
    assert (done.problems, done.unchanged, done.kept) == ([], 2, {"paid here": 1})


async def test_line_that_its_customer_suspended_here_stays_suspended(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    number = "05320001001"
    async with database.write_session() as session:
        line = await session.scalar(select(LineRow).where(LineRow.number == number))
        assert line is not None
        line.status, line.suspended_at, line.suspension_reason = LineStatus.SUSPENDED, now, "Telefonum kayboldu"
        session.add(AuditEntry(at=now, customer_id=1001, channel="chat", operation="suspend_line",
                               after={"line_number": number}))  # fmt: skip
    done = await import_file(database, KINDS["lines"], SAMPLES / "lines.csv", replace=True)
    assert (done.problems, done.unchanged, done.kept) == ([], 2, {"suspended here by the customer": 1})


async def test_line_that_the_file_makes_active_has_nothing_left_of_its_suspension(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    text = (SAMPLES / "lines.csv").read_text(encoding="utf-8").splitlines()
    suspended = text[1].replace("true,active,,", "true,suspended,2026-11-01,Kayıp")
    await bring(database, "lines", tmp_path / "a.csv", f"{text[0]}\n{suspended}\n", replace=True)
    assert (await import_file(database, KINDS["lines"], SAMPLES / "lines.csv", replace=True)).replaced == 1
    async with database.session() as session:
        line = await session.scalar(select(LineRow).where(LineRow.number == "05320001001"))
    assert line is not None and (line.status, line.suspended_at, line.suspension_reason) == ("active", None, None)


async def test_customer_has_one_main_line(database: Database, tmp_path: Path) -> None:
    await fill(database)
    head, first, second, _ = (SAMPLES / "lines.csv").read_text(encoding="utf-8").splitlines()
    third = second.replace("02320001001", "02320001009").replace("false,active", "true,active")
    refused = await bring(database, "lines", tmp_path / "a.csv", f"{head}\n{third}\n")
    assert told(refused) == [(2, "is_main")] and "05320001001" in refused.problems[0].reason
    moved = "\n".join([head, third, first.replace("true,active", "false,active")])
    done = await bring(database, "lines", tmp_path / "a.csv", moved, replace=True)
    assert (done.problems, done.added, done.replaced) == ([], 1, 1)


async def test_rows_of_an_erased_person_are_passed_over_and_counted(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    async with database.write_session() as session:
        (await session.get_one(CustomerRow, 1001)).erased_at = now
    for kind, rows, kept in (("customers", 2, 1), ("lines", 3, 2), ("bills", 3, 2)):
        done = await import_file(database, KINDS[kind], SAMPLES / FILES[kind], replace=True)
        assert (done.problems, done.unchanged, done.kept) == ([], rows - kept, {"of an erased person": kept})


async def test_the_operators_own_people_are_out_of_reach(database: Database, tmp_path: Path) -> None:
    await fill(database)
    text = (SAMPLES / "customers.csv").read_text(encoding="utf-8").replace("1001;", "-1;")
    done = await bring(database, "customers", tmp_path / "a.csv", text)
    assert (2, "id") in told(done) and "operator's own" in done.problems[0].reason


async def test_export_after_an_erasure_can_still_be_imported(database: Database, tmp_path: Path, now: datetime) -> None:
    await fill(database)
    await shut_out(database, 1001, now)
    await erase_person(database, 1001, now)
    for kind in KINDS.values():
        await export_file(database, kind, tmp_path / f"{kind.name}.csv")
        done = await import_file(database, kind, tmp_path / f"{kind.name}.csv")
        assert (done.problems, done.added) == ([], 0)
    assert "1001" not in (tmp_path / "bills.csv").read_text(encoding="utf-8")


async def test_export_tells_of_bills_that_stay_behind_and_writes_no_running_payment(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    await shut_out(database, 1001, now)
    await erase_person(database, 1001, now)
    async with database.write_session() as session:
        (await session.get_one(BillRow, "DT-2026-11-1002")).status = BillStatus.PROCESSING
    assert await left_out(database, KINDS["bills"]) == 2
    await export_file(database, KINDS["bills"], tmp_path / "bills.csv")
    assert "processing" not in (tmp_path / "bills.csv").read_text(encoding="utf-8")
    assert (await import_file(database, KINDS["bills"], tmp_path / "bills.csv")).problems == []


async def test_progress_reaches_the_number_of_rows(database: Database, tmp_path: Path) -> None:
    lines = [f"{number};A B;a{number}@example.com;05320000000;İzmir;2026-01-01" for number in range(2500)]
    path = tmp_path / "many.csv"
    path.write_text("id;name;email;phone;region;registered_at\n" + "\n".join(lines), encoding="utf-8")
    seen: list[tuple[str, int, int]] = []
    done = await import_file(database, KINDS["customers"], path, progress=lambda *step: seen.append(step))
    assert (done.problems, done.added) == ([], 2500)
    assert ("check", 2500, 2500) in seen and seen[-1] == ("write", 2500, 2500) and len(seen) > 3


async def test_interrupted_import_leaves_nothing(database: Database) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_file(database, KINDS["customers"], SAMPLES / "customers.csv", progress=stop)
    assert await counts(database) == [0] * len(ALL)


async def test_exported_item_names_with_semicolons_come_back(database: Database, tmp_path: Path) -> None:
    await fill(database)
    bill = {
        "id": "A-1", "customer_id": 1001, "amount": 3, "bill_date": "2026-11-01", "due_date": "2026-11-16",
        "status": "unpaid", "items": [{"service_name": "Arama; SMS = iki", "amount": 3}],
    }  # fmt: skip
    assert told(await bring(database, "bills", tmp_path / "a.jsonl", json.dumps(bill))) == []
    await export_file(database, KINDS["bills"], tmp_path / "all.csv")
    again = await import_file(database, KINDS["bills"], tmp_path / "all.csv")
    assert (again.problems, again.unchanged) == ([], 4)
