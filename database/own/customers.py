"""Our tables of customers and lines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from database import tables
from database.own.catalogue import package_of
from database.own.tables import OwnTables
from ports.customers import Customer, Line
from ports.errors import RequestRefused
from ports.outcome import ChangeMade
from ports.values import ContactType


class OwnCustomers(OwnTables):
    """See ``ports.customers.CustomersPort``."""

    async def customer(self, customer_id: int) -> Customer:
        """See ``CustomersPort.customer``."""
        async with self._database.joined() as session:
            row = await session.get(tables.CustomerRow, customer_id)
        if row is None:
            raise RequestRefused("NO_CUSTOMER", str(customer_id))
        return Customer(
            customer_id=row.id, name=row.name, email=row.email, phone=row.phone, address=row.address,
            region=row.region, tier=row.tier, kind=row.kind, registered_at=row.registered_at,
        )  # fmt: skip

    async def lines(self, customer_id: int) -> Sequence[Line]:
        """See ``CustomersPort.lines``."""
        query = (
            select(tables.LineRow)
            .where(tables.LineRow.customer_id == customer_id)
            .order_by(tables.LineRow.is_main.desc(), tables.LineRow.id)
        )
        async with self._database.joined() as session:
            return [_line(row) for row in await session.scalars(query)]

    async def set_contact(self, customer_id: int, kind: ContactType, value: str, *, key: str) -> ChangeMade:
        """See ``CustomersPort.set_contact``."""
        async with self._database.joined() as session:
            setattr(await session.get_one(tables.CustomerRow, customer_id), kind.value, value)
        return ChangeMade()


def _line(row: tables.LineRow) -> Line:
    return Line(
        number=row.number, kind=row.kind, is_main=row.is_main, status=row.status, suspended_at=row.suspended_at,
        suspension_reason=row.suspension_reason, roaming_enabled=row.roaming_enabled, package=package_of(row.package),
        package_since=row.package_since, renewal_date=row.renewal_date, commitment_until=row.commitment_until,
    )  # fmt: skip
