"""Paying a bill: at most once, whoever asks and however often, and without holding a lock while the bank thinks.

A payment has three steps. ``_begin`` notes the attempt, in one transaction; from then on the bill counts as being
processed (``bills.py``). Then the payment system is asked, with no transaction open. ``settlement`` notes its answer in
another one and tells the billing system.

Where no answer comes it is unknown whether money moved. The bill then stays ``processing``: a retry with the same key
asks the payment system again under that key, which is safe. After ``ATTEMPT_LEASE`` any other attempt may take over,
and it too asks under the first attempt's key. If nobody comes again, the service settles it by itself
(``settlement.settle_interrupted``). Only what the payment system says makes the bill payable again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import uuid4

from pydantic import Field
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import is_recent
from database.enums import PaymentStatus
from database.tables import Payment
from ports import joins_transaction
from ports.billing import Bill
from ports.errors import PaymentConflict, PaymentDeclined, SystemUnavailable
from ports.payment import PaymentReceipt
from ports.values import BillStatus, PaymentMethod
from tools.bills import OPEN_BILL, bills_of, open_status
from tools.caller import Caller, Context
from tools.errors import (
    BillAlreadyPaid,
    BillNotFound,
    CardDeclined,
    IdempotencyConflict,
    InsufficientFunds,
    PaymentSystemTimeout,
)
from tools.receipts import begin_receipt, refusals_receipted
from tools.schema import Arguments, Method, Money, Preview
from tools.settlement import ATTEMPT_LEASE, CHARGE_SECONDS, Attempt, PaidBill, attempt_of, complete, release
from tools.writes import Write, answered, claim_key, key_of


class BillArguments(Arguments):
    """Base of the arguments of operations on one bill."""

    free_text: ClassVar[bool] = False

    bill_id: str | None = Field(
        None,
        min_length=1,
        max_length=32,
        description="The bill to pay, for example F-2026-11-0001; leave out for the current unpaid bill",
    )


class PayBillArguments(BillArguments):
    """Arguments of ``pay_bill``."""

    method: Method = Field(description="How the customer wants to pay; never guess it")


class PaymentPreview(Preview):
    """The payment to confirm: bill, amount and method."""

    bill_id: str
    amount: Money
    currency: str
    due_date: date
    method: PaymentMethod


async def pay_bill(context: Context, caller: Caller, arguments: PayBillArguments) -> PaidBill:
    """Pay a bill in full, at once, with the method that the customer named. A bill is never paid twice.

    Without a bill number the current unpaid bill is paid. After a refusal the bill stays unpaid and nothing was
    charged.
    """
    key = key_of(caller)
    async with refusals_receipted(context, caller, key, "pay_bill", arguments):
        begun = await _begin(context, caller, key, arguments)
    if isinstance(begun, PaidBill):
        return begun
    try:
        receipt = await _charge(context, caller, begun)
    except PaymentDeclined as declined:
        refusal = InsufficientFunds if declined.code == "INSUFFICIENT_FUNDS" else CardDeclined
        refused = refusal(bill_id=begun.bill_id)
        await release(context, caller, begun, refused)
        raise refused from declined
    except PaymentConflict as conflict:
        conflicting = IdempotencyConflict(bill_id=begun.bill_id)
        await release(context, caller, begun, conflicting)
        raise conflicting from conflict
    except SystemUnavailable as silence:
        raise PaymentSystemTimeout.after(silence.retry_after, bill_id=begun.bill_id) from silence
    except TimeoutError as silence:
        raise PaymentSystemTimeout(bill_id=begun.bill_id) from silence
    return await complete(context, caller, key, begun, receipt)


async def _charge(context: Context, caller: Caller, attempt: Attempt) -> PaymentReceipt:
    """Charge the attempt; if its key paid this bill before with another method, return that receipt.

    Raises:
        OutsideSystemError: the payment system said no, or nothing.
        TimeoutError: it took longer than ``CHARGE_SECONDS``.
    """
    payment = context.ports.payment
    async with asyncio.timeout(CHARGE_SECONDS):
        try:
            return await payment.charge(
                key=attempt.key,
                amount=attempt.amount,
                currency=attempt.currency,
                method=attempt.method.value,
                customer_id=caller.customer_id,
            )
        except PaymentConflict:
            receipt = (await payment.find(key=attempt.key, customer_id=caller.customer_id)).receipt
            if receipt is None or (receipt.amount, receipt.currency) != (attempt.amount, attempt.currency):
                raise
            return receipt


async def guard_payment(context: Context, caller: Caller, arguments: BillArguments) -> None:
    """Refuse a payment for which there is no bill to pay, before anybody asks how to pay it."""
    bills = await bills_of(context, caller)
    async with context.database.session() as session:
        await _payable_bill(session, context, bills, arguments.bill_id)


async def preview_payment(context: Context, caller: Caller, arguments: PayBillArguments) -> PaymentPreview:
    """Return the preview of ``pay_bill``."""
    bills = await bills_of(context, caller)
    async with context.database.session() as session:
        bill = await _payable_bill(session, context, bills, arguments.bill_id)
        running = await _running_attempt(session, bill)
    method = running.method if running else arguments.method
    return PaymentPreview(
        operation="pay_bill",
        arguments={"bill_id": bill.bill_id, "method": method.value},
        bill_id=bill.bill_id,
        amount=bill.amount,
        currency=bill.currency,
        due_date=bill.due_date,
        method=method,
    )


async def _told(context: Context, caller: Caller, key: str, arguments: PayBillArguments) -> Sequence[Bill] | None:
    """Return what an outside billing system says, which no transaction waits for; None for own bills and a known key.

    Raises:
        SystemUnavailable: It says nothing; nothing was begun.
    """
    if joins_transaction(context.ports.billing):
        return None
    known = await answered(context, Write(caller, key, "pay_bill", arguments, PaidBill, "payment"))
    if known is not None and known.result is not None:
        return None
    return await context.ports.billing.bills(caller.customer_id)


async def _begin(context: Context, caller: Caller, key: str, arguments: PayBillArguments) -> Attempt | PaidBill:
    """Reserve the bill for this attempt, or give the answer that its key got before."""
    told = await _told(context, caller, key, arguments)
    async with context.database.write_session() as session:
        record = await claim_key(session, context, caller, key, "pay_bill", arguments)
        if record.result is not None:
            return PaidBill.model_validate(record.result)
        await begin_receipt(session, context, caller, key, "pay_bill", arguments)
        came_before = inspect(record).persistent
        payment = await attempt_of(session, caller, key)
        bills = await bills_of(context, caller, told)
        if payment is not None and payment.status == PaymentStatus.PROCESSING:
            payment.at = context.now()
            return _attempt(context, key, _chosen_bill(bills, payment.bill_id), payment.method)
        bill_id = payment.bill_id if payment else arguments.bill_id
        bill = await _payable_bill(session, context, bills, bill_id, resuming=came_before)
        running = await _running_attempt(session, bill)
        if running is not None:
            running.at = context.now()
            return _attempt(context, running.idempotency_key, bill, running.method)
        earlier = await _released_attempt(session, bill) or payment
        if earlier is not None:
            # One that was released goes on under its own key: should its charge arrive after all, it is this one.
            earlier.status, earlier.method, earlier.amount = PaymentStatus.PROCESSING, arguments.method, bill.amount
            earlier.at = context.now()
            return _attempt(context, earlier.idempotency_key, bill, arguments.method)
        session.add(
            Payment(
                transaction_id=f"pending-{uuid4()}",
                bill_id=bill.bill_id,
                customer_id=caller.customer_id,
                amount=bill.amount,
                method=arguments.method,
                status=PaymentStatus.PROCESSING,
                at=context.now(),
                idempotency_key=key,
            )
        )
        return _attempt(context, key, bill, arguments.method)


def _attempt(context: Context, key: str, bill: Bill, method: PaymentMethod) -> Attempt:
    return Attempt(key, bill.bill_id, method, bill.amount, bill.currency, open_status(bill, context.today()))


async def _payable_bill(
    session: AsyncSession, context: Context, bills: Sequence[Bill], bill_id: str | None, *, resuming: bool = False
) -> Bill:
    """The caller's bill, if it can be paid now; ``resuming`` allows one whose payment this caller began."""
    bill = _chosen_bill(bills, bill_id)
    if bill.status in OPEN_BILL:
        return bill
    if bill.status == BillStatus.PROCESSING:
        running = await _running_attempt(session, bill)
        if running and (resuming or not is_recent(running.at, context.now(), ATTEMPT_LEASE)):
            return bill
        raise BillAlreadyPaid(
            message=f"{bill.bill_id} numaralı fatura için başlatılan ödemenizin sonucu henüz belli değil.",
            next_step="Lütfen birkaç dakika sonra yeniden kontrol ediniz; aynı fatura iki kez tahsil edilmez.",
            bill_id=bill.bill_id,
            status=bill.status.value,
        )
    if bill.status == BillStatus.CANCELLED:
        raise BillAlreadyPaid(
            message=f"{bill.bill_id} numaralı faturanız iptal edilmiş; ödenmesi gerekmiyor.",
            bill_id=bill.bill_id,
            status=bill.status.value,
        )
    raise BillAlreadyPaid(bill_id=bill.bill_id, status=bill.status.value)


def _chosen_bill(bills: Sequence[Bill], bill_id: str | None) -> Bill:
    """The bill with this number, or else the newest that is not paid, or else the newest."""
    if bill_id is not None:
        named = next((bill for bill in bills if bill.bill_id.upper() == bill_id.upper()), None)
        if named is None:
            raise BillNotFound(bill_id=bill_id)
        return named
    if not bills:
        raise BillNotFound(message="Ödenecek bir faturanız bulunmuyor.", bill_id=None)
    return next((bill for bill in bills if bill.status in (*OPEN_BILL, BillStatus.PROCESSING)), bills[0])


async def _running_attempt(session: AsyncSession, bill: Bill) -> Payment | None:
    return await session.scalar(
        select(Payment).where(Payment.bill_id == bill.bill_id, Payment.status == PaymentStatus.PROCESSING)
    )


async def _released_attempt(session: AsyncSession, bill: Bill) -> Payment | None:
    return await session.scalar(
        select(Payment)
        .where(Payment.bill_id == bill.bill_id, Payment.status == PaymentStatus.RELEASED)
        .order_by(Payment.at.desc())
        .limit(1)
    )
