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
    assert over_lines(found, words, load_answers(), "tr").texts == [said]


def test_lines_with_the_same_rest_are_all_named() -> None:
    found = told("line_most_left", left(15.0, 120), left(15.0, 300))
    said = "En az internet 05000000007, 02120000007 numaralı hattınızda kaldı: 15 GB."
    assert over_lines(found, "en az internet hangisinde", load_answers(), "tr").texts == [said]


def test_fees_of_lines_are_added() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "299.90")]
    found = told("lines_fee_total", *fees)
    assert over_lines(found, "hepsi ne tutuyor", load_answers(), "tr").texts == ["Hepsinin toplamı 1.049,80 TL."]
    assert over_lines(found[:1], "hepsi ne tutuyor", load_answers(), "tr").texts == []


def test_fees_of_two_lines_are_compared() -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "389.90")]
    assert over_lines(told("package_fee", *fees), "aralarında ne kadar fark var", load_answers(), "tr").texts == [
        "Aradaki fark 360,00 TL."
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hangi hattım en pahalı", "Ücreti en yüksek olan 05000000007 numaralı hattınız: ayda 749,90 TL."),
        ("en ucuz hattım", "Ücreti en düşük olan 02120000007 numaralı hattınız: ayda 389,90 TL."),
    ],
)
def test_line_of_the_highest_or_lowest_fee_is_named_alone(words: str, said: str) -> None:
    fees = [Finding("value", {"fee": Decimal(fee)}) for fee in ("749.90", "389.90")]
    found = over_lines(told("line_fee_most", *fees), words, load_answers(), "tr")
    assert (found.texts, found.whole) == ([said], {"line_fee_most"})


@pytest.mark.parametrize(
    ("variants", "words", "said"),
    [
        (("yes", "no"), "hangisi açık", "Yurt dışı kullanımına açık olan: 05000000007; kapalı olan: 02120000007."),
        (("no", "no"), "hangisi açık", "Hatlarınızın hiçbiri yurt dışı kullanımına açık değil, hepsi kapalı."),
        (("no", "no"), "açık olan var mı", "Hayır, hatlarınızın hiçbiri yurt dışı kullanımına açık değil"),
        (("yes", "yes"), "açık olan var mı", "Evet, hatlarınızın hepsi yurt dışı kullanımına açık."),
    ],
)  # fmt: skip
def test_lines_that_have_something_are_told_from_the_others(variants: tuple[str, str], words: str, said: str) -> None:
    found = over_lines(told("roaming_on", *(Finding(each, {}) for each in variants)), words, load_answers(), "tr")
    assert found.texts[0].startswith(said) and found.whole == {"roaming_on"}
