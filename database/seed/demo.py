"""Fill an empty database with the demo: packages, customers in various situations, their bills, tickets and logins.

Every date is a distance from ``now``, and the random generator is seeded, so the same arguments give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import ISTANBUL
from core.currency import CURRENCY
from core.operator_facts import OperatorFacts, load_operator
from database.enums import BillStatus, LineStatus, PaymentMethod, PaymentStatus, TicketStatus
from database.seed.catalogue import add_catalogue
from database.seed.newcomer import months_later
from database.seed.numbers import operator_number
from database.seed.people import DEMO_PEOPLE, DemoLine, DemoPerson, DemoTicket
from database.session import Database
from database.tables import (
    Account,
    Autopay,
    BillItemRow,
    BillRow,
    CustomerRow,
    LineRow,
    PackageRow,
    Payment,
    Quota,
    TicketRow,
)

PAST_BILLS = 12
"""Number of bills before the newest one."""

_DAYS_UNTIL_PAID = 5
_FORMER_PACKAGE = "Ekonomik Paket"
"""What everybody had before the present package."""
_OTHER_EXTRAS = (
    ("Uluslararası aramalar", Decimal("34.75")),
    ("Paket dışı mesajlar", Decimal("12.40")),
)


class DemoConflict(RuntimeError):
    """Customers of the operator and demo accounts would stand in one database."""


async def seed_demo(
    database: Database,
    now: datetime,
    password_hasher: Callable[[str], str],
    password: str,
    seed: int = 0,
    operator: OperatorFacts | None = None,
) -> None:
    """Add the demo where it is missing; rows of an existing demo keep what has happened to them.

    Args:
        database: A migrated database.
        now: The present time; every date of the demo is a distance from it.
        password_hasher: Returns the stored form of a password.
        password: The password of every demo account.
        seed: Seed of the random extras on the bills.
        operator: Whose days and fees the bills have; default: the demo operator.

    Raises:
        DemoConflict: The database has customers of its own.
    """
    now, operator = now.astimezone(ISTANBUL), operator or load_operator()
    async with database.write_connection() as connection, AsyncSession(connection, expire_on_commit=False) as session:
        packages = await add_catalogue(session)
        if await session.scalar(select(Account.id).where(Account.login == DEMO_PEOPLE[0].login)) is not None:
            return
        if await session.scalar(select(CustomerRow.id).where(CustomerRow.id >= 0).limit(1)) is not None:
            raise DemoConflict("the database already has customers of its own")
        for person in DEMO_PEOPLE:
            await _add_person(session, person, packages, now, Random(f"{seed}-{person.customer_id}"), operator)
            session.add(
                Account(
                    login=person.login,
                    password_hash=password_hasher(password),
                    role=person.role,
                    customer_id=person.customer_id,
                )
            )
        await session.flush()


async def refuse_demo(database: Database) -> None:
    """Refuse a database with the demo's accounts, whose password everybody knows.

    Raises:
        DemoConflict: It has some that can log in.
    """
    known = [person.login for person in DEMO_PEOPLE]
    async with database.session() as session:
        found = list(
            await session.scalars(select(Account.login).where(Account.login.in_(known), Account.disabled_at.is_(None)))
        )
    if found:
        raise DemoConflict(
            f"TELEKOM_ENV=production, and the database has accounts of the demo: {', '.join(sorted(found))}. "
            "Disable them with: telekom users disable LOGIN; or use another database."
        )


async def _add_person(
    session: AsyncSession, person: DemoPerson, packages: Mapping[str, PackageRow], now: datetime, rng: Random,
    operator: OperatorFacts,
) -> None:  # fmt: skip
    oldest_line = max(line.package_months for line in person.lines)
    session.add(
        CustomerRow(
            id=person.customer_id,
            name=person.name,
            email=f"{person.login.split('@')[0]}-contact@example.com",
            phone=operator_number(person.customer_id),
            address=person.address,
            region=person.region,
            tier=person.tier,
            kind=person.kind,
            registered_at=_at(months_later(now.date(), -oldest_line - 12), 11),
        )
    )
    await session.flush()
    for index, line in enumerate(person.lines):
        await _add_line(session, person.customer_id, index, line, packages[line.package], now)
    bills = _bills(person, packages, now.date(), rng, operator)
    session.add_all(bills)
    await session.flush()
    session.add_all(_payment(bill, person.autopay or rng.choice(list(PaymentMethod))) for bill in bills if bill.paid_at)
    if person.autopay:
        session.add(Autopay(customer_id=person.customer_id, enabled=True, method=person.autopay))
    if person.ticket:
        session.add(_ticket(person.customer_id, person.ticket, now))


async def _add_line(
    session: AsyncSession, customer_id: int, index: int, demo: DemoLine, package: PackageRow, now: datetime
) -> None:
    today = now.date()
    suspended = demo.suspended_days_ago is not None
    line = LineRow(
        customer_id=customer_id,
        number=demo.number or operator_number(customer_id, index),
        kind=demo.kind,
        is_main=index == 0,
        status=LineStatus.SUSPENDED if suspended else LineStatus.ACTIVE,
        suspended_at=now - timedelta(days=demo.suspended_days_ago or 0) if suspended else None,
        suspension_reason=demo.suspension_reason,
        roaming_enabled=demo.roaming,
        package=package,
        package_since=months_later(today, -demo.package_months),
        renewal_date=today + timedelta(days=12),
        commitment_until=(
            months_later(today, demo.commitment_months_left) if demo.commitment_months_left is not None else None
        ),
    )
    session.add(line)
    await session.flush()
    session.add(
        Quota(
            line_id=line.id,
            period_end=line.renewal_date,
            internet_used_gb=(package.internet_gb * demo.internet_used).quantize(Decimal("0.01")),
            voice_used=int(package.voice_minutes * demo.voice_used),
            sms_used=int(package.sms_count * demo.sms_used),
        )
    )


def _bills(
    person: DemoPerson, packages: Mapping[str, PackageRow], today: date, rng: Random, operator: OperatorFacts
) -> list[BillRow]:
    """Return the newest bill and the paid ones before it, a month apart, newest first."""
    newest = today - timedelta(days=person.bill_age)
    bills = []
    for age in range(PAST_BILLS + 1):
        bill_date = months_later(newest, -age)
        status = BillStatus.PAID if age else person.bill_status
        paid = status is BillStatus.PAID
        items = _items(person, packages, today, bill_date, rng, operator)
        bills.append(
            BillRow(
                id=f"F-{bill_date:%Y-%m}-{person.customer_id:04d}",
                customer_id=person.customer_id,
                amount=sum((item.amount for item in items), Decimal(0)),
                currency=CURRENCY,
                bill_date=bill_date,
                due_date=bill_date + timedelta(days=operator.days_to_pay),
                status=status,
                paid_at=_at(bill_date + timedelta(days=_DAYS_UNTIL_PAID), 10 + age % 8) if paid else None,
                items=items,
            )
        )
    return bills


def _items(
    person: DemoPerson,
    packages: Mapping[str, PackageRow],
    today: date,
    bill_date: date,
    rng: Random,
    operator: OperatorFacts,
) -> list[BillItemRow]:
    items = []
    for line in person.lines:
        had_it = months_later(today, -line.package_months) <= bill_date
        package = packages[line.package if had_it else _FORMER_PACKAGE]
        items.append(BillItemRow(service_name=f"{package.name} aylık ücreti", amount=package.monthly_fee))
    if rng.random() < 0.4:
        name, fee = rng.choice(_extras(operator))
        items.append(BillItemRow(service_name=name, amount=fee))
    return items


def _extras(operator: OperatorFacts) -> tuple[tuple[str, Decimal], ...]:
    return (f"Ek internet paketi ({operator.extra_data_gb} GB)", operator.extra_data_fee), *_OTHER_EXTRAS


def _payment(bill: BillRow, method: PaymentMethod) -> Payment:
    return Payment(
        transaction_id=f"TRX-{bill.id.removeprefix('F-')}",
        bill_id=bill.id,
        customer_id=bill.customer_id,
        amount=bill.amount,
        method=method,
        status=PaymentStatus.COMPLETED,
        at=bill.paid_at,
        idempotency_key=f"demo-{bill.id}",
    )


def _ticket(customer_id: int, demo: DemoTicket, now: datetime) -> TicketRow:
    created = now - timedelta(hours=demo.created_hours_ago)
    solved = demo.resolution is not None
    return TicketRow(
        id=f"TKT-{created:%Y%m%d}-{customer_id:04d}",
        customer_id=customer_id,
        description=demo.description,
        category=demo.category,
        priority=demo.priority,
        status=TicketStatus.RESOLVED if solved else TicketStatus.OPEN,
        created_at=created,
        estimated_resolution=created + timedelta(days=2),
        resolved_at=created + timedelta(hours=30) if solved else None,
        resolution=demo.resolution,
        notes=demo.notes,
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), tzinfo=ISTANBUL)
