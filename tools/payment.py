"""Paying a bill: at most once, whoever asks and however often, and without holding a lock while the bank thinks.

A payment has three steps. ``_begin`` marks the bill as being processed and notes the attempt, in one transaction. Then
the payment system is asked, with no transaction open. ``settlement`` notes its answer in another one.

Where no answer comes it is unknown whether money moved. The bill then stays ``processing``: a retry with the same key
asks the payment system again under that key, which is safe. After ``ATTEMPT_LEASE`` any other attempt may take over,
and it too asks under the first attempt's key. If nobody comes again, the service settles it by itself
(``settlement.settle_interrupted``). Only what the payment system says makes the bill payable again.
"""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

from pydantic import Field
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import BillStatus, PaymentMethod, PaymentStatus
from database.tables import Bill, Payment
from ports.errors import PaymentConflict, PaymentDeclined, SystemUnavailable
from ports.payment import PaymentReceipt
from tools.billing import OPEN_BILL, newest_bill
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
from tools.writes import claim_key, key_of


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
        refused = refusal(bill_id=begun.bill.id)
        await release(context, caller, begun, refused)
        raise refused from declined
    except PaymentConflict as conflict:
        conflicting = IdempotencyConflict(bill_id=begun.bill.id)
        await release(context, caller, begun, conflicting)
        raise conflicting from conflict
    except SystemUnavailable as silence:
        raise PaymentSystemTimeout.after(silence.retry_after, bill_id=begun.bill.id) from silence
    except TimeoutError as silence:
        raise PaymentSystemTimeout(bill_id=begun.bill.id) from silence
    return await complete(context, caller, key, begun, receipt)


async def _charge(context: Context, caller: Caller, attempt: Attempt) -> PaymentReceipt:
    """Charge the attempt; if its key paid this bill before with another method, return that receipt.

    Raises:
        OutsideSystemError: the payment system said no, or nothing.
        TimeoutError: it took longer than ``CHARGE_SECONDS``.
    """
    payment, bill = context.ports.payment, attempt.bill
    async with asyncio.timeout(CHARGE_SECONDS):
        try:
            return await payment.charge(
                key=attempt.key,
                amount=bill.amount,
                currency=bill.currency,
                method=attempt.method.value,
                customer_id=caller.customer_id,
            )
        except PaymentConflict:
            receipt = (await payment.find(key=attempt.key, customer_id=caller.customer_id)).receipt
            if receipt is None or (receipt.amount, receipt.currency) != (bill.amount, bill.currency):
                raise
            return receipt


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


async def _begin(context: Context, caller: Caller, key: str, arguments: PayBillArguments) -> Attempt | PaidBill:
    """Reserve the bill for this attempt, or give the answer that its key got before."""
    async with context.database.write_session() as session:
        record = await claim_key(session, context, caller, key, "pay_bill", arguments)
        if record.result is not None:
            return PaidBill.model_validate(record.result)
        await begin_receipt(session, context, caller, key, "pay_bill", arguments)
        came_before = inspect(record).persistent
        payment = await attempt_of(session, caller, key)
        if payment is not None and payment.status == PaymentStatus.PROCESSING:
            payment.at = context.now()
            return Attempt(key, await session.get_one(Bill, payment.bill_id), payment.method)
        bill_id = payment.bill_id if payment else arguments.bill_id
        bill = await _payable_bill(session, context, caller, bill_id, resuming=came_before)
        running = await _running_attempt(session, bill)
        if running is not None:
            running.at = context.now()
            return Attempt(running.idempotency_key, bill, running.method)
        bill.status = BillStatus.PROCESSING
        earlier = await _released_attempt(session, bill) or payment
        if earlier is not None:
            # One that was released goes on under its own key: should its charge arrive after all, it is this one.
            earlier.status, earlier.method, earlier.amount = PaymentStatus.PROCESSING, arguments.method, bill.amount
            earlier.at = context.now()
            return Attempt(earlier.idempotency_key, bill, arguments.method)
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
        return Attempt(key, bill, arguments.method)


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
            message=f"{bill.id} numaralı fatura için başlatılan ödemenizin sonucu henüz belli değil.",
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


async def _released_attempt(session: AsyncSession, bill: Bill) -> Payment | None:
    return await session.scalar(
        select(Payment)
        .where(Payment.bill_id == bill.id, Payment.status == PaymentStatus.RELEASED)
        .order_by(Payment.at.desc())
        .limit(1)
    )
