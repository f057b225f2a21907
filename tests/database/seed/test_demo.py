from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from database.enums import BillStatus, CustomerKind, LineKind, LineStatus, TicketStatus
from database.seed.demo import PAST_BILLS, DemoConflict, seed_demo
from database.seed.newcomer import create_customer, months_later
from database.seed.numbers import SIGN_UPS
from database.session import Database
from database.tables import Account, Autopay, BillRow, CustomerRow, LineRow, Payment, Quota, TicketRow
from ports.network import SimulatedNetwork


async def newest_bill(database: Database, customer_id: int) -> BillRow:
    query = select(BillRow).where(BillRow.customer_id == customer_id).order_by(BillRow.bill_date.desc()).limit(1)
    async with database.session() as session:
        return (await session.scalars(query)).one()


async def lines_of(database: Database, customer_id: int) -> list[LineRow]:
    async with database.session() as session:
        return list(
            await session.scalars(select(LineRow).where(LineRow.customer_id == customer_id).order_by(LineRow.id))
        )


async def test_seed_gives_every_account_its_own_customer(demo: Database) -> None:
    async with demo.session() as session:
        accounts = {account.login: account for account in await session.scalars(select(Account))}
        customers = {customer.id: customer for customer in await session.scalars(select(CustomerRow))}
    assert {f"musteri{number}@example.com": number for number in range(8)} == {
        login: account.customer_id for login, account in accounts.items() if account.role == "customer"
    }
    assert accounts["muhendis@example.com"].role == "engineer"
    assert accounts["temsilci@example.com"].role == "staff"
    assert sorted(account.customer_id for account in accounts.values()) == sorted(customers) == list(range(10))
    assert {account.password_hash for account in accounts.values()} == {"hash of demo-1234"}
    assert all(customer.email.endswith("example.com") for customer in customers.values())


async def test_seed_gives_everyone_a_year_of_bills_that_add_up(demo: Database, now: datetime) -> None:
    async with demo.session() as session:
        for customer_id in range(8):
            bills = list(await session.scalars(select(BillRow).where(BillRow.customer_id == customer_id)))
            payments = list(await session.scalars(select(Payment).where(Payment.customer_id == customer_id)))
            assert len(bills) == PAST_BILLS + 1
            assert all(bill.items and bill.amount == sum(item.amount for item in bill.items) for bill in bills)
            paid = {bill.id: bill.amount for bill in bills if bill.status == BillStatus.PAID}
            assert {payment.bill_id: payment.amount for payment in payments} == paid
            assert all(bill.bill_date <= now.date() for bill in bills)
            assert all(bill.paid_at < now for bill in bills if bill.paid_at)


@pytest.mark.parametrize(
    ("customer_id", "status"), [(0, BillStatus.PAID), (1, BillStatus.UNPAID), (2, BillStatus.OVERDUE)]
)
async def test_seed_gives_the_newest_bill_its_state(
    demo: Database, now: datetime, customer_id: int, status: BillStatus
) -> None:
    bill = await newest_bill(demo, customer_id)
    assert bill.status is status
    assert (bill.due_date < now.date()) == (status is BillStatus.OVERDUE)
    assert (bill.paid_at is not None) == (status is BillStatus.PAID)


async def test_seed_suspends_the_line_of_customer_three(demo: Database, now: datetime) -> None:
    (line,) = await lines_of(demo, 3)
    assert line.status is LineStatus.SUSPENDED
    assert line.suspended_at == now - timedelta(days=9)
    assert line.suspension_reason


async def test_seed_nearly_uses_up_the_quota_of_customer_four(demo: Database, now: datetime) -> None:
    (line,) = await lines_of(demo, 4)
    async with demo.session() as session:
        quota = (await session.scalars(select(Quota).where(Quota.line_id == line.id))).one()
    assert Decimal("0.9") * line.package.internet_gb < quota.internet_used_gb < line.package.internet_gb
    assert quota.period_end > now.date()


async def test_seed_binds_customer_five(demo: Database, now: datetime) -> None:
    (line,) = await lines_of(demo, 5)
    assert line.commitment_until is not None and line.commitment_until > now.date()
    assert line.package.cancellation_fee > 0
    bill = await newest_bill(demo, 5)
    assert bill.items[0].service_name == "Mega İnternet aylık ücreti"


async def test_seed_gives_customer_six_roaming_and_an_open_ticket(demo: Database) -> None:
    (line,) = await lines_of(demo, 6)
    assert line.roaming_enabled
    async with demo.session() as session:
        ticket = (await session.scalars(select(TicketRow).where(TicketRow.customer_id == 6))).one()
    assert ticket.status is TicketStatus.OPEN


async def test_seed_gives_customer_seven_lines_and_autopay(demo: Database) -> None:
    lines = await lines_of(demo, 7)
    assert [line.is_main for line in lines] == [True, False, False]
    assert {line.kind for line in lines} == {LineKind.MOBILE, LineKind.HOME}
    async with demo.session() as session:
        assert (await session.get_one(CustomerRow, 7)).kind is CustomerKind.BUSINESS
        assert (await session.get_one(Autopay, 7)).enabled
    assert (await newest_bill(demo, 7)).status is BillStatus.UNPAID


async def test_seed_uses_regions_that_the_network_knows(demo: Database) -> None:
    known = SimulatedNetwork().regions()
    async with demo.session() as session:
        assert set(await session.scalars(select(CustomerRow.region))) <= set(known)


async def test_seed_again_keeps_what_happened_meanwhile(demo: Database, now: datetime) -> None:
    async with demo.write_session() as session:
        (await session.get_one(CustomerRow, 1)).email = "yeni@example.com"
    await seed_demo(demo, now + timedelta(days=40), str, "other")
    async with demo.session() as session:
        assert (await session.get_one(CustomerRow, 1)).email == "yeni@example.com"
        assert len(list(await session.scalars(select(Account)))) == 10


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2028, 2, 29), date(2027, 1, 1)])
async def test_seed_on_any_day_works(database: Database, now: datetime, day: date) -> None:
    await seed_demo(database, now.replace(year=day.year, month=day.month, day=day.day), str, "x")
    assert (await newest_bill(database, 1)).due_date > day


async def test_seed_beside_real_customers_is_refused(database: Database, now: datetime) -> None:
    async with database.write_session() as session:
        await create_customer(session, name="Ali", email="ali@example.com", phone="05321112233", now=now)
    with pytest.raises(DemoConflict):
        await seed_demo(database, now, str, "x")


async def test_create_customer_gives_a_starter_package_and_no_bill(demo: Database, now: datetime) -> None:
    async with demo.write_session() as session:
        customer = await create_customer(session, name="Ali Can", email="ali@example.com", phone="05321112233", now=now)
    assert customer.id == SIGN_UPS.start
    (line,) = await lines_of(demo, customer.id)
    assert line.package.name == "Ekonomik Paket"
    assert line.status is LineStatus.ACTIVE
    assert line.renewal_date == date(2026, 4, 15)
    async with demo.session() as session:
        quota = (await session.scalars(select(Quota).where(Quota.line_id == line.id))).one()
        assert quota.internet_used_gb == 0
        assert not list(await session.scalars(select(BillRow).where(BillRow.customer_id == customer.id)))


@pytest.mark.parametrize(
    ("months", "expected"), [(1, date(2026, 2, 28)), (-1, date(2025, 12, 31)), (13, date(2027, 2, 28))]
)
def test_months_later_ends_on_a_day_that_exists(months: int, expected: date) -> None:
    assert months_later(date(2026, 1, 31), months) == expected
