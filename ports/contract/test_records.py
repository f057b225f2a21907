"""Reads: whole lists in their order, exact amounts, days and moments, nobody else's data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ports.contract.checks import check_amount, check_day, check_moment, check_newest_first, check_whole
from ports.contract.plugin import Given, Subject
from ports.errors import RequestRefused
from ports.values import BillStatus

pytestmark = pytest.mark.asyncio

_NOBODY = 2_000_000_000


async def test_bills_are_whole_exact_and_the_newest_first(given: Given, subject: Subject) -> None:
    """Every bill of the customer, each once; its items add up to it."""
    bills = await given.billing.bills(subject.customer)
    assert len(bills) >= subject.get("bills"), "a page is missing"
    check_whole(bills, "bill_id")
    check_newest_first(bills, "bill_date")
    for bill in bills:
        check_amount(bill.amount)
        check_day(bill.bill_date)
        check_day(bill.due_date)
        assert 0 < len(bill.bill_id) <= 32
        assert len(bill.currency) == 3
        assert bill.status in BillStatus
        assert bill.status != BillStatus.PROCESSING, "that is ours to say"
        for item in bill.items:
            check_amount(item.amount)
        assert not bill.items or sum((item.amount for item in bill.items), Decimal(0)) == bill.amount
        if bill.paid_at is not None:
            check_moment(bill.paid_at)
    assert await given.billing.bills(subject.customer) == bills


async def test_payments_are_whole_exact_and_the_newest_first(given: Given, subject: Subject) -> None:
    """Every payment of the customer, each once."""
    payments = await given.billing.payments(subject.customer)
    check_whole(payments, "transaction_id")
    check_newest_first(payments, "at")
    for payment in payments:
        check_amount(payment.amount)
        check_moment(payment.at)


async def test_bills_and_payments_of_others_are_not_told(given: Given, subject: Subject) -> None:
    """Two customers share no bill and no payment, and nobody has none."""
    mine = {bill.bill_id for bill in await given.billing.bills(subject.customer)}
    assert not mine & {bill.bill_id for bill in await given.billing.bills(subject.stranger)}
    paid = {payment.transaction_id for payment in await given.billing.payments(subject.customer)}
    assert not paid & {payment.transaction_id for payment in await given.billing.payments(subject.stranger)}
    assert list(await given.billing.bills(_NOBODY)) == list(await given.billing.payments(_NOBODY)) == []
    assert await given.billing.standing_order(_NOBODY) is None


async def test_customer_is_told(given: Given, subject: Subject) -> None:
    """The record is the customer's own; there is none of a number that nobody has."""
    customer = await given.customers.customer(subject.customer)
    assert customer.customer_id == subject.customer
    assert customer.name and customer.region
    check_moment(customer.registered_at)
    with pytest.raises(RequestRefused) as refusal:
        await given.customers.customer(_NOBODY)
    assert refusal.value.code == "NO_CUSTOMER"


async def test_lines_are_the_customers_own_with_the_main_one_first(given: Given, subject: Subject) -> None:
    """Numbers have eleven digits and a leading 0, and no line belongs to two customers."""
    lines = await given.customers.lines(subject.customer)
    check_whole(lines, "number")
    assert subject.line in [line.number for line in lines]
    assert [line.is_main for line in lines] == sorted((line.is_main for line in lines), reverse=True)
    for line in lines:
        assert len(line.number) == 11 and line.number.isdigit() and line.number.startswith("0")
        check_amount(line.package.monthly_fee)
        check_day(line.package_since)
        check_day(line.renewal_date)
        for moment in filter(None, [line.suspended_at]):
            check_moment(moment)
        for day in filter(None, [line.commitment_until]):
            check_day(day)
    others = await given.customers.lines(subject.stranger)
    assert not {line.number for line in lines} & {line.number for line in others}
    assert list(await given.customers.lines(_NOBODY)) == []


async def test_catalogue_is_whole_and_exact(given: Given) -> None:
    """Every package once by its name, and the same ones when it is read again."""
    packages = await given.catalogue.packages()
    assert packages
    check_whole(packages, "name")
    for package in packages:
        for fee in (package.monthly_fee, package.setup_fee, package.cancellation_fee):
            check_amount(fee)
            assert fee >= 0
        allowances = (
            package.internet_gb, package.voice_minutes, package.sms_count, package.international_minutes,
            package.contract_months,
        )  # fmt: skip
        assert all(isinstance(each, int) and each >= 0 for each in allowances)
        assert 0 < len(package.name) <= 80
    assert await given.catalogue.packages() == packages


async def test_usage_is_that_of_the_customers_own_line(given: Given, subject: Subject) -> None:
    """The use of a line is told to its owner only."""
    used = await given.usage.usage(subject.customer, subject.line)
    assert used is not None, "the subject's line needs some recorded use"
    check_day(used.period_end)
    check_amount(used.internet_used_gb)
    assert used.internet_used_gb >= 0 and used.voice_used >= 0 and used.sms_used >= 0
    assert await given.usage.usage(subject.stranger, subject.line) is None
