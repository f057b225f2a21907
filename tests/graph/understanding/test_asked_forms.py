"""Forms of a question that show what it is about."""

from __future__ import annotations

import pytest

from graph.understanding.asked_forms import asks_which_line, finds_dear, names_one_bill


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
