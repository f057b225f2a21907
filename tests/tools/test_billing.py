"""Bills, past bills, payments made, the standing order: real rows of the demo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from database.enums import PaymentMethod
from database.tables import Autopay, BillItemRow, BillRow, Payment
from tests.tools.conftest import World


async def test_get_current_bill_shows_newest_bill_with_services(world: World) -> None:
    shown = await world.run("get_current_bill", 1)
    stored = await world.bill(1)
    assert list(shown) == [
        "bill_id",
        "amount",
        "currency",
        "due_date",
        "bill_date",
        "status",
        "services",
        "autopay_method",
    ]
    assert (shown["bill_id"], shown["amount"], shown["status"]) == (stored.id, float(stored.amount), "unpaid")
    assert shown["due_date"] == stored.due_date.isoformat()
    assert sum(service["amount"] for service in shown["services"]) == pytest.approx(shown["amount"])


async def test_get_current_bill_paid_newest_is_shown_too(world: World) -> None:
    assert (await world.run("get_current_bill", 0))["status"] == "paid"


async def test_get_current_bill_after_due_date_is_overdue(world: World) -> None:
    world.clock.advance(timedelta(days=40))
    assert (await world.run("get_current_bill", 1))["status"] == "overdue"


async def test_get_current_bill_without_bills_is_no_bill(world: World) -> None:
    await world.change(delete(BillItemRow))
    await world.change(delete(Payment))
    await world.change(delete(BillRow))
    refusal = await world.refuse("get_current_bill", 1)
    assert (refusal.code, refusal.status) == ("NO_BILL", 404)


async def test_get_past_bills_lists_newest_first_with_totals_over_all(world: World) -> None:
    shown = await world.run("get_past_bills", 1, limit=3)
    past = [bill for bill in await world.rows(BillRow, BillRow.customer_id == 1) if bill.paid_at]
    assert list(shown) == ["bills", "total_count", "total_amount_paid"]
    assert list(shown["bills"][0]) == ["bill_id", "amount", "bill_date", "status", "paid_date"]
    assert [bill["bill_date"] for bill in shown["bills"]] == sorted(
        (bill.bill_date.isoformat() for bill in past), reverse=True
    )[:3]
    assert shown["total_count"] == len(past) == 12
    assert shown["total_amount_paid"] == float(sum(bill.amount for bill in past))


async def test_get_past_bills_limit_out_of_range_is_refused(world: World) -> None:
    for limit in (0, 101, "çok"):
        refusal = await world.refuse("get_past_bills", 1, limit=limit)
        assert (refusal.code, refusal.status) == ("VALIDATION_ERROR", 422)


async def test_get_past_bills_null_limit_is_default(world: World) -> None:
    assert len((await world.run("get_past_bills", 1, limit=None))["bills"]) == 12


async def test_get_payment_history_lists_payments_of_caller_only(world: World) -> None:
    shown = await world.run("get_payment_history", 2, limit=100)
    mine = await world.rows(Payment, Payment.customer_id == 2)
    assert list(shown) == ["payments", "total_payments", "total_amount", "payments_this_month"]
    assert list(shown["payments"][0]) == ["transaction_id", "amount", "method", "date", "bill_id"]
    assert {payment["transaction_id"] for payment in shown["payments"]} == {payment.transaction_id for payment in mine}
    assert shown["total_payments"] == len(mine)
    assert shown["total_amount"] == float(sum(payment.amount for payment in mine))


async def test_setup_autopay_starts_with_named_method(world: World) -> None:
    result = await world.run("setup_autopay", 1, status=True, payment_method="dijital cüzdan")
    assert result == {
        "autopay_enabled": True,
        "payment_method": "digital_wallet",
        "next_payment_date": (await world.bill(1)).due_date.isoformat(),
    }
    [order] = await world.rows(Autopay, Autopay.customer_id == 1)
    assert order.enabled and order.method == PaymentMethod.DIGITAL_WALLET


async def test_setup_autopay_without_method_takes_last_used(world: World) -> None:
    last = max(await world.rows(Payment, Payment.customer_id == 1), key=lambda payment: payment.at)
    assert (await world.run("setup_autopay", 1, status="aç"))["payment_method"] == last.method


async def test_setup_autopay_with_paid_bill_names_next_due_date(world: World) -> None:
    bill = await world.bill(0)
    result = await world.run("setup_autopay", 0, status=True)
    assert result["next_payment_date"] > bill.due_date.isoformat()
    assert result["next_payment_date"] > world.clock().date().isoformat()


async def test_setup_autopay_stop_keeps_method_and_names_no_date(world: World) -> None:
    result = await world.run("setup_autopay", 7, status="kapat")
    assert result == {"autopay_enabled": False, "payment_method": "credit_card", "next_payment_date": None}
    [order] = await world.rows(Autopay, Autopay.customer_id == 7)
    assert not order.enabled
    [entry] = await world.audit("setup_autopay")
    assert (entry.before, entry.after) == (
        {"enabled": True, "method": "credit_card"},
        {"enabled": False, "method": "credit_card"},
    )


async def test_setup_autopay_stop_without_order_changes_nothing(world: World) -> None:
    result = await world.run("setup_autopay", 1, status=False)
    assert result == {"autopay_enabled": False, "payment_method": None, "next_payment_date": None}
    assert not await world.rows(Autopay, Autopay.customer_id == 1)


async def test_setup_autopay_without_any_method_asks_for_one(world: World) -> None:
    await world.change(delete(Payment).where(Payment.customer_id == 1))
    refusal = await world.refuse("setup_autopay", 1, status=True)
    assert (refusal.code, refusal.details["field"]) == ("VALIDATION_ERROR", "payment_method")


async def test_preview_autopay_differs_when_bill_is_moved(world: World) -> None:
    first = await world.preview("setup_autopay", 1, status=True, payment_method="EFT")
    assert first == await world.preview("setup_autopay", 1, status=True, payment_method="havale")
    assert first.arguments == {"status": True, "payment_method": "bank_transfer"}
    bill = await world.bill(1)
    await world.change(update(BillRow).where(BillRow.id == bill.id).values(due_date=bill.due_date + timedelta(days=1)))
    assert first != await world.preview("setup_autopay", 1, status=True, payment_method="EFT")
    assert not await world.rows(Autopay, Autopay.customer_id == 1)
