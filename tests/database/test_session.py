from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from database.enums import BillStatus, PaymentMethod, PaymentStatus, TicketCategory, TicketPriority, TicketStatus
from database.session import Database, UnfitDatabase
from database.tables import BillRow, CustomerRow, LineRow, PackageRow, Payment, Quota, TicketRow


async def test_write_session_that_ends_commits_and_one_that_raises_rolls_back(demo: Database) -> None:
    async with demo.write_session() as session:
        (await session.get_one(CustomerRow, 0)).name = "Yeni Ad"
    with pytest.raises(RuntimeError):
        async with demo.write_session() as session:
            (await session.get_one(CustomerRow, 0)).name = "Başka Ad"
            await session.flush()
            raise RuntimeError
    async with demo.session() as session:
        assert (await session.get_one(CustomerRow, 0)).name == "Yeni Ad"


async def test_session_for_reading_refuses_changes(demo: Database) -> None:
    async with demo.session() as session:
        (await session.get_one(CustomerRow, 0)).name = "Yeni Ad"
        with pytest.raises(RuntimeError, match="write_session"):
            await session.flush()
        with pytest.raises(RuntimeError, match="write_session"):
            await session.execute(update(CustomerRow).values(name="Yeni Ad"))
    async with demo.session() as session:
        assert (await session.get_one(CustomerRow, 0)).name == "Ayşe Yılmaz"


async def test_twenty_writers_at_once_lose_no_update(demo: Database) -> None:
    async def use_one_message() -> None:
        async with demo.write_session() as session:
            quota = (await session.scalars(select(Quota).where(Quota.line_id == 1).with_for_update())).one()
            used = quota.sms_used
            await asyncio.sleep(0)  # let the others in
            quota.sms_used = used + 1

    async with demo.session() as session:
        before = (await session.scalars(select(Quota.sms_used).where(Quota.line_id == 1))).one()
    await asyncio.gather(*(use_one_message() for _ in range(20)))
    async with demo.session() as session:
        assert (await session.scalars(select(Quota.sms_used).where(Quota.line_id == 1))).one() == before + 20


async def test_reading_while_another_writes_does_not_wait(demo: Database) -> None:
    async with demo.write_session() as writer:
        (await writer.get_one(CustomerRow, 0)).name = "Yeni Ad"
        await writer.flush()
        async with asyncio.timeout(5), demo.session() as reader:
            assert (await reader.get_one(CustomerRow, 0)).name == "Ayşe Yılmaz"


async def test_cancelled_writer_frees_the_lock(demo: Database) -> None:
    written = asyncio.Event()

    async def write_for_ever() -> None:
        async with demo.write_session() as session:
            await session.execute(text("UPDATE customers SET name = 'x' WHERE id = 0"))
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), demo.write_session() as session:
        assert (await session.get_one(CustomerRow, 0)).name == "Ayşe Yılmaz"


async def test_second_live_payment_of_a_bill_is_refused(demo: Database, now: datetime) -> None:
    async with demo.session() as session:
        bill = (await session.scalars(select(BillRow).where(BillRow.customer_id == 0).limit(1))).one()
    assert bill.status is BillStatus.PAID
    with pytest.raises(IntegrityError):
        async with demo.write_session() as session:
            session.add(
                Payment(
                    transaction_id="again",
                    bill_id=bill.id,
                    customer_id=0,
                    amount=bill.amount,
                    method=PaymentMethod.CASH,
                    status=PaymentStatus.PROCESSING,
                    at=now,
                    idempotency_key="other",
                )
            )


async def test_another_fault_of_the_same_category_has_a_ticket_of_its_own(demo: Database, now: datetime) -> None:
    ticket = TicketRow(
        id="TKT-2",
        customer_id=6,
        description="Bağlantı yine koptu.",
        category=TicketCategory.TECHNICAL,
        priority=TicketPriority.LOW,
        status=TicketStatus.OPEN,
        created_at=now,
    )
    async with demo.write_session() as session:
        session.add(ticket)
    async with demo.session() as session:
        unfinished = select(TicketRow).where(TicketRow.customer_id == 6, TicketRow.status == TicketStatus.OPEN)
        assert len((await session.scalars(unfinished)).all()) == 2


async def test_row_of_an_unknown_customer_is_refused(demo: Database) -> None:
    with pytest.raises(IntegrityError):
        async with demo.write_session() as session:
            await session.execute(text("UPDATE lines SET customer_id = 999 WHERE id = 1"))


async def test_check_without_a_reachable_database_fails(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'x.sqlite3'}")
    with pytest.raises(SQLAlchemyError):
        await database.check()
    await database.close()
    # aiosqlite's thread of a failed connection reports once more to this test's event loop.
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 10)


async def test_line_with_its_package_can_be_locked_for_update(demo: Database) -> None:
    async with demo.write_session() as session:
        line = (await session.scalars(select(LineRow).where(LineRow.customer_id == 5).with_for_update())).one()
        assert line.package.name == "Mega İnternet"
        assert line.package.cancellation_fee == Decimal(600)
        assert await session.scalar(select(func.count()).select_from(PackageRow)) == 11


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql+asyncpg://host/name", "no url"])
def test_unknown_kind_of_database_is_one_clear_sentence(url: str) -> None:
    with pytest.raises(UnfitDatabase, match="Write sqlite"):
        Database(url)


async def test_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    async with database.write_session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnfitDatabase, match="newer version"):
        await database.migrate()
    async with database.session() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
