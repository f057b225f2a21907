"""What follows from one fact of several lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.answers.approved import load_answers
from graph.answers.over_lines import over_lines
from graph.asked.values import Finding

LINES = ["05000000007", "02120000007"]


def asked(fact: str, **restriction: Any) -> Any:
    return {"fact": fact, "restriction": restriction, "lines": LINES}


def left(gb: float, minutes: int) -> Finding:
    return Finding("value", {"gb": gb, "minutes": minutes})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hangi hattımda en çok internet kaldı", "En çok internet 05000000007 numaralı hattınızda kaldı: 62,4 GB."),
        ("en az internet hangisinde", "En az internet 02120000007 numaralı hattınızda kaldı: 15 GB."),
        ("en az dakika hangi hatta", "En az dakika 05000000007 numaralı hattınızda kaldı: 120 dakika."),
    ],
)
def test_line_with_most_or_least_left(words: str, said: str) -> None:
    told = [("line_most_left", asked("line_most_left"), each) for each in (left(62.4, 120), left(15.0, 300))]
    assert over_lines(told, words, load_answers(), "tr") == [said]


def test_fees_of_lines_are_added() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "299.90")]
    told = [("lines_fee_total", asked("lines_fee_total"), each) for each in fees]
    assert over_lines(told, "hepsi ne tutuyor", load_answers(), "tr") == ["Hepsinin toplamı 1.049,80 TL."]
    assert over_lines(told[:1], "hepsi ne tutuyor", load_answers(), "tr") == []


def test_fees_of_two_lines_are_compared() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "389.90")]
    told = [("package_fee", asked("package_fee"), each) for each in fees]
    assert over_lines(told, "aralarında ne kadar fark var", load_answers(), "tr") == ["Aradaki fark 360,00 TL."]
