"""Note the answer of the payment system about an attempt, for the tool that asked or later for the service itself.

An attempt that was interrupted (its process died, the payment system was silent) stays ``processing``, and so does its
bill. ``settle_interrupted`` asks the payment system what became of it and books or releases it. Asking moves no money,
and each note is one transaction under the customer's lock, in which the first one counts: any number of processes may
settle at once, beside a customer who tries again.

The billing system notes a payment in the transaction that books it where it is our own tables. An outside one is told
right after that transaction, and again by ``book_untold`` until it has heard.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.channels import Channel
from core.clock import is_recent
from database.enums import PaymentStatus
from database.tables import IdempotencyRecord, Payment
from ports import joins_transaction
from ports.errors import RequestRefused, SystemUnavailable
from ports.payment import PaymentReceipt
from ports.values import BillStatus, PaymentMethod
from tools.bills import made_payment, open_status
from tools.caller import Caller, Context
from tools.errors import CardDeclined, PaymentSystemTimeout, ToolError
from tools.receipts import end_receipts
from tools.schema import Money, Result
from tools.writes import Change, add_audit, lock_customer

ATTEMPT_LEASE = timedelta(minutes=1)
"""Time for which an attempt counts as running; longer than ``CHARGE_SECONDS``."""

CHARGE_SECONDS = 30.0
"""Time in which the payment system has to answer a charge."""

RELEASED_WATCHED = timedelta(hours=1)
"""Time for which an attempt that was released is still asked about: the payment system may have been wrong."""

_FIND_SECONDS = 10.0
_CURRENCY = "TRY"
"""Of an attempt that is settled, whose receipt is not compared."""

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
    """A request to the payment system; ``key`` is the key of the attempt that began it.

    ``was`` is the bill's status before it, for the audit row.
    """

    key: str
    bill_id: str
    method: PaymentMethod
    amount: Decimal
    currency: str
    was: BillStatus


async def settle_interrupted(context: Context) -> int:
    """Settle every attempt whose end was never noted, as the payment system says.

    A charge is booked and a refusal releases the bill at once. An attempt of which the payment system knows nothing
    releases the bill after ``ATTEMPT_LEASE``, when no request can still be on its way; it is asked about for some time
    all the same (``RELEASED_WATCHED``), since money that moved has to be found. Where the payment system does
    not answer, everything stays as it is for the next time.

    Returns:
        The number of attempts that were settled.
    """
    released_lately = (Payment.status == PaymentStatus.RELEASED) & (Payment.at > context.now() - RELEASED_WATCHED)
    async with context.database.session() as session:
        found = (
            await session.scalars(select(Payment).where((Payment.status == PaymentStatus.PROCESSING) | released_lately))
        ).all()
    settled = 0
    for payment in found:
        try:
            settled += await _settle(context, payment)
        except (SystemUnavailable, TimeoutError) as silence:
            _log.warning("the payment of bill %s is not settled yet: %s", payment.bill_id, silence or "no answer")
    return settled


async def _settle(context: Context, payment: Payment) -> bool:
    caller = Caller(payment.customer_id, channel=Channel.SERVICE)
    was = await _status_before(context, caller, payment.bill_id)
    attempt = Attempt(payment.idempotency_key, payment.bill_id, payment.method, payment.amount, _CURRENCY, was)
    asked = context.ports.payment.find(key=attempt.key, customer_id=caller.customer_id)
    finding = await asyncio.wait_for(asked, _FIND_SECONDS)
    if finding.receipt is not None:
        await complete(context, caller, attempt.key, attempt, finding.receipt)
        return True
    if payment.status == PaymentStatus.RELEASED:
        return False
    if finding.state == "refused":
        return await release(context, caller, attempt, CardDeclined(bill_id=payment.bill_id))
    if is_recent(payment.at, context.now(), ATTEMPT_LEASE):
        return False
    unheard = PaymentSystemTimeout(bill_id=payment.bill_id)
    return await release(context, caller, attempt, unheard, PaymentStatus.RELEASED, last_seen=payment.at)


async def _status_before(context: Context, caller: Caller, bill_id: str) -> BillStatus:
    """The status that a bill had before its payment; unpaid where the billing system does not tell."""
    try:
        bills = await context.ports.billing.bills(caller.customer_id)
    except SystemUnavailable:
        bills = ()
    return next((open_status(bill, context.today()) for bill in bills if bill.bill_id == bill_id), BillStatus.UNPAID)


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
            payment.status, payment.at = PaymentStatus.COMPLETED, context.now()
            payment.transaction_id, payment.method = receipt.transaction_id, PaymentMethod(receipt.method)
            payment.to_book = True
            if joins_transaction(context.ports.billing):
                await _book(context, payment)
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
            before = {"bill_id": payment.bill_id, "status": attempt.was.value}
            after = {"status": BillStatus.PAID.value} | result.model_dump(mode="json", exclude={"status"})
            add_audit(session, context, caller, key, "pay_bill", Change(result, before, after))
    if payment.to_book:
        await _tell(context, payment)
    return result


async def book_untold(context: Context) -> int:
    """Tell the billing system of the payments that it has not heard of; return how many it has heard of now."""
    async with context.database.session() as session:
        untold = (await session.scalars(select(Payment).where(Payment.to_book))).all()
    return sum([await _tell(context, payment) for payment in untold])


async def _tell(context: Context, payment: Payment) -> bool:
    """Tell an outside billing system of a payment; the payment stands, whether that succeeds or not."""
    try:
        await _book(context, payment)
    except SystemUnavailable as silence:
        _log.warning("the payment of bill %s is not booked yet: %s", payment.bill_id, silence)
        return False
    told = update(Payment).where(Payment.transaction_id == payment.transaction_id).values(to_book=payment.to_book)
    async with context.database.write_session() as session:
        await session.execute(told)
    return not payment.to_book


async def _book(context: Context, payment: Payment) -> None:
    """Have the billing system note a payment; money that it does not take for one of its bills needs a person."""
    try:
        await context.ports.billing.book(payment.customer_id, made_payment(payment))
    except RequestRefused as refusal:
        _log.error("the paid bill %s was not booked and needs a person: %s", payment.bill_id, refusal)
        return
    payment.to_book = False


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
