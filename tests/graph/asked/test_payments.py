"""Facts of payments, worked out of results (graph/asked/payments.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.languages import Language
from graph.answers.approved import load_answers
from graph.answers.composed import sentence
from graph.asked import payments as paid
from graph.asked.declared import load_facts
from graph.asked.restrictions import restriction_of
from graph.asked.values import Code, Finding, Item, Month, Period
from tests.graph.asked.samples import TODAY, current_bill, known, payments

MADE = payments(("2026-05-15", 259.8), ("2026-04-15", 199.9), ("2025-12-15", 149.9))


def test_last_payment_is_the_newest_one() -> None:
    expected = {
        "amount": Decimal("259.8"), "date": date(2026, 5, 15), "month": Month(2026, 5),
        "method": Code("credit_card"), "reference": "TRX-2026-05-15",
    }  # fmt: skip
    assert paid.last_payment(known(get_payment_history=MADE)) == Finding("value", expected)
    assert paid.last_payment(known(get_payment_history=payments())) == Finding("absent", {})


def test_payment_of_a_month_is_the_one_made_in_it() -> None:
    assert paid.month_payment(known("aralık", get_payment_history=MADE)).values["amount"] == Decimal("149.9")
    assert paid.month_payment(known("", get_payment_history=MADE)).values["date"] == date(2026, 5, 15)
    assert paid.month_payment(known("mart", get_payment_history=MADE)) == Finding("absent", {"month": Month(2026, 3)})


@pytest.mark.parametrize(
    ("status", "day", "variant"),
    [
        ("paid", "2026-06-12", "arrived"),
        ("unpaid", "2026-06-02", "arrived_open"),
        ("unpaid", "2026-05-15", "missing_open"),
        ("overdue", "2026-05-15", "missing_open"),
        ("paid", "2026-05-31", "missing"),
        ("paid", "2025-06-12", "missing"),
        ("processing", "2026-06-12", "settling"),
    ],
)
def test_payment_has_arrived_where_it_was_made_this_month(status: str, day: str, variant: str) -> None:
    found = paid.payment_arrived(
        known(get_current_bill=current_bill(status), get_payment_history=payments((day, 199.9)))
    )
    assert found.variant == variant


def test_customer_without_payments_has_none_that_arrived() -> None:
    nothing = known(get_current_bill=current_bill(), get_payment_history=payments())
    assert paid.payment_arrived(nothing) == Finding("absent", {})


def test_list_of_payments_holds_what_was_asked_for() -> None:
    found = paid.payments_list(known("son 2 ödeme", get_payment_history=MADE))
    assert found.values["items"].items == [
        Item(date(2026, 5, 15), Decimal("259.8"), Code("credit_card")),
        Item(date(2026, 4, 15), Decimal("199.9"), Code("credit_card")),
    ]
    assert paid.payments_list(known("2025", get_payment_history=MADE)).values["count"] == 1
    assert paid.payments_list(known(get_payment_history=payments())).variant == "absent"


def test_list_of_payments_shows_five_unless_all_are_wanted() -> None:
    made = payments(*((f"2025-{month:02d}-15", 10) for month in range(12, 5, -1)))
    assert paid.payments_list(known(get_payment_history=made)).values["count"] == 5
    assert paid.payments_list(known("bütün ödemelerim", get_payment_history=made)).values["count"] == 7


MIXED = payments(("2026-05-15", 30), ("2026-04-15", 20), ("2026-03-15", 10), ("2025-12-15", 5))
MIXED["payments"][1]["method"] = "bank_transfer"
MIXED["total_payments"] = 40  # more than were looked up


@pytest.mark.parametrize(
    ("words", "method", "expected"),
    [
        ("kaç ödeme yaptım", None, Finding("value", {"count": 40})),
        ("bu yıl kaç ödeme yaptım", None, Finding("value", {"count": 3})),
        ("nisanda kaç ödeme", None, Finding("value", {"count": 1})),
        ("kartla kaç kez", "credit_card", Finding("by_method", {"count": 3, "method": Code("credit_card")})),
        ("bu yıl kartla", "credit_card", Finding("by_method", {"count": 2, "method": Code("credit_card")})),
        ("havaleyle kaç kez", "bank_transfer", Finding("by_method", {"count": 1, "method": Code("bank_transfer")})),
        ("nakit", "cash", Finding("by_method", {"count": 0, "method": Code("cash")})),
    ],
)
def test_payments_are_counted_by_time_and_method(words: str, method: str | None, expected: Finding) -> None:
    restriction = replace(restriction_of(words, TODAY), method=method)
    assert paid.payments_count(known(words, restriction, get_payment_history=MIXED)) == expected


def test_reference_of_a_month_is_that_of_its_payment() -> None:
    fact = load_facts().facts["month_reference"]

    def said(words: str, language: Language) -> str:
        return sentence(fact, paid.month_payment(known(words, get_payment_history=MADE)), load_answers(), language)

    assert said("nisan", "tr") == "Nisan 2026 ödemenizin işlem numarası TRX-2026-04-15."
    assert said("nisan", "en") == "The transaction number of your payment in April 2026 is TRX-2026-04-15."
    assert said("mart", "tr") == "Mart 2026 ayında bir ödemeniz görünmüyor."


def test_sum_of_payments_is_that_of_the_period() -> None:
    this_year = paid.payments_total(known("bu yıl", get_payment_history=MADE))
    assert this_year == Finding("value", {"amount": Decimal("459.7"), "period": Period(0, 2026), "count": 2})
    assert paid.payments_total(known(get_payment_history=MADE)).values["amount"] == Decimal("609.6")
    named = paid.payments_total(known("nisan", get_payment_history=MADE))
    april = Period(1, named=(Month(2026, 4),))
    assert named == Finding("value", {"amount": Decimal("199.9"), "period": april, "count": 1})
    assert paid.payments_total(known("2024", get_payment_history=MADE)).variant == "absent"


def test_payment_is_chosen_by_its_place_from_the_newest_and_by_its_method() -> None:
    third = paid.last_payment(known("sondan üçüncü ödemem", get_payment_history=MADE))
    assert (third.variant, third.values["date"]) == ("placed", date(2025, 12, 15))
    by_cash = replace(
        known("", get_payment_history=MADE), restriction=replace(restriction_of("", TODAY), method="cash")
    )
    assert paid.last_payment(by_cash) == Finding("none_by_method", {"method": Code("cash")})
    assert paid.last_payment_method(by_cash).variant == "other_method"
    by_card = replace(by_cash, restriction=replace(by_cash.restriction, method="credit_card"))
    assert paid.last_payment(by_card).variant == "by_method"
    assert paid.month_payment(by_card).variant == "asked_method"


def test_payments_are_told_by_the_method_that_the_question_names() -> None:
    cash = replace(restriction_of("", TODAY), method="cash")
    card = replace(cash, method="credit_card")
    result = known(get_payment_history=MADE)
    assert paid.payments_list(replace(result, restriction=cash)).variant == "none_by_method"
    assert paid.payments_list(replace(result, restriction=card)).values["count"] == len(MADE["payments"])
    assert paid.payments_total(replace(result, restriction=card)).variant == "by_method"
    assert paid.payments_total(replace(result, restriction=cash)).variant == "none_by_method"


def test_highest_and_lowest_payment_are_named_with_their_day() -> None:
    result = known(get_payment_history=MADE)
    assert paid.payments_highest(result).values["amount"] == Decimal("259.8")
    assert paid.payments_lowest(result).values["date"] == date(2025, 12, 15)
    assert paid.payments_highest(known(get_payment_history=payments())) == Finding("absent", {})
