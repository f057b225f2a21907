"""Bills and what has been paid: the reads, and the standing order. The payment itself is in ``payment.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from core.clock import ISTANBUL
from database.seed.newcomer import months_later
from ports.billing import Bill, StandingOrder
from ports.values import BillStatus, PaymentMethod
from tools.bills import OPEN_BILL, bills_of, payments_of
from tools.caller import Caller, Context
from tools.errors import NoBill, ValidationFailed
from tools.once import write_once
from tools.schema import Arguments, ListArguments, Method, Money, NoArguments, Preview, Result, Switch
from tools.writes import Change, Planned


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

    free_text: ClassVar[bool] = False

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


async def get_current_bill(context: Context, caller: Caller, arguments: NoArguments) -> CurrentBill:
    """Show the newest bill, paid or not: amount, due date, status and the services it is made of."""
    bills = await bills_of(context, caller)
    if not bills:
        raise NoBill
    bill = bills[0]
    order = await context.ports.billing.standing_order(caller.customer_id)
    return CurrentBill(
        bill_id=bill.bill_id,
        amount=bill.amount,
        currency=bill.currency,
        due_date=bill.due_date,
        bill_date=bill.bill_date,
        status=bill.status,
        services=[Service(service_name=item.service_name, amount=item.amount) for item in bill.items],
        autopay_method=order.method if order and order.enabled else None,
    )


async def get_past_bills(context: Context, caller: Caller, arguments: ListArguments) -> PastBills:
    """List past bills, newest first, with the sum that was paid over all of them.

    The current bill joins the list once it is paid.
    """
    bills = await bills_of(context, caller)
    past = bills if bills and bills[0].status == BillStatus.PAID else bills[1:]
    return PastBills(
        bills=[
            PastBill(
                bill_id=bill.bill_id,
                amount=bill.amount,
                bill_date=bill.bill_date,
                status=bill.status,
                paid_date=bill.paid_at,
            )
            for bill in past[: arguments.limit]
        ],
        total_count=len(past),
        total_amount_paid=sum((bill.amount for bill in past if bill.status == BillStatus.PAID), Decimal(0)),
    )


async def get_payment_history(context: Context, caller: Caller, arguments: ListArguments) -> PaymentHistory:
    """List the payments that were made, newest first: amount, method, date and the bill that each one paid."""
    made = await payments_of(context, caller)
    month = datetime.combine(context.today().replace(day=1), time(), ISTANBUL)
    return PaymentHistory(
        payments=[
            PastPayment(
                transaction_id=payment.transaction_id,
                amount=payment.amount,
                method=payment.method,
                date=payment.at,
                bill_id=payment.bill_id,
            )
            for payment in made[: arguments.limit]
        ],
        total_payments=len(made),
        total_amount=sum((payment.amount for payment in made), Decimal(0)),
        payments_this_month=sum(payment.at >= month for payment in made),
    )


async def setup_autopay(context: Context, caller: Caller, arguments: AutopayArguments) -> AutopayState:
    """Start or stop paying every bill automatically on its due date.

    Without a method the one last used is taken.
    """

    async def plan() -> Planned[AutopayState]:
        preview = await preview_autopay(context, caller, arguments)
        order = await context.ports.billing.standing_order(caller.customer_id)
        result = AutopayState(
            autopay_enabled=preview.enabled,
            payment_method=preview.method,
            next_payment_date=preview.next_payment_date,
        )
        before = {"enabled": order.enabled, "method": order.method} if order else {}
        change = Change(result, before, after={"enabled": preview.enabled, "method": preview.method})
        if preview.method is None:  # stopping what was never set up: there is no method to put into an order
            return Planned(change, None)
        wanted = StandingOrder(preview.enabled, preview.method)
        return Planned(
            change, lambda key: context.ports.billing.set_standing_order(caller.customer_id, wanted, key=key)
        )

    return await write_once(context, caller, "setup_autopay", arguments, AutopayState, plan, writes="billing")


async def preview_autopay(context: Context, caller: Caller, arguments: AutopayArguments) -> AutopayPreview:
    """Return the preview of ``setup_autopay``."""
    order = await context.ports.billing.standing_order(caller.customer_id)
    method = order.method if order else None
    if arguments.status:
        method = arguments.payment_method or await _last_method(context, caller) or method
    if arguments.status and method is None:
        raise ValidationFailed(
            message="Otomatik ödeme için bir ödeme yöntemi gerekiyor.",
            next_step="Kredi kartı, havale/EFT ya da dijital cüzdan seçebilirsiniz.",
            field="payment_method",
        )
    bills = await bills_of(context, caller) if arguments.status else []
    return AutopayPreview(
        operation="setup_autopay",
        arguments={"status": arguments.status} | ({"payment_method": method.value} if method else {}),
        enabled=arguments.status,
        method=method,
        current_method=order.method if order and order.enabled else None,
        next_payment_date=_next_payment_date(bills, context.today()),
    )


async def _last_method(context: Context, caller: Caller) -> PaymentMethod | None:
    made = await payments_of(context, caller)
    return made[0].method if made else None


def _next_payment_date(bills: Sequence[Bill], today: date) -> date | None:
    """The due date of the next bill to pay: an open one's, or the newest one's moved on by whole months."""
    due = min((bill.due_date for bill in bills if bill.status in OPEN_BILL and bill.due_date >= today), default=None)
    if due is not None or not bills:
        return due
    newest, months = bills[0].due_date, 1
    while months_later(newest, months) < today:
        months += 1
    return months_later(newest, months)
