"""Orders carried out at once on our table of lines."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.own.tables import OwnTables
from database.seed.newcomer import months_later
from database.tables import LineRow, PackageRow
from ports.errors import RequestRefused
from ports.orders import Order, PackageOrder, ReactivationOrder, RoamingOrder, SuspensionOrder
from ports.outcome import ChangeMade
from ports.values import LineStatus


class OwnOrders(OwnTables):
    """See ``ports.orders.OrdersPort``."""

    async def place(self, customer_id: int, order: Order, *, key: str) -> ChangeMade:
        """See ``OrdersPort.place``; what forbids an order is checked here as well as before it is asked for."""
        async with self._database.joined() as session:
            query = select(LineRow).where(LineRow.customer_id == customer_id, LineRow.number == order.line_number)
            line = await session.scalar(query)
            if line is None:
                raise RequestRefused("LINE_NOT_FOUND")
            match order:
                case PackageOrder():
                    await _move(session, line, order.package, order.effective)
                case RoamingOrder():
                    line.roaming_enabled = order.enabled
                case SuspensionOrder():
                    if line.status == LineStatus.SUSPENDED:
                        raise RequestRefused("LINE_ALREADY_SUSPENDED")
                    line.status = LineStatus.SUSPENDED
                    line.suspended_at, line.suspension_reason = order.at, order.reason
                case ReactivationOrder():
                    if line.status != LineStatus.SUSPENDED:
                        raise RequestRefused("LINE_NOT_SUSPENDED")
                    line.status, line.suspended_at, line.suspension_reason = LineStatus.ACTIVE, None, None
            await session.flush()
        return ChangeMade()


async def _move(session: AsyncSession, line: LineRow, name: str, first_day: date) -> None:
    package = await session.scalar(select(PackageRow).where(PackageRow.name == name))
    if package is None or not package.on_sale or line.status != LineStatus.ACTIVE:
        raise RequestRefused("PACKAGE_CHANGE_FAILED")
    line.package = package
    line.package_since = first_day
    line.renewal_date = months_later(first_day, 1)
    line.commitment_until = months_later(first_day, package.contract_months) if package.contract_months else None
