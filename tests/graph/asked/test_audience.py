"""Whom a package is for, by the ages that the catalogue's words name."""

from __future__ import annotations

import pytest

from graph.asked.audience import age_in, ages_of, said_audience


@pytest.mark.parametrize(
    ("audience", "fitting", "others"),
    [
        ("26 yaş altı gençler", [18, 25], [26, 45]),
        ("26 yaş ve altı", [26], [27]),
        ("65 yaş üstü", [65, 80], [64]),
        ("18-25 yaş arası", [18, 25], [17, 26]),
        ("Students aged 18 to 25", [18, 25], [17, 26]),
        ("Under 26", [25], [26]),
        ("60 and over", [60], [59]),
        ("65+", [65], [64]),
    ],
)
def test_ages_of_an_audience(audience: str, fitting: list[int], others: list[int]) -> None:
    ages = ages_of(audience)
    assert ages is not None
    assert all(map(ages.hold, fitting)) and not any(map(ages.hold, others))


@pytest.mark.parametrize("audience", ["Herkes", "Aileler", "Yoğun internet kullananlar", "Light users", ""])
def test_audience_without_an_age_restricts_nobody(audience: str) -> None:
    assert ages_of(audience) is None


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("yaşım 45", 45), ("yaşım 45 olur mu", 45), ("26 yaşındayım", 26), ("I'm 30", 30), ("i am 41 years old", 41),
        ("yaşım tutuyor mu", None), ("evet 26 yaş altıyım", None),
        ("is it 2 years", None), ("45 lira mı", None), ("12 ay mı", None),
    ],
)  # fmt: skip
def test_age_that_is_stated(words: str, age: int | None) -> None:
    assert age_in(words) == age


def test_audience_within_a_sentence() -> None:
    assert said_audience("Sık yurt dışına çıkanlar", "tr") == "sık yurt dışına çıkanlar"
    assert said_audience("26 yaş altı gençler", "tr") == "26 yaş altı gençler"
    assert said_audience("26 yaş altı gençler", "en") == "customers up to the age of 25"
    assert said_audience("65 yaş üstü", "en") == "customers aged 65 and over"
    assert said_audience("18-25 yaş arası", "en") == "customers aged 18 to 25"
