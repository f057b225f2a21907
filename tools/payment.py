"""Paying a bill: at most once, whoever asks and however often, and without holding a lock while the bank thinks.

A payment has three steps. ``_begin`` marks the bill as being processed and notes the attempt, in one transaction. Then
the payment system is asked, with no transaction open. ``_complete`` or ``_fail`` notes its answer in another one.

Where no answer comes it is unknown whether money moved. The bill then stays ``processing``: a retry with the same key
asks the payment system again under that key, which is safe. After ``ATTEMPT_LEASE`` any other attempt may take over,
and it too asks under the first attempt's key. Only a clear refusal makes the bill payable again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import uuid4

from pydantic import Field
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import BillStatus, PaymentMethod, PaymentStatus
from database.tables import Bill, IdempotencyRecord, Payment
from ports.errors import PaymentConflict, PaymentDeclined, SystemUnavailable
from ports.payment import PaymentReceipt
from tools.billing import OPEN_BILL, newest_bill, open_status
from tools.caller import Caller, Context
from tools.errors import (
    BillAlreadyPaid,
    BillNotFound,
    CardDeclined,
    IdempotencyConflict,
    InsufficientFunds,
    PaymentSystemTimeout,
)
from tools.schema import Arguments, Method, Money, Preview, Result
from tools.writes import Change, add_audit, claim_key, key_of, lock_customer

ATTEMPT_LEASE = timedelta(minutes=2)
"""Time for which an attempt counts as running; longer than a payment system takes to answer or to time out."""


class BillArguments(Arguments):
    """Base of the arguments of operations on one bill."""

    bill_id: str | None = Field(
        None,
        min_length=1,
        max_length=32,
        description="The bill to pay, for example F-2026-11-0001; leave out for the current unpaid bill",
    )


class PayBillArguments(BillArguments):
    """Arguments of ``pay_bill``."""

    method: Method = Field(description="How the customer wants to pay; never guess it")


class PaidBill(Result):
    """A payment that was made."""

    transaction_id: str
    bill_id: str
    amount: Money
    method: PaymentMethod
    status: Literal["completed"]
    timestamp: datetime


class PaymentPreview(Preview):
    """The payment to confirm: bill, amount and method."""

    bill_id: str
    amount: Money
    currency: str
    due_date: date
    method: PaymentMethod


@dataclass(frozen=True)
class _Attempt:
    """The request to the payment system; ``key`` is the key of the attempt that began it."""

    key: str
    bill: Bill
    method: PaymentMethod


async def pay_bill(context: Context, caller: Caller, arguments: PayBillArguments) -> PaidBill:
    """Pay a bill in full, at once, with the method that the customer named. A bill is never paid twice.

    Without a bill number the current unpaid bill is paid. After a refusal the bill stays unpaid and nothing was
    charged.
    """
    key = key_of(caller)
    begun = await _begin(context, caller, key, arguments)
    if isinstance(begun, PaidBill):
        return begun
    try:
        receipt = await context.ports.payment.charge(
            key=begun.key,
            amount=begun.bill.amount,
            currency=begun.bill.currency,
            method=begun.method.value,
            customer_id=caller.customer_id,
        )
    except PaymentDeclined as declined:
        await _fail(context, caller, begun)
        refusal = InsufficientFunds if declined.code == "INSUFFICIENT_FUNDS" else CardDeclined
        raise refusal(bill_id=begun.bill.id) from declined
    except PaymentConflict as conflict:
        await _fail(context, caller, begun)
        raise IdempotencyConflict(bill_id=begun.bill.id) from conflict
    except SystemUnavailable as silence:
        raise PaymentSystemTimeout.after(silence.retry_after, bill_id=begun.bill.id) from silence
    return await _complete(context, caller, key, begun, receipt)


async def guard_payment(context: Context, caller: Caller, arguments: BillArguments) -> None:
    """Refuse a payment for which there is no bill to pay, before anybody asks how to pay it."""
    async with context.database.session() as session:
        await _payable_bill(session, context, caller, arguments.bill_id)


async def preview_payment(context: Context, caller: Caller, arguments: PayBillArguments) -> PaymentPreview:
    """Return the preview of ``pay_bill``."""
    async with context.database.session() as session:
        bill = await _payable_bill(session, context, caller, arguments.bill_id)
        running = await _running_attempt(session, bill)
        method = running.method if running else arguments.method
        return PaymentPreview(
            operation="pay_bill",
            arguments={"bill_id": bill.id, "method": method.value},
            bill_id=bill.id,
            amount=bill.amount,
            currency=bill.currency,
            due_date=bill.due_date,
            method=method,
        )


async def _begin(context: Context, caller: Caller, key: str, arguments: PayBillArguments) -> _Attempt | PaidBill:
    """Reserve the bill for this attempt, or give the answer that its key got before."""
    async with context.database.write_session() as session:
        record = await claim_key(session, context, caller, key, "pay_bill", arguments)
        if record.result is not None:
            return PaidBill.model_validate(record.result)
        came_before = inspect(record).persistent
        payment = await _payment_of(session, caller, key)
        if payment is not None and payment.status == PaymentStatus.PROCESSING:
            return _Attempt(key, await session.get_one(Bill, payment.bill_id), payment.method)
        bill_id = payment.bill_id if payment else arguments.bill_id
        bill = await _payable_bill(session, context, caller, bill_id, resuming=came_before)
        running = await _running_attempt(session, bill)
        if running is not None:
            running.at = context.now()
            return _Attempt(running.idempotency_key, bill, running.method)
        bill.status = BillStatus.PROCESSING
        if payment is not None:
            # An attempt that failed comes again under its own key.
            payment.status = PaymentStatus.PROCESSING
            payment.at = context.now()
            return _Attempt(key, bill, payment.method)
        session.add(
            Payment(
                transaction_id=f"pending-{uuid4()}",
                bill_id=bill.id,
                customer_id=caller.customer_id,
                amount=bill.amount,
                method=arguments.method,
                status=PaymentStatus.PROCESSING,
                at=context.now(),
                idempotency_key=key,
            )
        )
        return _Attempt(key, bill, arguments.method)


async def _complete(context: Context, caller: Caller, key: str, attempt: _Attempt, receipt: PaymentReceipt) -> PaidBill:
    """Note that the money has moved; several callers may bring the same receipt, the first one counts."""
    async with context.database.write_session() as session:
        await lock_customer(session, caller)
        payment = await _attempt_row(session, caller, attempt)
        first = payment.status != PaymentStatus.COMPLETED
        if first:
            bill = await session.get_one(Bill, payment.bill_id)
            bill.status, bill.paid_at = BillStatus.PAID, context.now()
            payment.status, payment.at = PaymentStatus.COMPLETED, context.now()
            payment.transaction_id = receipt.transaction_id
        result = PaidBill(
            transaction_id=payment.transaction_id,
            bill_id=payment.bill_id,
            amount=payment.amount,
            method=payment.method,
            status="completed",
            timestamp=payment.at,
        )
        for owner in {key, attempt.key}:
            record = await session.get(IdempotencyRecord, (caller.customer_id, owner))
            if record is not None:
                record.result = result.model_dump(mode="json")
        if first:
            before = {"bill_id": payment.bill_id, "status": open_status(attempt.bill, context.today()).value}
            after = {"status": BillStatus.PAID.value} | result.model_dump(mode="json", exclude={"status"})
            add_audit(session, context, caller, key, "pay_bill", Change(result, before, after))
        return result


async def _fail(context: Context, caller: Caller, attempt: _Attempt) -> None:
    """Note that nothing was charged, and make the bill payable again."""
    async with context.database.write_session() as session:
        await lock_customer(session, caller)
        payment = await _attempt_row(session, caller, attempt)
        if payment.status == PaymentStatus.PROCESSING:
            payment.status = PaymentStatus.FAILED
            bill = await session.get_one(Bill, payment.bill_id)
            bill.status = open_status(bill, context.today())


async def _payable_bill(
    session: AsyncSession, context: Context, caller: Caller, bill_id: str | None, *, resuming: bool = False
) -> Bill:
    """The caller's bill, if it can be paid now; ``resuming`` allows one whose payment this caller began."""
    bill = await _chosen_bill(session, caller, bill_id)
    if bill.status in OPEN_BILL:
        return bill
    if bill.status == BillStatus.PROCESSING:
        running = await _running_attempt(session, bill)
        if running and (resuming or running.at + ATTEMPT_LEASE <= context.now()):
            return bill
        raise BillAlreadyPaid(
            message=f"{bill.id} numaralı faturanızın ödemesi şu anda işleniyor.",
            next_step="Lütfen birkaç dakika sonra yeniden kontrol ediniz; aynı fatura iki kez tahsil edilmez.",
            bill_id=bill.id,
            status=bill.status.value,
        )
    if bill.status == BillStatus.CANCELLED:
        raise BillAlreadyPaid(
            message=f"{bill.id} numaralı faturanız iptal edilmiş; ödenmesi gerekmiyor.",
            bill_id=bill.id,
            status=bill.status.value,
        )
    raise BillAlreadyPaid(bill_id=bill.id, status=bill.status.value)


