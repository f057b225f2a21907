"""What the results of a turn tell together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from graph.asked.known import KnownBill, KnownPayment
from graph.asked.restrictions import Restriction
from graph.asked.values import Holds, Month, Period
from tests.graph.asked.samples import current_bill, known, offers, own_package, past_bills, payments


def test_open_newest_bill_stands_before_the_past_ones() -> None:
    found = known(get_current_bill=current_bill(), get_past_bills=past_bills(("2026-04", 150), ("2026-05", 180)))
    assert [bill.number for bill in found.bills] == ["F-2026-06-0001", "F-2026-05-0001", "F-2026-04-0001"]
    assert found.bills[0] == KnownBill("F-2026-06-0001", Decimal("199.9"), date(2026, 6, 10), "unpaid", None)
    assert found.bills[1].paid == date(2026, 5, 15)


def test_paid_newest_bill_is_told_once_with_its_day() -> None:
    found = known(get_current_bill=current_bill("paid"), get_past_bills=past_bills(("2026-06", 199.9)))
    assert found.bills == [KnownBill("F-2026-06-0001", Decimal("199.9"), date(2026, 6, 10), "paid", date(2026, 6, 15))]
    assert found.bills[0].month == Month(2026, 6)


def test_bills_of_nobody_are_none() -> None:
    assert known(get_past_bills=past_bills()).bills == []
    assert known().bills == []


def test_payment_has_its_month_and_day() -> None:
    found = known(get_payment_history=payments(("2025-12-31", 149.9)))
    [payment] = found.payments
    assert payment == KnownPayment(Decimal("149.9"), date(2025, 12, 31), "credit_card", "TRX-2025-12-31", payment.bill)
    assert payment.month == Month(2025, 12)


def test_offers_stand_in_the_order_of_their_fees() -> None:
    found = known(get_available_packages=offers()).offers
    assert [offer.fee for offer in found] == [Decimal(str(fee)) for fee in (149.9, 169.9, 189.9, 199.9, 299.9, 429.9)]
    assert found[0].name == "Ekonomik Paket"
    assert found[0].holds == Holds(5, 500)


def test_own_package_is_known_only_where_it_was_looked_up() -> None:
    assert known(get_customer_package=own_package()).own_package == ("Süper Konuşma", Decimal("199.9"))
    assert known().own_package is None


def test_period_is_what_the_question_names() -> None:
    rows = past_bills(("2026-02", 3), ("2026-01", 2), ("2025-12", 1))

    def period(restriction: Restriction, most: int | None = None) -> tuple[list[Decimal], Period]:
        bills, found = known(restriction=restriction, get_past_bills=rows).in_period(most)
        return [bill.amount for bill in bills], found

    assert period(Restriction()) == ([Decimal(3), Decimal(2), Decimal(1)], Period(3))
    assert period(Restriction(), 2) == ([Decimal(3), Decimal(2)], Period(2))
    assert period(Restriction(last=1), 2) == ([Decimal(3)], Period(1))
    assert period(Restriction(last=12)) == ([Decimal(3), Decimal(2), Decimal(1)], Period(3))
    assert period(Restriction(year=2025)) == ([Decimal(1)], Period(0, 2025))
    assert period(Restriction(year=2024)) == ([], Period(0, 2024))


def test_payments_of_a_year_are_those_made_in_it() -> None:
    made = payments(("2026-01-02", 5), ("2025-12-30", 7))
    found, period = known("geçen yıl", get_payment_history=made).payments_in_period()
    assert [payment.amount for payment in found] == [Decimal(7)]
    assert period == Period(0, 2025)
