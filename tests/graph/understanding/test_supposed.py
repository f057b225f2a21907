"""Questions about what would be."""

from __future__ import annotations

import pytest

from graph.understanding.supposed import (
    asks_how_long,
    asks_limit_of_change,
    asks_of_ending,
    asks_what_move_costs,
    holds_against,
    names_only_time,
)


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("Mega Pakete geçersem ne kadar tutar", True), ("how much if i switch to Mega", True),
        ("Mega Pakete geç", False), ("Mega Paket ne kadar", False), ("Mega Pakete geçersem ceza öder miyim", False),
    ],
)  # fmt: skip
def test_cost_of_another_package_is_told_by_form(message: str, asks: bool) -> None:
    assert asks_what_move_costs(message) is asks


@pytest.mark.parametrize(
    ("message", "ending"),
    [
        ("telefonum kesilecek mi", "whether"), ("will my number be cut", "whether"),
        ("ödemezsem numaram kapatılır mı", "whether"), ("hattım ne zaman kesilir", "when"),
        ("taşınırsam numaram kapanır mı", ""), ("hattım kapalı mı", ""), ("hattım kapandı mı", ""),
        ("internetim ne zaman biter", ""), ("ne zaman", ""),
    ],
)  # fmt: skip
def test_line_that_would_be_cut_off_is_told_from_one_that_is(message: str, ending: str) -> None:
    assert asks_of_ending(message, spoken_of=False) == ending


def test_when_goes_on_from_whether() -> None:
    assert asks_of_ending("ne zaman", spoken_of=True) == "when"
    assert asks_of_ending("faturam ne kadar", spoken_of=True) == ""


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("hattı en çok kaç gün durdurabiliyoruz", True), ("hattımı dondurabilir misin", False),
        ("hattımı dondur", False),
    ],
)  # fmt: skip
def test_limit_of_a_change_is_no_wish_for_it(message: str, asks: bool) -> None:
    assert asks_limit_of_change(message) is asks


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("numaram ne zamandan beri askıda", True), ("ne zaman donduruldu hattım", True),
        ("since when is my line suspended", True), ("hattım kapalı mı", False), ("ne zaman dondurursunuz", False),
        ("shoplar ne zaman kapanıyor", False),
    ],
)  # fmt: skip
def test_time_since_a_suspension_is_told_by_form(message: str, asks: bool) -> None:
    assert asks_how_long(message) is asks


@pytest.mark.parametrize(
    ("message", "holds"),
    [("Mega daha mı ucuz", True), ("Mega benimkinden daha mı ucuz", False), ("Mega ne kadar", False)],
)
def test_package_is_held_against_the_one_spoken_of_unless_it_is_the_own_one(message: str, holds: bool) -> None:
    assert holds_against(message) is holds


@pytest.mark.parametrize(
    ("message", "only"),
    [
        ("peki mart?", True), ("ya bir önceki ay", True), ("mart faturası", True), ("mart ödendi mi", False),
        ("peki", False), ("martta ne kadar konuştum", False),
    ],
)  # fmt: skip
def test_month_alone_is_told_from_a_question_about_it(message: str, only: bool) -> None:
    assert names_only_time(message) is only
