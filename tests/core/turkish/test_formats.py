"""Amounts, numbers, days and times in both languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core import turkish


def test_amount_is_written_the_turkish_way() -> None:
    assert turkish.amount(Decimal("1234.56")) == "1.234,56 TL"
    assert turkish.amount(Decimal(0)) == "0,00 TL"
    assert turkish.amount(Decimal("-49.9"), "EUR") == "-49,90 EUR"
    assert turkish.amount(Decimal("1234.56"), locale="en") == "1,234.56 TL"


def test_amount_of_many_digits_stays_exact() -> None:
    assert turkish.amount(Decimal("9999999999.99")) == "9.999.999.999,99 TL"


def test_number_is_written_without_needless_zeros() -> None:
    assert turkish.number(12.5) == "12,5"
    assert turkish.number(5000) == "5.000"
    assert turkish.number(Decimal("0.30")) == "0,3"
    assert turkish.number(12.5, locale="en") == "12.5"


def test_date_is_written_with_the_month_s_name() -> None:
    assert turkish.date(dt.date(2026, 3, 15)) == "15 Mart 2026"
    assert turkish.date(dt.date(2026, 3, 15), locale="en") == "15 March 2026"


def test_date_of_a_late_evening_in_utc_is_the_next_day_in_istanbul() -> None:
    assert turkish.date(dt.datetime(2026, 3, 15, 22, 30, tzinfo=dt.UTC)) == "16 Mart 2026"


def test_moment_is_written_in_istanbul_time() -> None:
    assert turkish.moment(dt.datetime(2026, 3, 15, 11, 30, tzinfo=dt.UTC)) == "15 Mart 2026 14:30"
    assert turkish.moment(dt.datetime(2026, 3, 15, 14, 30), locale="en") == "15 March 2026 14:30"


def test_month_stands_by_itself_with_its_year() -> None:
    assert turkish.month(2026, 3) == "Mart 2026"
    assert turkish.month(2025, 12) == "Aralık 2025"
    assert turkish.month(2026, 5, "en") == "May 2026"
