"""Forms of a question that show what it is about."""

from __future__ import annotations

import pytest

from graph.understanding.asked_forms import names_one_bill


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
