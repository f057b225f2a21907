"""A value is said as a customer reads it, in either language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.languages import Language
from graph.answers.approved import load_answers
from graph.asked.values import Code, DateRange, Holds, Item, Listing, Month, Parts, Period, day_of, text_of, typed

ANSWERS = load_answers()


def said(value: Any, language: Language = "tr") -> str:
    return text_of(value, ANSWERS, language)


@pytest.mark.parametrize(
    ("count", "before"),
    [(0, Month(2026, 1)), (1, Month(2025, 12)), (12, Month(2025, 1)), (13, Month(2024, 12)), (25, Month(2023, 12))],
)
def test_months_before_january_lie_in_the_years_before(count: int, before: Month) -> None:
    assert Month(2026, 1).before(count) == before


def test_december_stays_in_its_year() -> None:
    assert Month.of(date(2025, 12, 31)) == Month(2025, 12)
    assert Month(2025, 12).before(0) == Month(2025, 12)


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        (Decimal("1529.7"), "1.529,70 TL", "1,529.70 TL"),
        (Month(2026, 3), "Mart 2026", "March 2026"),
        (date(2026, 3, 5), "5 Mart 2026", "5 March 2026"),
        (datetime(2026, 3, 15, 22, 30, tzinfo=UTC), "16 Mart 2026 01:30", "16 March 2026 01:30"),
        (Code("suspended"), "dondurulmuş", "suspended"),
        (Code("poor"), "zayıf", "poor"),
        (Code("neverheardof"), "neverheardof", "neverheardof"),
        (Holds(7.5, 1500), "7,5 GB internet, 1.500 dk", "7.5 GB data, 1,500 min"),
        (Period(3), "son 3 ayda", "the last 3 months"),
        (Period(1), "son 1 ayda", "the last 1 month"),
        (Period(0, 2025), "2025 yılında", "2025"),
        (
            Period(2, named=(Month(2026, 1), Month(2026, 2))),
            "Ocak 2026, Şubat 2026 aylarında",
            "January 2026, February 2026",
        ),
        (Period(1, named=(Month(2026, 1),)), "Ocak 2026 ayında", "January 2026"),
        (Parts([Decimal("10"), Decimal("2.5")]), "10,00 TL + 2,50 TL", "10.00 TL + 2.50 TL"),
        (Parts([Month(2026, 5), Month(2026, 3)], ", "), "Mayıs 2026, Mart 2026", "May 2026, March 2026"),
        (Item("Ek paket", Decimal("59.9")), "Ek paket: 59,90 TL", "Ek paket: 59.90 TL"),
        (Item(Month(2026, 5), 3, Code("paid")), "Mayıs 2026: 3 (ödendi)", "May 2026: 3 (paid)"),
        (Item("yalnız başına"), "yalnız başına", "yalnız başına"),
        (Item(Code("email"), "a@b.c"), "E-posta: a@b.c", "E-mail: a@b.c"),
        (31.5, "31,5", "31.5"),
        (5000, "5.000", "5,000"),
        ("TKT-1", "TKT-1", "TKT-1"),
    ],
)
def test_value_is_said_in_both_languages(value: Any, turkish: str, english: str) -> None:
    assert (said(value), said(value, "en")) == (turkish, english)


@pytest.mark.parametrize(
    ("begin", "end", "turkish", "english"),
    [
        (date(2026, 6, 15), date(2026, 6, 15), "0 gün", "0 days"),
        (date(2026, 6, 14), date(2026, 6, 15), "1 gün", "1 day"),
        (date(2026, 5, 16), date(2026, 6, 15), "30 gün", "30 days"),
        (date(2026, 5, 15), date(2026, 6, 15), "1 ay", "1 month"),
        (date(2025, 12, 20), date(2026, 6, 15), "5 ay", "5 months"),
        (date(2025, 6, 15), date(2026, 6, 15), "1 yıl", "1 year"),
        (date(2024, 10, 15), date(2026, 6, 15), "1 yıl 8 ay", "1 year 8 months"),
        (date(2023, 5, 16), date(2026, 6, 15), "3 yıl", "3 years"),
        (date(2026, 1, 31), date(2026, 2, 28), "28 gün", "28 days"),
    ],
)
def test_span_is_said_in_years_and_months_or_in_days(begin: date, end: date, turkish: str, english: str) -> None:
    assert (said(DateRange(begin, end)), said(DateRange(begin, end), "en")) == (turkish, english)


def test_list_of_as_many_as_are_said_at_once_offers_no_more() -> None:
    assert said(Listing([Item("a"), Item("b")], most=2)) == "\n- a\n- b"
    assert said(Listing([])) == ""


def test_longer_list_tells_how_many_are_left() -> None:
    listing = Listing([Item("a"), Item("b"), Item("c")], most=2)
    assert said(listing) == "\n- a\n- b\n1 tane daha var; isterseniz hepsini sıralayabilirim."
    assert said(listing, "en") == "\n- a\n- b\nThere is 1 more; I can list them all if you like."
    longer = Listing([Item("a"), Item("b"), Item("c")], most=1)
    assert said(longer, "en") == "\n- a\nThere are 2 more; I can list them all if you like."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-10", date(2026, 6, 10)),
        ("2026-06-10T23:30:00", date(2026, 6, 10)),
        ("2026-06-10T23:30:00+00:00", date(2026, 6, 11)),
        (date(2026, 6, 10), date(2026, 6, 10)),
    ],
)
def test_day_of_a_moment_is_that_of_istanbul(text: Any, day: date) -> None:
    assert day_of(text) == day


def test_field_of_a_result_gets_its_type() -> None:
    assert typed("monthly_fee", 199.9) == Decimal("199.9")
    assert typed("bill_date", "2026-06-10") == date(2026, 6, 10)
    assert typed("created_at", "2026-06-10T10:00:00+03:00").hour == 10
    assert isinstance(typed("status", "paid"), Code)
    assert typed("note", "bakın <b>şuraya</b> https://x.example") == "bakın b şuraya /b x.example"
    assert typed("sms_remaining", 800) == 800
    assert typed("monthly_fee", None) is None
    assert typed("status", True) is True
