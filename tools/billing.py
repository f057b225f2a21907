"""Bills and what has been paid: the reads, and the standing order. The payment itself is in ``payment.py``."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from pydantic import Field
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import ISTANBUL
from database.enums import BillStatus, PaymentMethod, PaymentStatus
from database.seed.newcomer import months_later
from database.tables import Autopay, Bill, Payment
from tools.caller import Caller, Context
from tools.errors import NoBill, ValidationFailed
from tools.schema import Arguments, ListArguments, Method, Money, NoArguments, Preview, Result, Switch
from tools.writes import Change, write_once

OPEN_BILL = (BillStatus.UNPAID, BillStatus.OVERDUE)


class Service(Result):
    """One position of a bill."""

    service_name: str
    amount: Money


class CurrentBill(Result):
    """The newest bill, and how bills are paid automatically; ``autopay_method`` is None where they are not."""

    bill_id: str
    amount: Money
    currency: str
    due_date: date
    bill_date: date
    status: BillStatus
    services: list[Service]
    autopay_method: PaymentMethod | None


class PastBill(Result):
    """One bill in the list of past bills."""

    bill_id: str
    amount: Money
    bill_date: date
    status: BillStatus
    paid_date: datetime | None


class PastBills(Result):
    """Past bills, newest first; the totals are over all of them, not only those listed."""

    bills: list[PastBill]
    total_count: int
    total_amount_paid: Money


class PastPayment(Result):
    """One payment that was made."""

    transaction_id: str
    amount: Money
    method: PaymentMethod
    date: datetime
    bill_id: str


class PaymentHistory(Result):
    """Payments, newest first; the totals are over all of them, not only those listed."""

    payments: list[PastPayment]
    total_payments: int
    total_amount: Money
    payments_this_month: int


class AutopayArguments(Arguments):
    """Arguments of ``setup_autopay``."""

    status: Switch = Field(description="true to pay automatically from now on, false to stop")
    payment_method: Method | None = Field(None, description="How to pay; leave out for the method last used")


class AutopayState(Result):
    """The standing order after the change."""

    autopay_enabled: bool
    payment_method: PaymentMethod | None
    next_payment_date: date | None


class AutopayPreview(Preview):
    """The standing order as it would be; ``current_method`` is None while there is none."""

    enabled: bool
    method: PaymentMethod | None
    next_payment_date: date | None
    current_method: PaymentMethod | None


def open_status(bill: Bill, today: date) -> BillStatus:
    """The status of a bill that is to be paid: overdue from the day after its due date."""
    return BillStatus.OVERDUE if bill.due_date < today else BillStatus.UNPAID


def status_today(bill: Bill, today: date) -> BillStatus:
    """A bill's status, whatever was stored before its due date passed."""
    return open_status(bill, today) if bill.status in OPEN_BILL else bill.status


async def newest_bill(session: AsyncSession, caller: Caller) -> Bill | None:
    """The caller's newest bill, paid or not."""
    return await session.scalar(
        select(Bill)
        .where(Bill.customer_id == caller.customer_id)
        .order_by(Bill.bill_date.desc(), Bill.id.desc())
        .limit(1)
    )


async def get_current_bill(context: Context, caller: Caller, arguments: NoArguments) -> CurrentBill:
    """Show the newest bill, paid or not: amount, due date, status and the services it is made of."""
    async with context.database.session() as session:
        bill = await newest_bill(session, caller)
        if bill is None:
            raise NoBill
        order = await session.get(Autopay, caller.customer_id)
        return CurrentBill(
            bill_id=bill.id,
            amount=bill.amount,
            currency=bill.currency,
            due_date=bill.due_date,
            bill_date=bill.bill_date,
            status=status_today(bill, context.today()),
            services=[Service(service_name=item.service_name, amount=item.amount) for item in bill.items],
            autopay_method=order.method if order and order.enabled else None,
        )


async def get_past_bills(context: Context, caller: Caller, arguments: ListArguments) -> PastBills:
    """List past bills, newest first, with the sum that was paid over all of them.

    The current bill joins the list once it is paid.
    """
    async with context.database.session() as session:
        newest = await newest_bill(session, caller)
        past: ColumnElement[bool] = Bill.customer_id == caller.customer_id
        if newest is not None and newest.status != BillStatus.PAID:
            past = and_(past, Bill.id != newest.id)
        bills = await session.scalars(
            select(Bill).where(past).order_by(Bill.bill_date.desc(), Bill.id.desc()).limit(arguments.limit)
        )
        paid = select(func.sum(Bill.amount)).where(past, Bill.status == BillStatus.PAID)
        return PastBills(
            bills=[
                PastBill(
                    bill_id=bill.id,
                    amount=bill.amount,
                    bill_date=bill.bill_date,
                    status=status_today(bill, context.today()),
                    paid_date=bill.paid_at,
                )
                for bill in bills
            ],
            total_count=await session.scalar(select(func.count()).select_from(Bill).where(past)) or 0,
            total_amount_paid=await session.scalar(paid) or Decimal(0),
        )


