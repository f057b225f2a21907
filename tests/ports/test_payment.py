from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from ports.errors import OutsideSystemError, PaymentConflict, PaymentDeclined, PaymentTimeout, SystemUnavailable
from ports.payment import PaymentReceipt, SimulatedPayment


async def charge(
    port: SimulatedPayment, key: str = "key", amount: str = "149.90", customer_id: int = 1
) -> PaymentReceipt:
    return await port.charge(
        key=key, amount=Decimal(amount), currency="TRY", method="credit_card", customer_id=customer_id
    )


async def test_charge_gives_a_receipt() -> None:
    receipt = await charge(SimulatedPayment())
    assert receipt.amount == Decimal("149.90")
    assert receipt.transaction_id == (await charge(SimulatedPayment())).transaction_id


async def test_charge_with_the_same_key_at_once_moves_money_once() -> None:
    port = SimulatedPayment(delay=0.01)
    receipts = await asyncio.gather(*(charge(port) for _ in range(20)))
    assert len(set(receipts)) == 1
    assert port.receipts == [receipts[0]]
    assert port.requests == 20


async def test_charge_with_another_customer_s_key_is_another_charge() -> None:
    port = SimulatedPayment()
    assert (await charge(port)).transaction_id != (await charge(port, customer_id=2)).transaction_id
    assert len(port.receipts) == 2


async def test_charge_of_another_amount_with_a_used_key_is_refused() -> None:
    port = SimulatedPayment()
    await charge(port)
    with pytest.raises(PaymentConflict):
        await charge(port, amount="1.00")
    assert len(port.receipts) == 1


async def test_declined_charge_moves_nothing_and_says_why() -> None:
    port = SimulatedPayment(decline="INSUFFICIENT_FUNDS")
    with pytest.raises(PaymentDeclined) as refused:
        await charge(port)
    assert refused.value.code == "INSUFFICIENT_FUNDS"
    assert port.receipts == []


async def test_decline_after_a_charge_still_gives_its_receipt() -> None:
    port = SimulatedPayment()
    receipt = await charge(port)
    port.decline = "CARD_DECLINED"
    assert await charge(port) == receipt


@pytest.mark.parametrize("charged", [False, True])
async def test_charge_after_a_timeout_moves_money_once(charged: bool) -> None:
    port = SimulatedPayment(timeout=True, charge_before_timeout=charged)
    with pytest.raises(PaymentTimeout) as late:
        await charge(port)
    assert isinstance(late.value, SystemUnavailable) and late.value.retry_after > 0
    assert isinstance(late.value, OutsideSystemError)
    assert len(port.receipts) == charged
    port.timeout = False
    await charge(port)
    assert len(port.receipts) == 1


async def test_find_tells_what_became_of_a_key_and_moves_no_money() -> None:
    port = SimulatedPayment(decline="CARD_DECLINED")
    with pytest.raises(PaymentDeclined):
        await charge(port, "refused")
    port.decline = None
    receipt = await charge(port, "charged")
    states = {key: (await port.find(key=key, customer_id=1)).state for key in ("refused", "charged", "other")}
    assert states == {"refused": "refused", "charged": "charged", "other": "unknown"}
    assert (await port.find(key="charged", customer_id=1)).receipt == receipt
    assert (await port.find(key="charged", customer_id=2)).state == "unknown"
    assert port.receipts == [receipt]


async def test_find_of_a_silent_bank_raises() -> None:
    with pytest.raises(PaymentTimeout):
        await SimulatedPayment(timeout=True).find(key="key", customer_id=1)


async def test_book_outlives_the_process_and_is_shared(tmp_path: Path) -> None:
    book = tmp_path / "new" / "bank.sqlite3"
    banks = [SimulatedPayment(book) for _ in range(8)]
    receipts = await asyncio.gather(*(charge(bank) for bank in banks for _ in range(4)))
    assert len(set(receipts)) == 1
    assert SimulatedPayment(book).receipts == [receipts[0]]
    assert (await SimulatedPayment(book).find(key="key", customer_id=1)).receipt == receipts[0]
