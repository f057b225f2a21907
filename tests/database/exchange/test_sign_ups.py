"""People who sign up have numbers of their own: no file of the operator's reaches them, and no database runs out."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from database.exchange.exporting import export_file
from database.exchange.importing import Imported, import_file
from database.exchange.kinds import KINDS
from database.seed.newcomer import create_customer
from database.seed.numbers import SIGN_UPS
from database.session import Database
from database.tables import CustomerRow
from tests.database.exchange.test_importing import SAMPLES, bring, fill

HEAD = "id;name;email;phone;region;registered_at"


async def sign_up(database: Database, now: datetime, name: str = "Yabancı") -> int:
    async with database.write_session() as session:
        return (await create_customer(session, name=name, email="y@example.com", phone="05321112233", now=now)).id


async def customer_of_the_file(database: Database, folder: Path, number: int, **how: bool) -> Imported:
    row = f"{number};Hande Gerçek;hande@example.com;05321112244;İzmir;2024-03-01"
    return await bring(database, "customers", folder / "h.csv", f"{HEAD}\n{row}\n", **how)


async def test_next_customer_of_the_operators_is_nobody_who_signed_up(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    stranger = await sign_up(database, now)
    assert (await customer_of_the_file(database, tmp_path, 1003)).added == 1 and stranger in SIGN_UPS
    bill = "id;customer_id;amount;bill_date;due_date;status;items\nH-1;1003;10;2026-10-01;2026-10-20;unpaid;A=10\n"
    assert (await bring(database, "bills", tmp_path / "b.csv", bill)).problems == []
    async with database.session() as session:
        assert (await session.get_one(CustomerRow, stranger)).name == "Yabancı"
        assert (await session.get_one(CustomerRow, 1003)).name == "Hande Gerçek"


async def test_customer_who_signed_up_is_changed_by_a_file_only_where_it_says_so(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    number = await sign_up(database, now)
    row = f"{number};Hande Gerçek;hande@example.com;05321112244;İzmir;2024-03-01"
    for said, replaced in ((";false", 0), ("", 0), (";true", 1)):
        head = f"{HEAD};signed_up" if said else HEAD
        text = f"{head}\n{row}{said}\n"
        assert (await bring(database, "customers", tmp_path / "h.csv", text, replace=True)).replaced == replaced
    unknown = text.replace(str(number), str(number + 5)).replace("true", "false")
    assert (await bring(database, "customers", tmp_path / "h.csv", unknown)).problems[0].column == "id"


async def test_number_of_an_earlier_sign_up_is_refused_to_the_operators_file(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await fill(database)
    async with database.write_session() as session:
        (await session.get_one(CustomerRow, 1002)).signed_up = True  # as people got numbers before
    done = await customer_of_the_file(database, tmp_path, 1002, replace=True)
    assert [each.column for each in done.problems] == ["id"]
    assert "signed up here" in done.problems[0].reason and "--update" not in done.problems[0].reason


async def test_export_with_sign_ups_can_be_imported_elsewhere(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    await bring(database, "catalogue", tmp_path / "c.csv", (SAMPLES / "catalogue.csv").read_text(encoding="utf-8"))
    await customer_of_the_file(database, tmp_path, 20_000_001)
    await customer_of_the_file(database, tmp_path, 2_147_483_647)
    numbers = [await sign_up(database, now), await sign_up(database, now, "İkinci")]
    assert numbers == [SIGN_UPS.start, SIGN_UPS.start + 1]
    other = Database(f"sqlite+aiosqlite:///{tmp_path / 'other.sqlite3'}")
    await other.migrate()
    try:
        for kind in KINDS.values():
            count = await export_file(database, kind, tmp_path / f"{kind.name}.csv")
            done = await import_file(other, kind, tmp_path / f"{kind.name}.csv")
            assert (done.problems, done.added) == ([], count)
        assert await sign_up(other, now) == SIGN_UPS.start + 2
    finally:
        await other.close()


async def test_people_who_sign_up_at_once_get_different_numbers(database: Database, now: datetime) -> None:
    await fill(database)
    numbers = await asyncio.gather(*(sign_up(database, now) for _ in range(6)))
    assert sorted(numbers) == list(SIGN_UPS[:6])
