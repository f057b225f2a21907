"""Paying: once, whatever races, times out or is declined."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from database.enums import BillStatus, PaymentStatus
from database.tables import BillRow, IdempotencyRecord, Payment
from tests.tools.conftest import World
from tools.caller import Caller
from tools.errors import ToolError
from tools.payment import ATTEMPT_LEASE


async def pay(world: World, key: str | None, **args: object) -> dict[str, object] | ToolError:
    try:
        return await world.run("pay_bill", 1, key, method="credit_card", **args)
    except ToolError as refusal:
        return refusal


async def test_pay_bill_pays_and_next_read_shows_it(world: World) -> None:
    bill = await world.bill(1)
    result = await world.run("pay_bill", 1, "key-1", method="kredi kartı")
    assert list(result) == ["transaction_id", "bill_id", "amount", "method", "status", "timestamp"]
    assert (result["bill_id"], result["amount"], result["method"]) == (bill.id, float(bill.amount), "credit_card")
    assert (result["status"], result["timestamp"]) == ("completed", "2026-11-22T14:30:00+03:00")
    assert (await world.run("get_current_bill", 1))["status"] == "paid"
    assert (await world.run("get_past_bills", 1))["bills"][0]["bill_id"] == bill.id
    assert (await world.run("get_payment_history", 1))["payments"][0]["transaction_id"] == result["transaction_id"]
    assert [receipt.amount for receipt in world.payment.receipts] == [bill.amount]


async def test_pay_bill_writes_audit_row(world: World) -> None:
    result = await world.run("pay_bill", 1, "key-1", method="nakit")
    [entry] = await world.audit("pay_bill")
    assert (entry.customer_id, entry.run_id, entry.channel, entry.idempotency_key) == (1, "run-1", "rest", "key-1")
    assert entry.before == {"bill_id": result["bill_id"], "status": "unpaid"}
    assert entry.after is not None and entry.after["status"] == "paid"
    assert entry.after["transaction_id"] == result["transaction_id"]


async def test_pay_bill_overdue_by_number_in_any_case(world: World) -> None:
    bill = await world.bill(2)
    result = await world.run("pay_bill", 2, bill_id=bill.id.lower(), method="EFT")
    assert (result["bill_id"], result["method"]) == (bill.id, "bank_transfer")


async def test_pay_bill_same_key_gives_first_answer(world: World) -> None:
    first = await pay(world, "key-1")
    world.clock.advance(timedelta(hours=1))
    assert await pay(world, "key-1") == first
    assert len(world.payment.receipts) == len(await world.audit("pay_bill")) == 1


async def test_pay_bill_same_key_with_other_arguments_is_conflict(world: World) -> None:
    await pay(world, "key-1")
    refusal = await world.refuse("pay_bill", 1, "key-1", method="cash")
    assert (refusal.code, refusal.status) == ("IDEMPOTENCY_CONFLICT", 409)


async def test_pay_bill_same_key_of_two_customers_are_two_payments(world: World) -> None:
    await world.run("pay_bill", 1, "1", method="cash")
    await world.run("pay_bill", 2, "1", method="cash")
    assert {receipt.customer_id for receipt in world.payment.receipts} == {1, 2}


async def test_pay_bill_paid_bill_is_refused(world: World) -> None:
    refusal = await world.refuse("pay_bill", 0, method="cash")
    assert (refusal.code, refusal.status, refusal.details["status"]) == ("BILL_ALREADY_PAID", 409, "paid")


async def test_pay_bill_cancelled_bill_is_refused(world: World) -> None:
    bill = await world.bill(1)
    await world.change(update(BillRow).where(BillRow.id == bill.id).values(status=BillStatus.CANCELLED))
    refusal = await world.refuse("pay_bill", 1, bill_id=bill.id, method="cash")
    assert (refusal.code, refusal.details["status"]) == ("BILL_ALREADY_PAID", "cancelled")


async def test_pay_bill_of_another_customer_is_not_found(world: World) -> None:
    refusal = await world.refuse("pay_bill", 1, bill_id=(await world.bill(2)).id, method="cash")
    assert (refusal.code, refusal.status) == ("BILL_NOT_FOUND", 404)
    assert (await world.bill(2)).status == BillStatus.OVERDUE


@pytest.mark.parametrize(("args", "code"), [({"method": "çek"}, "INVALID_METHOD"), ({}, "VALIDATION_ERROR")])
async def test_pay_bill_bad_method_is_refused(world: World, args: dict[str, str], code: str) -> None:
    refusal = await world.refuse("pay_bill", 1, **args)
    assert (refusal.code, refusal.status) == (code, 422)


@pytest.mark.parametrize("code", ["INSUFFICIENT_FUNDS", "CARD_DECLINED"])
async def test_pay_bill_declined_leaves_bill_payable(world: World, code: str) -> None:
    world.payment.decline = code  # type: ignore[assignment]
    refusal = await world.refuse("pay_bill", 2, "key-1", method="credit_card")
    assert (refusal.code, refusal.status) == (code, 402)
    assert (await world.bill(2)).status == BillStatus.OVERDUE
    assert not await world.audit("pay_bill")
    world.payment.decline = None
    assert (await world.run("pay_bill", 2, "key-2", method="cash"))["status"] == "completed"
    assert (await world.run("get_payment_history", 2))["total_payments"] == 13


async def test_pay_bill_declined_can_be_retried_with_same_key(world: World) -> None:
    world.payment.decline = "CARD_DECLINED"
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.payment.decline = None
    assert (await world.run("pay_bill", 1, "key-1", method="credit_card"))["status"] == "completed"
    assert (await world.bill(1)).status == BillStatus.PAID


@pytest.mark.parametrize("charged", [True, False])
async def test_pay_bill_timeout_keeps_processing_and_same_key_resolves(world: World, charged: bool) -> None:
    world.payment.timeout, world.payment.charge_before_timeout = True, charged
    refusal = await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    assert (refusal.code, refusal.status, refusal.retry_after) == ("PAYMENT_SYSTEM_TIMEOUT", 503, 30)
    assert (await world.run("get_current_bill", 1))["status"] == "processing"
    world.payment.timeout = False
    assert (await world.run("pay_bill", 1, "key-1", method="credit_card"))["status"] == "completed"
    assert (await world.bill(1)).status == BillStatus.PAID
    assert len(world.payment.receipts) == 1


async def test_pay_bill_after_timeout_other_key_waits_then_takes_over(world: World) -> None:
    world.payment.timeout = world.payment.charge_before_timeout = True
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.payment.timeout = False
    refusal = await world.refuse("pay_bill", 1, "key-2", method="cash")
    assert (refusal.code, refusal.details["status"]) == ("BILL_ALREADY_PAID", "processing")
    world.clock.advance(ATTEMPT_LEASE)
    preview = await world.preview("pay_bill", 1, method="cash")
    assert preview.facts["method"] == "credit_card", "the first attempt's method is the one that may have been charged"
    result = await world.run("pay_bill", 1, "key-2", method="cash")
    assert (result["method"], len(world.payment.receipts)) == ("credit_card", 1)
    assert await world.run("pay_bill", 1, "key-1", method="credit_card") == result
    assert await world.run("pay_bill", 1, "key-2", method="cash") == result


async def test_pay_bill_take_over_that_times_out_too_is_resumed_by_its_own_key(world: World) -> None:
    world.payment.timeout = True
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.clock.advance(ATTEMPT_LEASE)
    await world.refuse("pay_bill", 1, "key-2", method="credit_card")
    world.payment.timeout = False
    assert (await world.run("pay_bill", 1, "key-2", method="credit_card"))["status"] == "completed"
    assert len(world.payment.receipts) == 1


async def test_pay_bill_key_used_at_the_bank_for_other_charge_is_conflict(world: World) -> None:
    bill = await world.bill(1)
    await world.payment.charge(key="key-1", amount=bill.amount + 1, currency="TRY", method="cash", customer_id=1)
    refusal = await world.refuse("pay_bill", 1, "key-1", method="cash")
    assert refusal.code == "IDEMPOTENCY_CONFLICT"
    assert (await world.bill(1)).status == BillStatus.UNPAID


@pytest.mark.parametrize("keys", [["same"] * 20, [f"key-{n}" for n in range(20)], [None] * 20])
async def test_pay_bill_twenty_at_once_charge_once(world: World, keys: list[str | None]) -> None:
    world.payment.delay = 0.05
    outcomes = await asyncio.gather(*(pay(world, key) for key in keys))
    assert len(world.payment.receipts) == 1
    paid = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert len({str(outcome["transaction_id"]) for outcome in paid}) == 1
    assert len(paid) == (20 if keys[0] == "same" else 1)
    assert {outcome.code for outcome in outcomes if isinstance(outcome, ToolError)} <= {"BILL_ALREADY_PAID"}
    completed = await world.rows(Payment, Payment.customer_id == 1, Payment.at == world.clock())
    assert [payment.status for payment in completed] == [PaymentStatus.COMPLETED]
    assert len(await world.audit("pay_bill")) == 1


async def test_pay_bill_slow_bank_does_not_block_another_customers_write(world: World) -> None:
    world.payment.delay = 30.0
    slow = asyncio.create_task(world.run("pay_bill", 1, "key-1", method="cash"))
    async with asyncio.timeout(10):
        await world.payment.asked.wait()
        assert (await world.run("enable_roaming", 2, status=True))["roaming_enabled"]
        assert (await world.run("get_current_bill", 1))["status"] == "processing"
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_pay_bill_cancelled_while_bank_thinks_is_resolved_by_same_key(world: World) -> None:
    world.payment.delay = 30.0
    slow = asyncio.create_task(world.run("pay_bill", 1, "key-1", method="cash"))
    await world.payment.asked.wait()
    slow.cancel()
    await asyncio.wait([slow])
    world.payment.delay = 0.0
    assert (await world.run("pay_bill", 1, "key-1", method="cash"))["status"] == "completed"


async def test_pay_bill_refused_leaves_no_trace_of_its_key(world: World) -> None:
    await world.refuse("pay_bill", 0, "key-1", method="cash")
    assert not await world.rows(IdempotencyRecord)
    assert not world.payment.requests


async def test_preview_pay_bill_resolves_default_and_equals_itself(world: World) -> None:
    bill = await world.bill(1)
    preview = await world.preview("pay_bill", 1, method="kredi_karti")
    assert preview.arguments == {"bill_id": bill.id, "method": "credit_card"}
    assert preview.facts == {
        "bill_id": bill.id,
        "amount": float(bill.amount),
        "currency": "TRY",
        "due_date": bill.due_date.isoformat(),
        "method": "credit_card",
    }
    assert preview == await world.preview("pay_bill", 1, bill_id=bill.id, method="credit_card")
    assert (await world.bill(1)).status == BillStatus.UNPAID


async def test_preview_pay_bill_differs_when_amount_changes(world: World) -> None:
    before = await world.preview("pay_bill", 1, method="cash")
    await world.change(
        update(BillRow).where(BillRow.id == before.arguments["bill_id"]).values(amount=BillRow.amount + 1)
    )
    assert before != await world.preview("pay_bill", 1, method="cash")


async def test_preview_pay_bill_has_the_same_guards(world: World) -> None:
    for args in ({"bill_id": (await world.bill(2)).id}, {"bill_id": "F-0"}):
        with pytest.raises(ToolError) as refusal:
            await world.toolbox.preview("pay_bill", {"method": "cash", **args}, Caller(1))
        assert refusal.value.code == "BILL_NOT_FOUND"
    with pytest.raises(ToolError) as refusal:
        await world.preview("pay_bill", 0, method="cash")
    assert refusal.value.code == "BILL_ALREADY_PAID"