async def get_payment_history(context: Context, caller: Caller, arguments: ListArguments) -> PaymentHistory:
    """List the payments that were made, newest first: amount, method, date and the bill that each one paid."""
    made = and_(Payment.customer_id == caller.customer_id, Payment.status == PaymentStatus.COMPLETED)
    month = datetime.combine(context.today().replace(day=1), time(), ISTANBUL)
    async with context.database.session() as session:
        payments = await session.scalars(
            select(Payment).where(made).order_by(Payment.at.desc(), Payment.transaction_id).limit(arguments.limit)
        )
        return PaymentHistory(
            payments=[
                PastPayment(
                    transaction_id=payment.transaction_id,
                    amount=payment.amount,
                    method=payment.method,
                    date=payment.at,
                    bill_id=payment.bill_id,
                )
                for payment in payments
            ],
            total_payments=await session.scalar(select(func.count()).select_from(Payment).where(made)) or 0,
            total_amount=await session.scalar(select(func.sum(Payment.amount)).where(made)) or Decimal(0),
            payments_this_month=await session.scalar(
                select(func.count()).select_from(Payment).where(made, Payment.at >= month)
            )
            or 0,
        )


async def setup_autopay(context: Context, caller: Caller, arguments: AutopayArguments) -> AutopayState:
    """Start or stop paying every bill automatically on its due date.

    Without a method the one last used is taken.
    """

    async def change(session: AsyncSession) -> Change[AutopayState]:
        plan = await _plan_autopay(session, context, caller, arguments)
        order = await session.get(Autopay, caller.customer_id)
        before = {"enabled": order.enabled, "method": order.method} if order else {}
        # Stopping what was never set up needs no row: there is no method to put into it.
        if plan.method is not None:
            await session.merge(Autopay(customer_id=caller.customer_id, enabled=plan.enabled, method=plan.method))
        return Change(
            AutopayState(
                autopay_enabled=plan.enabled, payment_method=plan.method, next_payment_date=plan.next_payment_date
            ),
            before=before,
            after={"enabled": plan.enabled, "method": plan.method},
        )

    return await write_once(context, caller, "setup_autopay", arguments, AutopayState, change)


async def preview_autopay(context: Context, caller: Caller, arguments: AutopayArguments) -> AutopayPreview:
    """Return the preview of ``setup_autopay``."""
    async with context.database.session() as session:
        return await _plan_autopay(session, context, caller, arguments)


async def _plan_autopay(
    session: AsyncSession, context: Context, caller: Caller, arguments: AutopayArguments
) -> AutopayPreview:
    order = await session.get(Autopay, caller.customer_id)
    method = order.method if order else None
    if arguments.status:
        method = arguments.payment_method or await _last_method(session, caller) or method
    if arguments.status and method is None:
        raise ValidationFailed(
            message="Otomatik ödeme için bir ödeme yöntemi gerekiyor.",
            next_step="Kredi kartı, havale/EFT ya da dijital cüzdan seçebilirsiniz.",
            field="payment_method",
        )
    return AutopayPreview(
        operation="setup_autopay",
        arguments={"status": arguments.status} | ({"payment_method": method.value} if method else {}),
        enabled=arguments.status,
        method=method,
        current_method=order.method if order and order.enabled else None,
        next_payment_date=await _next_payment_date(session, caller, context.today()) if arguments.status else None,
    )


async def _last_method(session: AsyncSession, caller: Caller) -> PaymentMethod | None:
    return await session.scalar(
        select(Payment.method)
        .where(Payment.customer_id == caller.customer_id, Payment.status == PaymentStatus.COMPLETED)
        .order_by(Payment.at.desc())
        .limit(1)
    )


async def _next_payment_date(session: AsyncSession, caller: Caller, today: date) -> date | None:
    """The due date of the next bill to pay: an open one's, or the newest one's moved on by whole months."""
    due = await session.scalar(
        select(func.min(Bill.due_date)).where(
            Bill.customer_id == caller.customer_id, Bill.status.in_(OPEN_BILL), Bill.due_date >= today
        )
    )
    newest = await newest_bill(session, caller)
    if due is not None or newest is None:
        return due
    months = 1
    while months_later(newest.due_date, months) < today:
        months += 1
    return months_later(newest.due_date, months)
