from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from core.clock import ISTANBUL
from database.seed.catalogue import catalogue
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import CustomerRow, PackageRow


async def add_package(database: Database, name: str, fee: Decimal) -> None:
    package = catalogue()[0]
    package.name, package.monthly_fee = name, fee
    async with database.write_session() as session:
        session.add(package)


async def test_amounts_stored_and_summed_stay_exact(database: Database) -> None:
    for name, fee in (("a", "0.10"), ("b", "0.20"), ("c", "9999999999.99")):
        await add_package(database, name, Decimal(fee))
    async with database.session() as session:
        small = select(func.sum(PackageRow.monthly_fee)).where(PackageRow.monthly_fee < Decimal("9.99"))
        assert str(await session.scalar(small)) == "0.30"
        assert await session.scalar(select(func.sum(PackageRow.monthly_fee))) == Decimal("10000000000.29")
        assert await session.scalar(select(PackageRow.name).where(PackageRow.monthly_fee == Decimal("0.2"))) == "b"


@pytest.mark.parametrize("fee", [Decimal("0.001"), 0.1])
async def test_amount_that_two_places_cannot_hold_is_refused(database: Database, fee: Decimal) -> None:
    with pytest.raises(StatementError, match=r"two decimal places|not float"):
        await add_package(database, "a", fee)


async def test_moment_of_another_zone_comes_back_in_istanbul(database: Database) -> None:
    at = datetime(2026, 3, 15, 22, 30, tzinfo=UTC)
    async with database.write_session() as session:
        await create_customer(session, name="Ali", email="ali@example.com", phone="05000000000", now=at)
    async with database.session() as session:
        stored = await session.scalar(select(CustomerRow.registered_at))
        assert stored == at
        assert stored is not None and stored.tzinfo is ISTANBUL and stored.day == 16
        assert await session.scalar(select(func.count()).where(CustomerRow.registered_at <= at)) == 1


async def test_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        async with database.write_session() as session:
            await create_customer(
                session, name="Ali", email="a@example.com", phone="0", now=datetime(2026, 3, 15, 14, 30)
            )


async def test_moment_at_the_end_of_the_calendar_can_be_read_and_mended(database: Database, now: datetime) -> None:
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    async with database.write_session() as session:
        id = (await create_customer(session, name="Ali", email="ali@example.com", phone="0", now=now)).id
        (await session.get_one(CustomerRow, id)).registered_at = end
    async with database.write_session() as session:
        row = await session.get_one(CustomerRow, id)
        assert row.registered_at == end
        row.registered_at = now
