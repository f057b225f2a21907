"""Note the answer of the payment system about an attempt, for the tool that asked or later for the service itself.

An attempt that was interrupted (its process died, the payment system was silent) stays ``processing``, and so does its
bill. ``settle_interrupted`` asks the payment system what became of it and books or releases it. Asking moves no money,
and each note is one transaction under the customer's lock, in which the first one counts: any number of processes may
settle at once, beside a customer who tries again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.channels import Channel
from database.enums import BillStatus, PaymentMethod, PaymentStatus
from database.tables import Bill, IdempotencyRecord, Payment
from ports.errors import SystemUnavailable
from ports.payment import PaymentReceipt
from tools.billing import open_status
from tools.caller import Caller, Context
from tools.errors import CardDeclined, PaymentSystemTimeout, ToolError
from tools.receipts import end_receipts
from tools.schema import Money, Result
from tools.writes import Change, add_audit, lock_customer

ATTEMPT_LEASE = timedelta(minutes=1)
"""Time for which an attempt counts as running; longer than ``CHARGE_SECONDS``."""

CHARGE_SECONDS = 30.0
"""Time in which the payment system has to answer a charge."""

_FIND_SECONDS = 10.0
_log = logging.getLogger(__name__)


class PaidBill(Result):
    """A payment that was made."""

    transaction_id: str
    bill_id: str
    amount: Money
    method: PaymentMethod
    status: Literal["completed"]
    timestamp: datetime


@dataclass(frozen=True)
class Attempt:
    """A request to the payment system; ``key`` is the key of the attempt that began it."""

    key: str
    bill: Bill
    method: PaymentMethod


async def settle_interrupted(context: Context) -> int:
    """Settle every attempt whose end was never noted, as the payment system says.

    A charge is booked and a refusal releases the bill at once. An attempt of which the payment system knows nothing
    releases the bill after ``ATTEMPT_LEASE``, when no request can still be on its way. Where the payment system does
    not answer, everything stays as it is for the next time.

    Returns:
        The number of attempts that were settled.
    """
    query = select(Payment, Bill).join(Bill, Bill.id == Payment.bill_id)
    async with context.database.session() as session:
        found = (await session.execute(query.where(Payment.status == PaymentStatus.PROCESSING))).all()
    settled = 0
    for payment, bill in found:
        try:
            settled += await _settle(context, payment, bill)
        except (SystemUnavailable, TimeoutError) as silence:
            _log.warning("the payment of bill %s is not settled yet: %s", bill.id, silence or "no answer")
    return settled


async def _settle(context: Context, payment: Payment, bill: Bill) -> bool:
    caller = Caller(payment.customer_id, channel=Channel.SERVICE)
    attempt = Attempt(payment.idempotency_key, bill, payment.method)
    asked = context.ports.payment.find(key=attempt.key, customer_id=caller.customer_id)
    finding = await asyncio.wait_for(asked, _FIND_SECONDS)
    if finding.receipt is not None:
        await complete(context, caller, attempt.key, attempt, finding.receipt)
        return True
    if finding.state == "refused":
        return await release(context, caller, attempt, CardDeclined(bill_id=bill.id))
    if payment.at + ATTEMPT_LEASE > context.now():
        return False
    unheard = PaymentSystemTimeout(bill_id=bill.id)
    return await release(context, caller, attempt, unheard, PaymentStatus.RELEASED, last_seen=payment.at)


async def complete(context: Context, caller: Caller, key: str, attempt: Attempt, receipt: PaymentReceipt) -> PaidBill:
    """Note that the money has moved; several callers may bring the same receipt, the first one counts.

    Args:
        context: The parts to work with.
        caller: Who notes it.
        key: The caller's idempotency key, for the audit row; its answer is stored.
        attempt: The attempt that was charged.
        receipt: What the payment system gave for it.
    """
    async with context.database.write_session() as session:
        await lock_customer(session, caller)
        payment = await _row_of(session, caller, attempt)
        first = payment.status != PaymentStatus.COMPLETED
        if first:
            bill = await session.get_one(Bill, payment.bill_id)
            bill.status, bill.paid_at = BillStatus.PAID, context.now()
            payment.status, payment.at = PaymentStatus.COMPLETED, context.now()
            payment.transaction_id, payment.method = receipt.transaction_id, PaymentMethod(receipt.method)
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
        await end_receipts(session, context, caller.customer_id, {key, attempt.key}, result)
        if first:
            before = {"bill_id": payment.bill_id, "status": open_status(attempt.bill, context.today()).value}
            after = {"status": BillStatus.PAID.value} | result.model_dump(mode="json", exclude={"status"})
            add_audit(session, context, caller, key, "pay_bill", Change(result, before, after))
        return result


async def release(
    context: Context,
    caller: Caller,
    attempt: Attempt,
    refusal: ToolError,
    status: Literal[PaymentStatus.FAILED, PaymentStatus.RELEASED] = PaymentStatus.FAILED,
    *,
    last_seen: datetime | None = None,
) -> bool:
    """Note that nothing was charged, and make the bill payable again.

    Args:
        context: The parts to work with.
        caller: Who notes it.
        attempt: The attempt.
        refusal: Why nothing was charged; the outcome on the receipts.
        status: What becomes of the attempt.
        last_seen: Its time when it was looked at; one that was taken up again since then stays.

    Returns:
        False where somebody else was faster.
    """
    async with context.database.write_session() as session:
        await lock_customer(session, caller)
        payment = await _row_of(session, caller, attempt)
        if payment.status != PaymentStatus.PROCESSING or (last_seen is not None and payment.at != last_seen):
            return False
        payment.status = status
        bill = await session.get_one(Bill, payment.bill_id)
        bill.status = open_status(bill, context.today())
        await end_receipts(session, context, caller.customer_id, {caller.idempotency_key, attempt.key}, refusal)
        return True


async def attempt_of(session: AsyncSession, caller: Caller, key: str) -> Payment | None:
    """Return the customer's attempt under a key."""
    return await session.scalar(
        select(Payment).where(Payment.customer_id == caller.customer_id, Payment.idempotency_key == key)
    )


async def _row_of(session: AsyncSession, caller: Caller, attempt: Attempt) -> Payment:
    payment = await attempt_of(session, caller, attempt.key)
    if payment is None:
        raise LookupError(f"the attempt {attempt.key} has no row")
    return payment
