"""Looks up what is stored about the things that a file's rows name, for ``guards.py``."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import CustomerKind, LineStatus, PaymentStatus
from database.exchange.kinds import parts
from database.tables import AuditEntry, CustomerRow, LineRow, PackageRow, Payment


async def mains_of(session: AsyncSession, customers: Collection[Any], numbers: Collection[str]) -> dict[int, str]:
    """Return the main line of each of these customers, and of the owners of these lines, that has one."""
    found: dict[int, str] = {}
    for part in parts(sorted(customers)):
        query = select(LineRow.customer_id, LineRow.number).where(LineRow.is_main, LineRow.customer_id.in_(part))
        found.update((customer, number) for customer, number in await session.execute(query))
    for named in parts(sorted(numbers)):
        query = select(LineRow.customer_id, LineRow.number).where(LineRow.is_main, LineRow.number.in_(named))
        found.update((customer, number) for customer, number in await session.execute(query))
    return found


async def paid_here(session: AsyncSession, bills: Collection[str]) -> set[str]:
    """Return those of these bills that a payment of this service is for, completed or still running."""
    live = Payment.status.in_((PaymentStatus.PROCESSING, PaymentStatus.COMPLETED))
    found: set[str] = set()
    for part in parts(sorted(bills)):
        found.update(await session.scalars(select(Payment.bill_id).where(live, Payment.bill_id.in_(part))))
    return found


async def erased_among(session: AsyncSession, customers: Collection[Any]) -> set[int]:
    """Return those of these customers who were erased."""
    found: set[int] = set()
    for part in parts(sorted(customers)):
        erased = CustomerRow.erased_at.is_not(None) & CustomerRow.id.in_(part)
        found.update(await session.scalars(select(CustomerRow.id).where(erased)))
    return found


async def suspended_here(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Return those of these lines that are suspended because their customer had them suspended by this service."""
    suspended: dict[str, int] = {}
    for part in parts(sorted(numbers)):
        query = select(LineRow.number, LineRow.customer_id).where(
            LineRow.status == LineStatus.SUSPENDED, LineRow.number.in_(part)
        )
        suspended.update((number, customer) for number, customer in await session.execute(query))
    found: set[str] = set()
    for owners in parts(sorted(set(suspended.values()))):
        mine = AuditEntry.customer_id.in_(owners)
        done = select(AuditEntry.after).where(AuditEntry.operation == "suspend_line", mine)
        found.update(after["line_number"] for after in await session.scalars(done) if after)
    return found & set(suspended)


async def names_of_packages(session: AsyncSession) -> Collection[str]:
    """Return the names of all packages."""
    return list(await session.scalars(select(PackageRow.name)))


async def business_packages(session: AsyncSession) -> set[str]:
    """Return the names of the packages that only businesses may have."""
    return set(await session.scalars(select(PackageRow.name).where(PackageRow.business_only)))


async def private_customers(session: AsyncSession, customers: Collection[int]) -> set[int]:
    """Return those of these customers who are no business."""
    found: set[int] = set()
    for part in parts(sorted(customers)):
        private = (CustomerRow.kind == CustomerKind.INDIVIDUAL) & CustomerRow.id.in_(part)
        found.update(await session.scalars(select(CustomerRow.id).where(private)))
    return found
