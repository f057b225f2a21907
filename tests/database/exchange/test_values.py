"""Cells of imported files: what could mean something else is refused, with the form that is wanted, line and column."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.clock import ISTANBUL
from database.exchange.exporting import export_file
from database.exchange.importing import Imported, import_file
from database.exchange.kinds import KINDS
from database.session import Database
from database.tables import BillRow, CustomerRow

CUSTOMER = {"id": "2001", "name": "A", "email": "a@example.com", "phone": "05321112233", "region": "İzmir",
            "registered_at": "2024-03-01"}  # fmt: skip
PACKAGE = {"name": "Bin Paket", "monthly_fee": "10", "internet_gb": "1", "voice_minutes": "1", "sms_count": "1",
           "target_audience": "Herkes"}  # fmt: skip
LINE = {"number": "05329990001", "customer_id": "2001", "package": "Bin Paket", "is_main": "true",
        "package_since": "2025-11-20", "renewal_date": "2026-12-20"}  # fmt: skip
BILL = {"id": "F-1", "customer_id": "2001", "amount": "10", "bill_date": "2026-10-20", "due_date": "2026-11-04",
        "status": "unpaid", "items": "Ücret=10"}  # fmt: skip
USAGE = {"line": "05329990001", "period_end": "2026-12-20", "internet_used_gb": "1.5", "voice_used": "1",
         "sms_used": "1"}  # fmt: skip
TICKET = {"id": "T-1", "customer_id": "2001", "description": "x", "category": "network", "priority": "low",
          "status": "open", "created_at": "2026-10-20T10:00:00+03:00"}  # fmt: skip
ROWS = {"catalogue": PACKAGE, "customers": CUSTOMER, "lines": LINE, "bills": BILL, "usage": USAGE, "tickets": TICKET}
NOW = datetime(2026, 11, 30, 12, tzinfo=ISTANBUL)


async def bring(database: Database, folder: Path, kind: str, row: dict[str, object], **how: bool) -> Imported:
    """Import one row as a Turkish spreadsheet writes it; one with values of JSON as a line of JSON."""
    plain = all(isinstance(value, str) for value in row.values())
    file = folder / f"{kind}.{'csv' if plain else 'jsonl'}"
    text = f"{';'.join(row)}\n" + ";".join(f'"{value}"' for value in row.values()) if plain else json.dumps(row)
    file.write_text(text, encoding="utf-8")
    return await import_file(database, KINDS[kind], file, now=NOW, **how)


async def filled(database: Database, folder: Path) -> None:
    for kind in ("catalogue", "customers", "lines"):
        assert (await bring(database, folder, kind, dict(ROWS[kind]))).added == 1


@pytest.mark.parametrize(
    ("kind", "column", "value", "reason"),
    [
        ("bills", "amount", "1.150", "1.150 may mean thousands"),
        ("bills", "amount", "1,149", "may mean thousands"),
        ("bills", "amount", "1.149,90", "may mean thousands"),
        ("bills", "amount", "1_000", "as 149.90"),
        ("bills", "amount", True, "as 149.90"),
        ("bills", "currency", "USD", "bills are in TRY here"),
        ("catalogue", "monthly_fee", "1.250", "may mean thousands"),
        ("catalogue", "internet_gb", "1.000", "digits only"),
        ("catalogue", "voice_minutes", "1e3", "digits only"),
        ("catalogue", "sms_count", 2.0, "digits only"),
        ("catalogue", "name", "{{ amount }}", "character"),
        ("catalogue", "name", "Evet", "plain words"),
        ("usage", "internet_used_gb", "1.500", "may mean thousands"),
        ("usage", "period_end", "2036-01-01", "more than a year ahead"),
        ("customers", "id", "4.000", "digits only"),
        ("customers", "id", True, "digits only"),
        ("customers", "id", "-1", "operator's own"),
        ("customers", "id", "2100000005", "people who sign up"),
        ("customers", "registered_at", "45352", "20.11.2026"),
        ("customers", "registered_at", 1709251200, "20.11.2026"),
        ("customers", "registered_at", "20240301", "20.11.2026"),
        ("customers", "registered_at", "03/01/2024", "20.11.2026"),
        ("customers", "registered_at", "9999-12-31T23:59:59Z", "between 1920 and 2100; leave the cell empty"),
        ("customers", "registered_at", "0001-01-01", "between 1920 and 2100"),
        ("customers", "registered_at", "2024-02-30", "no such day"),
        ("customers", "registered_at", "2024-02-20T25:00", "no such time"),
        ("customers", "registered_at", "2027-01-01", "future"),
        ("customers", "phone", 5321112233, "between quotation marks"),
        ("bills", "bill_date", "1793491200", "20.11.2026"),
        ("bills", "due_date", "2026-11-04T10:00", "20.11.2026"),
        ("tickets", "created_at", "9999-12-31T23:59:59Z", "between 1920 and 2100"),
        ("lines", "commitment_until", "9999-12-31", "leave the cell empty"),
        ("lines", "number", "5329990001", "eleven digits"),
        ("lines", "is_main", "maybe", "true or false"),
        ("lines", "status", "open", "write one of 'active'"),
    ],
)  # fmt: skip
async def test_value_that_could_mean_something_else_is_refused(
    database: Database, tmp_path: Path, kind: str, column: str, value: object, reason: str
) -> None:
    await filled(database, tmp_path)
    line = 2 if isinstance(value, str) else 1
    done = await bring(database, tmp_path, kind, {**ROWS[kind], column: value}, replace=True)
    assert [each.reason for each in done.problems if (each.line, each.column) == (line, column)], done.problems
    assert reason in done.problems[0].reason and "{" not in done.problems[0].reason.replace("< > { }", "")


@pytest.mark.parametrize(
    ("kind", "other", "reason"),
    [
        ("bills", {"due_date": "2026-10-01"}, "due_date lies before"),
        ("bills", {"status": "paid"}, "needs paid_at"),
        ("bills", {"paid_at": "2026-10-25"}, "has paid_at of a paid bill"),
        ("bills", {"status": "paid", "paid_at": "2027-10-25"}, "future"),
        ("bills", {"status": "overdue", "due_date": "2026-12-31"}, "still to come"),
        ("bills", {"amount": "0", "items": "Ücret=0"}, "nothing is owed"),
        ("lines", {"status": "suspended"}, "needs suspended_at"),
        ("lines", {"status": "active", "suspension_reason": "kayıp"}, "of a suspended line"),
        ("lines", {"renewal_date": "2020-01-01"}, "renewal_date lies before"),
        ("lines", {"commitment_until": "2020-01-01"}, "commitment_until lies before"),
    ],
)
async def test_values_that_contradict_each_other_are_refused(
    database: Database, tmp_path: Path, kind: str, other: dict[str, object], reason: str
) -> None:
    await filled(database, tmp_path)
    done = await bring(database, tmp_path, kind, {**ROWS[kind], **other}, replace=True)
    assert [each.line for each in done.problems] == [2] and reason in done.problems[0].reason


async def test_forms_of_a_turkish_spreadsheet_are_read(database: Database, tmp_path: Path) -> None:
    await filled(database, tmp_path)
    day = {"bill_date": "1.10.2026", "due_date": "04.11.2026", "status": "paid", "paid_at": "03.11.2026 10:30"}
    row = {**BILL, **day, "amount": "1149,9", "items": "Ücret=1149,90"}
    assert (await bring(database, tmp_path, "bills", row)).problems == []
    async with database.session() as session:
        bill = await session.get_one(BillRow, "F-1")
    assert (bill.amount, bill.bill_date, bill.due_date) == (Decimal("1149.90"), date(2026, 10, 1), date(2026, 11, 4))
    assert bill.paid_at == datetime(2026, 11, 3, 10, 30, tzinfo=ISTANBUL)


@pytest.mark.parametrize("name", ["bin paket", "BİN PAKET", "Bin  Paket"])
async def test_package_that_nobody_could_tell_from_another_is_refused(
    database: Database, tmp_path: Path, name: str
) -> None:
    await filled(database, tmp_path)
    done = await bring(database, tmp_path, "catalogue", {**PACKAGE, "name": name})
    assert done.unchanged == 1 or "cannot be told from" in done.problems[0].reason


async def test_business_package_is_none_for_a_private_customer(database: Database, tmp_path: Path) -> None:
    await filled(database, tmp_path)
    business = {**PACKAGE, "name": "Kurumsal Bin", "business_only": "true"}
    assert (await bring(database, tmp_path, "catalogue", business)).problems == []
    done = await bring(database, tmp_path, "lines", {**LINE, "package": "Kurumsal Bin"}, replace=True)
    assert [each.column for each in done.problems] == ["package"] and "for businesses" in done.problems[0].reason


async def test_empty_field_is_stated_by_a_dash_or_null(database: Database, tmp_path: Path) -> None:
    for row in ({**CUSTOMER, "address": "-"}, {**CUSTOMER, "id": 2001, "address": None}):
        await bring(database, tmp_path, "customers", {**CUSTOMER, "address": "Kordon"}, replace=True)
        assert (await bring(database, tmp_path, "customers", {**CUSTOMER, "address": ""}, replace=True)).unchanged == 1
        assert (await bring(database, tmp_path, "customers", row, replace=True)).replaced == 1
        async with database.session() as session:
            assert (await session.get_one(CustomerRow, 2001)).address is None


async def test_bills_and_main_lines_stay_with_their_customers(database: Database, tmp_path: Path) -> None:
    await filled(database, tmp_path)
    other = {**CUSTOMER, "id": "2002", "email": "b@example.com"}
    assert (await bring(database, tmp_path, "customers", other)).added == 1
    assert (await bring(database, tmp_path, "bills", dict(BILL))).added == 1
    for kind in ("bills", "lines"):
        done = await bring(database, tmp_path, kind, {**ROWS[kind], "customer_id": "2002"}, replace=True)
        assert [each.column for each in done.problems] == ["customer_id"] and "2001" in done.problems[0].reason


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\nid;name\n", "\nid,name\n", "number,is_main,package\n"])
async def test_file_without_names_of_columns_is_told_once(database: Database, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    done = await import_file(database, KINDS["customers"], tmp_path / "a.csv")
    assert [(each.line, each.column) for each in done.problems] == [(1, "")]


async def test_empty_columns_at_the_end_are_none(database: Database, tmp_path: Path) -> None:
    text = ";".join(CUSTOMER) + ";;\n" + ";".join(CUSTOMER.values()) + ";;\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert (await import_file(database, KINDS["customers"], tmp_path / "a.csv")).added == 1


async def test_exported_file_of_all_kinds_has_the_forms_that_are_read(demo: Database, tmp_path: Path) -> None:
    for kind in KINDS.values():
        await export_file(demo, kind, tmp_path / f"{kind.name}.csv")
        done = await import_file(demo, kind, tmp_path / f"{kind.name}.csv")
        assert (done.problems, done.added, done.replaced) == ([], 0, 0)