async def _chosen_bill(session: AsyncSession, caller: Caller, bill_id: str | None) -> Bill:
    """The bill with this number, or else the newest that is not paid, or else the newest."""
    if bill_id is not None:
        bill = await session.get(Bill, bill_id.upper())
        if bill is None or bill.customer_id != caller.customer_id:
            raise BillNotFound(bill_id=bill_id)
        return bill
    unpaid = (
        select(Bill)
        .where(Bill.customer_id == caller.customer_id, Bill.status.in_((*OPEN_BILL, BillStatus.PROCESSING)))
        .order_by(Bill.bill_date.desc(), Bill.id.desc())
        .limit(1)
    )
    chosen = await session.scalar(unpaid) or await newest_bill(session, caller)
    if chosen is None:
        raise BillNotFound(message="Ödenecek bir faturanız bulunmuyor.", bill_id=None)
    return chosen


async def _running_attempt(session: AsyncSession, bill: Bill) -> Payment | None:
    return await session.scalar(
        select(Payment).where(Payment.bill_id == bill.id, Payment.status == PaymentStatus.PROCESSING)
    )


async def _payment_of(session: AsyncSession, caller: Caller, key: str) -> Payment | None:
    return await session.scalar(
        select(Payment).where(Payment.customer_id == caller.customer_id, Payment.idempotency_key == key)
    )


async def _attempt_row(session: AsyncSession, caller: Caller, attempt: _Attempt) -> Payment:
    payment = await _payment_of(session, caller, attempt.key)
    if payment is None:
        raise LookupError(f"the attempt {attempt.key} has no row")
    return payment
