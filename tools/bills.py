"""A customer's bills and payments as they stand now: what the billing system says, and what is under way here.

A payment is noted here before the billing system hears of it (``payment.py``), so its bill counts as ``processing``
or paid by our own record first. A bill is overdue from the day after its due date, whatever was stored before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Row, bindparam, or_, select

from database.enums import PaymentStatus
from database.tables import Payment
from ports.billing import Bill, MadePayment
from ports.values import BillStatus
from tools.caller import Caller, Context

_UNDER_WAY = select(Payment.bill_id, Payment.status, Payment.at).where(
    Payment.customer_id == bindparam("customer"), or_(Payment.status == PaymentStatus.PROCESSING, Payment.to_book)
)
OPEN_BILL = (BillStatus.UNPAID, BillStatus.OVERDUE)


def open_status(bill: Bill, today: date) -> BillStatus:
    """The status of a bill that is to be paid: overdue from the day after its due date."""
    return BillStatus.OVERDUE if bill.due_date < today else BillStatus.UNPAID


async def bills_of(context: Context, caller: Caller, told: Sequence[Bill] | None = None) -> list[Bill]:
    """Return all bills of the caller, the newest first, in their status of today.

    Args:
        context: The parts to work with.
        caller: The customer.
        told: What the billing system has just said; None: it is asked.
    """
    if told is None:
        told = await context.ports.billing.bills(caller.customer_id)
    attempts = {each.bill_id: each for each in await context.database.rows(_UNDER_WAY, customer=caller.customer_id)}
    return [_as_of_today(bill, attempts.get(bill.bill_id), context.today()) for bill in told]


def _as_of_today(bill: Bill, attempt: Row[str, PaymentStatus, datetime] | None, today: date) -> Bill:
    if bill.status not in OPEN_BILL:
        return bill
    if attempt is None:
        return replace(bill, status=open_status(bill, today))
    if attempt.status == PaymentStatus.PROCESSING:
        return replace(bill, status=BillStatus.PROCESSING)
    return replace(bill, status=BillStatus.PAID, paid_at=attempt.at)


async def payments_of(context: Context, caller: Caller) -> list[MadePayment]:
    """Return all payments that the caller made, the newest first, with those that the billing system was not told."""
    told = list(await context.ports.billing.payments(caller.customer_id))
    known = {payment.transaction_id for payment in told}
    query = select(Payment).where(Payment.customer_id == caller.customer_id, Payment.to_book)
    async with context.database.joined() as session:
        untold = [made_payment(each) for each in await session.scalars(query) if each.transaction_id not in known]
    if not untold:
        return told
    return sorted([*untold, *told], key=lambda payment: payment.at, reverse=True)


def made_payment(row: Payment) -> MadePayment:
    """Return the row of a completed payment as the billing system is told of it."""
    return MadePayment(row.transaction_id, row.bill_id, row.amount, row.method, row.at)
