"""Forms of a question that show what it is about."""

from __future__ import annotations

import pytest

from graph.understanding.asked_forms import (
    asks_daily_price,
    asks_if_done,
    asks_which_line,
    asks_which_line_abroad,
    finds_dear,
    names_one_bill,
    supposes,
)


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
    ("message", "asks"),
    [
        ("hangi hattımda en az internet var", True), ("üç hattımız içinde konuşma dakikası en az kalan hangisi", True),
        ("hangi pakette en çok internet var", False), ("hangi hattımın faturası en yüksek", False),
        ("hattımda en çok internet olan paket hangisi", False),
    ],
)  # fmt: skip
def test_line_with_most_left_is_asked_for_by_form(message: str, asks: bool) -> None:
    assert asks_which_line(message) is asks


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
    ("message", "asks"),
    [
        ("hangi numaramda dolaşım kapalı", True), ("which of my lines has roaming on", True),
        ("hangi hattım kapalı", False), ("yurt dışı kullanımım açık mı", False),
    ],
)  # fmt: skip
def test_lines_open_abroad_are_asked_for_by_form(message: str, asks: bool) -> None:
    assert asks_which_line_abroad(message) is asks


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("telefonum kesilecek mi", True), ("will my number be cut", True),
        ("dakikam tükenince fazla para öder miyim", True),
        ("hattım kapalı mı", False), ("hattım kapandı mı", False), ("internetim ne zaman biter", False),
    ],
)  # fmt: skip
def test_question_for_what_would_happen_is_told_from_one_for_what_is(message: str, asks: bool) -> None:
    assert supposes(message) is asks


def test_done_change_and_price_of_a_day_are_asked_for_by_form() -> None:
    assert asks_if_done("kapattınız mı") and asks_if_done("değişti mi") and not asks_if_done("ödendi mi")
    assert (
        asks_daily_price("günde ne kadar") and not asks_daily_price("günde kaç GB") and not asks_daily_price("kaç para")
    )
