"""Forms of a question that show what it is about."""

from __future__ import annotations

from datetime import date

import pytest

from graph.asked.restrictions import restriction_of
from graph.understanding.asked_forms import (
    asks_daily_price,
    asks_if_done,
    finds_dear,
    names_one_bill,
    supposes,
)
from graph.understanding.named_facts import fact_by_words


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("faturamı göster", True), ("Faturam", True), ("show my bill", True),
        ("faturalarımı göster", False), ("son 3 faturam", False), ("eski faturamı göster", False),
        ("fatura geçmişim", False), ("nisan ayı faturamı aç", False), ("kotamı göster", False),
    ],
)  # fmt: skip
def test_one_bill_is_told_from_several(words: str, one: bool) -> None:
    assert names_one_bill(words) is one


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("paketim pahalı geliyor", "cheaper_than_mine"), ("bu tarife bana fazla", "cheaper_than_mine"),
        ("faturam çok yüksek geldi", "bill_change"), ("my bill is too high", "bill_change"),
        ("en pahalı paket", None), ("paketim pahalı mı?", None), ("paketimde çok internet var", None),
        ("faturamı öde", None),
    ],
)  # fmt: skip
def test_complaint_of_the_price_is_told_by_form(message: str, fact: str | None) -> None:
    assert finds_dear(message) == fact


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("faturam gelecek ay ne zaman kesilecek", "next_bill_date"), ("next bill when", "next_bill_date"),
        ("faturam ne zaman kesildi", None), ("nisan faturamın kalemleri", "bill_items"), ("nisan faturam", None),
        ("tarifeme yurt dışı dahil midir", "roaming_fee"), ("paketimde yurt dışı arama var mı", None),
        ("hattım yurt dışında çalışıyor mu", "roaming_on"),
    ],
)  # fmt: skip
def test_fact_that_the_words_name_is_told_by_form(message: str, fact: str | None) -> None:
    assert fact_by_words(message, restriction_of(message, date(2026, 6, 15)), of_bill=False) == fact


def test_end_is_that_of_the_ticket_only_where_one_was_spoken_of() -> None:
    stated = restriction_of("ne zaman çözülür", date(2026, 6, 15))
    assert fact_by_words("ne zaman çözülür", stated, of_bill=False, of_ticket=True) == "ticket_estimate"
    assert fact_by_words("ne zaman çözülür", stated, of_bill=False) is None
    assert fact_by_words("ne zaman açıldı", stated, of_bill=False, of_ticket=True) is None


@pytest.mark.parametrize(
    ("message", "asks"),
    [("dakikam tükenince fazla para öder miyim", True), ("internetim ne zaman biter", False)],
)
def test_question_for_use_beyond_the_package_is_general(message: str, asks: bool) -> None:
    assert supposes(message) is asks


def test_done_change_and_price_of_a_day_are_asked_for_by_form() -> None:
    assert asks_if_done("kapattınız mı") and asks_if_done("değişti mi") and not asks_if_done("ödendi mi")
    assert (
        asks_daily_price("günde ne kadar") and not asks_daily_price("günde kaç GB") and not asks_daily_price("kaç para")
    )
