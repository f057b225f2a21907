"""What follows from one fact of several lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.answers.approved import load_answers
from graph.answers.over_lines import over_lines
from graph.asked.values import Finding

LINES = ["05000000007", "02120000007"]


def told(fact: str, *findings: Finding) -> Any:
    return [({"fact": fact, "restriction": {}}, line, each) for line, each in zip(LINES, findings, strict=False)]


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
    found = told("line_most_left", left(62.4, 120), left(15.0, 300))
    assert over_lines(found, words, load_answers(), "tr") == [said]


def test_lines_with_the_same_rest_are_all_named() -> None:
    found = told("line_most_left", left(15.0, 120), left(15.0, 300))
    said = "En az internet 05000000007, 02120000007 numaralı hattınızda kaldı: 15 GB."
    assert over_lines(found, "en az internet hangisinde", load_answers(), "tr") == [said]


def test_fees_of_lines_are_added() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "299.90")]
    found = told("lines_fee_total", *fees)
    assert over_lines(found, "hepsi ne tutuyor", load_answers(), "tr") == ["Hepsinin toplamı 1.049,80 TL."]
    assert over_lines(found[:1], "hepsi ne tutuyor", load_answers(), "tr") == []


def test_fees_of_two_lines_are_compared() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "389.90")]
    assert over_lines(told("package_fee", *fees), "aralarında ne kadar fark var", load_answers(), "tr") == [
        "Aradaki fark 360,00 TL."
    ]
