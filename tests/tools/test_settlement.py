"""A payment that was interrupted is settled as the bank says: never twice, never lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.channels import Channel
from database.enums import BillStatus, PaymentStatus
from database.session import Database
from database.tables import IdempotencyRecord, Payment
from ports import Adapters
from ports.payment import PaymentReceipt, SimulatedPayment
from tests.tools.conftest import NOW, World
from tools import settlement
from tools.caller import Caller, Context
from tools.catalog import build_tools
from tools.settlement import ATTEMPT_LEASE, settle_interrupted
from tools.toolbox import Toolbox

SPAWN = multiprocessing.get_context("spawn")


class DeadlyPayment(SimulatedPayment):
    """The bank at which the process of a customer dies, before or after the money has moved."""

    def __init__(self, book: Path, *, charged: bool) -> None:
        super().__init__(book)
        self._charged = charged

    async def charge(self, **request: Any) -> PaymentReceipt:
        if self._charged:
            await super().charge(**request)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def pay_and_die(url: str, book: Path, charged: bool) -> None:
    ports = Adapters(payment=DeadlyPayment(book, charged=charged))
    toolbox = Toolbox(build_tools(Database(url), ports, lambda: NOW))
    asyncio.run(toolbox.run("pay_bill", {"method": "credit_card"}, Caller(1, idempotency_key="key-1")))


def settle_elsewhere(url: str, book: Path, now: datetime) -> None:
    context = Context.of(Database(url), Adapters(payment=SimulatedPayment(book)), lambda: now)
    asyncio.run(settle_interrupted(context))


def context_of(world: World, payment: SimulatedPayment | None = None) -> Context:
    return Context.of(world.database, Adapters(payment=payment or world.payment), world.clock)


async def in_process(target: Any, *args: Any) -> int | None:
    process = SPAWN.Process(target=target, args=args)
    process.start()
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


def url_of(world: World) -> str:
    return world.database.url.render_as_string(hide_password=False)


async def today(world: World) -> list[Payment]:
    return list(await world.rows(Payment, Payment.customer_id == 1, Payment.at >= NOW))


async def test_killed_after_the_charge_is_booked_once_by_two_processes_at_once(world: World, tmp_path: Path) -> None:
    book = tmp_path / "bank.sqlite3"
    assert await in_process(pay_and_die, url_of(world), book, True) == -signal.SIGKILL
    assert await world.told(1) == BillStatus.PROCESSING
    await asyncio.gather(*(in_process(settle_elsewhere, url_of(world), book, NOW) for _ in range(2)))
    assert (await world.bill(1)).status == BillStatus.PAID
    [receipt] = SimulatedPayment(book).receipts
    [payment] = await today(world)
    assert (payment.status, payment.transaction_id) == (PaymentStatus.COMPLETED, receipt.transaction_id)
    [entry] = await world.audit("pay_bill")
    assert (entry.channel, entry.idempotency_key) == (Channel.SERVICE, "key-1")
    assert entry.after is not None and entry.after["transaction_id"] == receipt.transaction_id
    [record] = await world.rows(IdempotencyRecord)
    assert record.result is not None and record.result["transaction_id"] == receipt.transaction_id
    again = await world.run("pay_bill", 1, "key-1", method="credit_card")
    assert again == record.result


async def test_killed_before_the_charge_is_released_and_can_be_paid_again(world: World, tmp_path: Path) -> None:
    book = tmp_path / "bank.sqlite3"
    await in_process(pay_and_die, url_of(world), book, False)
    bank = SimulatedPayment(book)
    assert await settle_interrupted(context_of(world, bank)) == 0, "a request may still be on its way"
    refusal = await world.refuse("pay_bill", 1, method="cash")
    assert "sonucu henüz belli değil" in refusal.message
    world.clock.advance(ATTEMPT_LEASE)
    assert await settle_interrupted(context_of(world, bank)) == 1
    assert (await world.bill(1)).status == BillStatus.UNPAID
    assert not await world.audit("pay_bill")
    assert (await world.run("pay_bill", 1, "key-2", method="cash"))["status"] == "completed"


async def test_charge_that_arrives_after_its_release_is_the_one_that_counts(world: World) -> None:
    world.payment.timeout = True
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.payment.timeout = False
    world.clock.advance(ATTEMPT_LEASE)
    assert await settle_interrupted(context_of(world)) == 1
    bill = await world.bill(1)
    late: dict[str, Any] = {"key": "key-1", "amount": bill.amount, "currency": "TRY", "customer_id": 1}
    await world.payment.charge(method="credit_card", **late)
    paid = await world.run("pay_bill", 1, "key-2", method="cash")
    assert paid["method"] == "credit_card", "the customer is told with what he paid"
    assert len(world.payment.receipts) == len(await world.audit("pay_bill")) == 1


async def test_silent_bank_leaves_all_as_it_is_for_the_next_time(world: World) -> None:
    world.payment.timeout = world.payment.charge_before_timeout = True
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.clock.advance(timedelta(days=30))
    assert await settle_interrupted(context_of(world)) == 0
    assert (await world.run("get_current_bill", 1))["status"] == "processing"
    world.payment.timeout = False
    assert await settle_interrupted(context_of(world)) == 1
    assert (await world.bill(1)).status == BillStatus.PAID
    assert len(world.payment.receipts) == 1


async def test_bank_that_never_answers_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf(SimulatedPayment):
        async def find(self, *, key: str, customer_id: int) -> Any:
            if customer_id == 1:
                await asyncio.Event().wait()
            return await world.payment.find(key=key, customer_id=customer_id)

    monkeypatch.setattr(settlement, "_FIND_SECONDS", 0.05)
    world.payment.timeout = world.payment.charge_before_timeout = True
    for customer in (1, 2):
        await world.refuse("pay_bill", customer, "key-1", method="credit_card")
    world.payment.timeout = False
    assert await settle_interrupted(context_of(world, Deaf())) == 1
    assert [await world.told(customer) for customer in (1, 2)] == [BillStatus.PROCESSING, BillStatus.PAID]


async def test_refusal_whose_answer_was_lost_opens_the_bill_at_once(world: World) -> None:
    world.payment.timeout = world.payment.charge_before_timeout = True
    world.payment.decline = None
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    refusing = SimulatedPayment(decline="CARD_DECLINED")
    with pytest.raises(Exception, match="CARD_DECLINED"):
        await refusing.charge(key="key-1", amount=Decimal("1.00"), currency="TRY", method="credit_card", customer_id=1)
    assert await settle_interrupted(context_of(world, refusing)) == 1
    assert (await world.bill(1)).status == BillStatus.UNPAID


async def test_attempt_that_was_taken_up_again_meanwhile_is_not_released(world: World) -> None:
    world.payment.timeout = True
    await world.refuse("pay_bill", 1, "key-1", method="credit_card")
    world.clock.advance(ATTEMPT_LEASE)

    class Slow(SimulatedPayment):
        async def find(self, *, key: str, customer_id: int) -> Any:
            found = await super().find(key=key, customer_id=customer_id)
            await world.refuse("pay_bill", 1, "key-1", method="credit_card")
            return found

    assert await settle_interrupted(context_of(world, Slow())) == 0
    assert await world.told(1) == BillStatus.PROCESSING


async def test_finished_payments_are_left_alone(world: World) -> None:
    await world.run("pay_bill", 1, "key-1", method="cash")
    assert await settle_interrupted(context_of(world, SimulatedPayment())) == 0
