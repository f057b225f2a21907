"""Our tables of bills, payments and standing orders.

The table of payments is more than this port shows: it also holds the attempts, which stay ours whichever system bills.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from database import tables
from database.enums import PaymentStatus
from database.own.tables import OwnTables
from ports.billing import Bill, BillItem, MadePayment, StandingOrder
from ports.errors import RequestRefused
from ports.outcome import ChangeMade
from ports.values import BillStatus

_BILLS = (
    select(
        tables.BillRow.id, tables.BillRow.amount, tables.BillRow.currency, tables.BillRow.bill_date,
        tables.BillRow.due_date, tables.BillRow.status, tables.BillRow.paid_at,
    )
    .where(tables.BillRow.customer_id == bindparam("customer"))
    .order_by(tables.BillRow.bill_date.desc(), tables.BillRow.id.desc())
)  # fmt: skip
_ITEMS = (
    select(tables.BillItemRow.bill_id, tables.BillItemRow.service_name, tables.BillItemRow.amount)
    .join(tables.BillRow, tables.BillRow.id == tables.BillItemRow.bill_id)
    .where(tables.BillRow.customer_id == bindparam("customer"))
    .order_by(tables.BillItemRow.id)
)
_STANDING_ORDER = select(tables.Autopay.enabled, tables.Autopay.method).where(
    tables.Autopay.customer_id == bindparam("customer")
)


class OwnBilling(OwnTables):
    """See ``ports.billing.BillingPort``."""

    async def bills(self, customer_id: int) -> Sequence[Bill]:
        """See ``BillingPort.bills``."""
        rows = await self._database.rows(_BILLS, customer=customer_id)
        items: dict[str, list[BillItem]] = {row.id: [] for row in rows}
        for bill_id, service_name, amount in await self._database.rows(_ITEMS, customer=customer_id):
            if bill_id in items:  # a bill may be new since then
                items[bill_id].append(BillItem(service_name, amount))
        return [
            Bill(
                bill_id=row.id, amount=row.amount, currency=row.currency, bill_date=row.bill_date,
                due_date=row.due_date, status=row.status, paid_at=row.paid_at, items=tuple(items[row.id]),
            )
            for row in rows
        ]  # fmt: skip

    async def payments(self, customer_id: int) -> Sequence[MadePayment]:
        """See ``BillingPort.payments``."""
        made = (tables.Payment.customer_id == customer_id) & (tables.Payment.status == PaymentStatus.COMPLETED)
        query = select(tables.Payment).where(made).order_by(tables.Payment.at.desc(), tables.Payment.transaction_id)
        async with self._database.joined() as session:
            return [
                MadePayment(row.transaction_id, row.bill_id, row.amount, row.method, row.at)
                for row in await session.scalars(query)
            ]

    async def book(self, customer_id: int, payment: MadePayment) -> None:
        """See ``BillingPort.book``; the payment itself is the attempt's own row."""
        async with self._database.joined() as session:
            bill = await session.get(tables.BillRow, payment.bill_id)
            if bill is None or bill.customer_id != customer_id:
                raise RequestRefused("BILL_NOT_FOUND", payment.bill_id)
            if bill.status != BillStatus.PAID:
                bill.status, bill.paid_at = BillStatus.PAID, payment.at

    async def standing_order(self, customer_id: int) -> StandingOrder | None:
        """See ``BillingPort.standing_order``."""
        found = await self._database.rows(_STANDING_ORDER, customer=customer_id)
        return next((StandingOrder(enabled, method) for enabled, method in found), None)

    async def set_standing_order(self, customer_id: int, order: StandingOrder, *, key: str) -> ChangeMade:
        """See ``BillingPort.set_standing_order``."""
        async with self._database.joined() as session:
            await session.merge(tables.Autopay(customer_id=customer_id, enabled=order.enabled, method=order.method))
        return ChangeMade()
