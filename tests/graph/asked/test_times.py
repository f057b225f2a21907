"""A past time in a question is read as its first and last day."""

from __future__ import annotations

from datetime import date

import pytest

from graph.asked.restrictions import restriction_of
from graph.asked.times import names_past, past_time

MONDAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("words", "begin", "end"),
    [
        ("dün akşam neden gitti", date(2026, 6, 14), date(2026, 6, 14)),
        ("yesterday it was down", date(2026, 6, 14), date(2026, 6, 14)),
        ("evvelsi gün", date(2026, 6, 13), date(2026, 6, 13)),
        ("3 gün önce", date(2026, 6, 12), date(2026, 6, 12)),
        ("geçen hafta", date(2026, 6, 8), date(2026, 6, 14)),
        ("mayısta", date(2026, 5, 1), date(2026, 5, 31)),
        ("geçen yıl aralıkta", date(2025, 12, 1), date(2025, 12, 31)),
        ("nisan ve mayısta", date(2026, 4, 1), date(2026, 5, 31)),
    ],
)
def test_past_time_has_a_first_and_a_last_day(words: str, begin: date, end: date) -> None:
    assert past_time(words, restriction_of(words, MONDAY).months, MONDAY) == (begin, end)


@pytest.mark.parametrize("words", ["internetim neden yavaş", "bu ay neden yavaş", "bugün", "dünya paketi"])
def test_present_is_no_past_time(words: str) -> None:
    assert past_time(words, restriction_of(words, MONDAY).months, MONDAY) is None
    assert not names_past(words)
