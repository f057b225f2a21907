"""The payment system: money moves once for a key, and what became of a key can be found out."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from ports.contract.plugin import Given, Subject, interrupted
from ports.errors import PaymentConflict, PaymentDeclined
from ports.payment import PaymentReceipt

pytestmark = pytest.mark.asyncio


def charge(given: Given, subject: Subject, key: str, amount: str = "19.99", **other: Any) -> Any:
    """Begin a charge of the subject."""
    wanted = {"currency": "TRY", "method": "credit_card", "customer_id": subject.customer, **other}
    return given.payment.charge(key=key, amount=Decimal(amount), **wanted)


@pytest.mark.parametrize("amount", ["0.10", "19.99", "1234.50"])
async def test_receipt_states_the_charge_exactly(given: Given, subject: Subject, key: str, amount: str) -> None:
    """The receipt repeats amount, currency, method and customer, and the amount to the last kuruş."""
    receipt = await charge(given, subject, key, amount)
    assert isinstance(receipt, PaymentReceipt)
    assert isinstance(receipt.amount, Decimal)
    assert (receipt.amount, receipt.currency, receipt.method) == (Decimal(amount), "TRY", "credit_card")
    assert receipt.customer_id == subject.customer
    assert 0 < len(receipt.transaction_id) <= 64


async def test_same_key_charges_once(given: Given, subject: Subject, key: str) -> None:
    """A key that comes again gives the first receipt."""
    receipt = await charge(given, subject, key)
    assert await charge(given, subject, key) == receipt
    assert await charge(given, subject, f"{key}-other") != receipt


async def test_same_key_at_once_charges_once(given: Given, subject: Subject, key: str) -> None:
    """Several processes may bring the same key at the same time."""
    receipts = await asyncio.gather(*(charge(given, subject, key) for _ in range(8)))
    assert len({receipt.transaction_id for receipt in receipts}) == 1


async def test_key_belongs_to_its_customer(given: Given, subject: Subject, key: str) -> None:
    """Two customers may use the same key, for two charges."""
    mine = await charge(given, subject, key)
    other = await charge(given, subject, key, customer_id=subject.stranger)
    assert mine.transaction_id != other.transaction_id


@pytest.mark.parametrize("other", [{"amount": "20.00"}, {"method": "bank_transfer"}])
async def test_key_of_another_charge_is_a_conflict(
    given: Given, subject: Subject, key: str, other: dict[str, Any]
) -> None:
    """A key that was used for another amount or method charges nothing."""
    receipt = await charge(given, subject, key)
    with pytest.raises(PaymentConflict):
        await charge(given, subject, key, **other)
    assert (await given.payment.find(key=key, customer_id=subject.customer)).receipt == receipt


async def test_key_is_found(given: Given, subject: Subject, key: str) -> None:
    """A key is unknown before its charge, and asking about it moves no money; then it is charged, with its receipt."""
    before = await given.payment.find(key=key, customer_id=subject.customer)
    assert (before.state, before.receipt) == ("unknown", None)
    receipt = await charge(given, subject, key)
    after = await given.payment.find(key=key, customer_id=subject.customer)
    assert (after.state, after.receipt) == ("charged", receipt)


async def test_lost_answer_is_settled(given: Given, subject: Subject, key: str) -> None:
    """After a caller went away, the same key charges once, and the system knows the receipt."""
    await interrupted(charge(given, subject, key))
    found = await given.payment.find(key=key, customer_id=subject.customer)
    assert found.state in ("charged", "unknown")
    receipt = await charge(given, subject, key)
    assert found.receipt in (None, receipt)
    assert (await given.payment.find(key=key, customer_id=subject.customer)).receipt == receipt


async def test_refusal_has_our_code(given: Given, subject: Subject, key: str) -> None:
    """A refused charge says why, in one of our codes, and is never found as charged."""
    declined = subject.get("declined")
    with pytest.raises(PaymentDeclined) as refusal:
        await charge(given, subject, key, declined["amount"], method=declined.get("method", "credit_card"))
    assert refusal.value.code == declined["code"]
    found = await given.payment.find(key=key, customer_id=subject.customer)
    assert found.state in ("refused", "unknown")
