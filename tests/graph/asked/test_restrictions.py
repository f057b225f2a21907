"""Months, counts, amounts and needs are read from a question as its grammar states them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from graph.asked.restrictions import Restriction, restriction_of
from graph.asked.values import Month

TODAY = date(2026, 6, 15)
NEW_YEAR = date(2026, 1, 3)


def read(message: str, today: date = TODAY, spoken_of: Month | None = None) -> Restriction:
    return restriction_of(message, today, spoken_of)


@pytest.mark.parametrize(
    ("message", "months"),
    [
        ("Mart faturam ne kadardı", [(2026, 3)]),
        ("MAYIS'ta ne geldi", [(2026, 5)]),
        ("haziran faturam", [(2026, 6)]),
        ("temmuz faturam", [(2025, 7)]),
        ("Ocak 2024 faturası", [(2024, 1)]),
        ("2025 mart faturam", [(2025, 3)]),
        ("2025'in mart ayı faturası", [(2025, 3)]),
        ("geçen yılın mart faturası", [(2025, 3)]),
        ("the bill of march last year", [(2025, 3)]),
        ("March 2025 and April 2026", [(2025, 3), (2026, 4)]),
        ("ocak 2025 ile mart", [(2025, 1), (2026, 3)]),
        ("nisanla şubatı karşılaştır", [(2026, 4), (2026, 2)]),
        ("mart mart", [(2026, 3)]),
        ("geçen ay ne kadardı", [(2026, 5)]),
        ("my bill last month", [(2026, 5)]),
        ("geçen ayla bu ay arasındaki fark", [(2026, 5), (2026, 6)]),
        ("bu ay ile geçen ay", [(2026, 6), (2026, 5)]),
        ("bu ay ne kadar", [(2026, 6)]),
        ("ocağın faturası", [(2026, 1)]),
        ("iki ay önce ne ödedim", [(2026, 4)]),
        ("2 ay önceki fatura", [(2026, 4)]),
        ("bir ay önceki faturam", [(2026, 5)]),
        ("on iki ay önce", [(2025, 6)]),
        ("two months ago", [(2026, 4)]),
        ("a month ago", [(2026, 5)]),
        ("birkaç ay önce", []),
        ("önceki aydan önceki ay", [(2026, 4)]),
        ("the month before last", [(2026, 4)]),
        ("faturam ne kadar", []),
        ("ocaktan hazirana kadar", [(2026, month) for month in range(1, 7)]),
        ("kasımdan şubata kadar", [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]),
        ("ocak ile mart arasında toplam", [(2026, 1), (2026, 2), (2026, 3)]),
        ("mart ile ocak arasında toplam", [(2026, 1), (2026, 2), (2026, 3)]),
        ("from January through May", [(2026, month) for month in range(1, 6)]),
        ("mart ile haziran arasındaki fark", [(2026, 3), (2026, 6)]),
        ("haziran ile mart arasında ne kadar fark var", [(2026, 6), (2026, 3)]),
        ("the difference between March and June", [(2026, 3), (2026, 6)]),
        ("ocak, şubat ve mart arasında", [(2026, 1), (2026, 2), (2026, 3)]),
    ],
)
def test_months_of_a_question_are_read(message: str, months: list[tuple[int, int]]) -> None:
    assert [tuple(month) for month in read(message).months] == months


@pytest.mark.parametrize(
    ("message", "months"),
    [
        ("aralık faturam", [(2025, 12)]),
        ("geçen ay", [(2025, 12)]),
        ("iki ay önce", [(2025, 11)]),
        ("ocak ile aralık", [(2026, 1), (2025, 12)]),
        ("13 ay önce", [(2024, 12)]),
    ],
)
def test_months_before_january_are_those_of_last_year(message: str, months: list[tuple[int, int]]) -> None:
    assert [tuple(month) for month in read(message, NEW_YEAR).months] == months


@pytest.mark.parametrize(
    ("message", "months"),
    [
        ("may I see my bill", []),
        ("may I see my bill for March", [(2026, 3)]),
        ("maybe my bill is too high", []),
        ("how much was the May bill", [(2026, 5)]),
        ("what did I pay in May", [(2026, 5)]),
        ("may I see the bill of May", [(2026, 5)]),
        ("June and May", [(2026, 6), (2026, 5)]),
    ],
)
def test_may_is_a_month_only_where_it_stands_like_one(message: str, months: list[tuple[int, int]]) -> None:
    assert [tuple(month) for month in read(message).months] == months


def test_month_before_counts_from_the_one_spoken_of() -> None:
    assert read("bir önceki ay", spoken_of=Month(2026, 1)).months == (Month(2025, 12),)
    assert read("ya ondan önceki", spoken_of=Month(2026, 4)).months == (Month(2026, 3),)
    assert read("bir önceki ay").months == (Month(2026, 5),)


@pytest.mark.parametrize(
    ("message", "last"),
    [
        ("son 3 ayda ne ödedim", 3),
        ("son üç ayın toplamı", 3),
        ("son on iki fatura", 12),
        ("last six months", 6),
        ("6 aylık maliyeti", 6),
        ("24 ayda ne tutar", 24),
        ("last three payments", 3),
        ("iki yılda", 24),
        ("yarım yıllık", 6),
        ("twenty four months", None),
        ("son bir ayda", None),
        ("son faturam", None),
        ("kaç ayda", None),
        ("mart ayında son 3 fatura", None),
    ],
)
def test_count_of_months_or_bills_is_read(message: str, last: int | None) -> None:
    assert read(message).last == last


@pytest.mark.parametrize(
    ("message", "year"),
    [
        ("bu yıl ne kadar ödedim", 2026),
        ("geçen sene toplam", 2025),
        ("2024'te ne ödedim", 2024),
        ("last year", 2025),
        ("2025 mart", None),
        ("bu ay", None),
    ],
)
def test_year_is_read_where_no_month_is_named(message: str, year: int | None) -> None:
    assert read(message).year == year


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("üç yüz lira altı", "300"),
        ("en fazla üç yüz elli lira verebilirim", "350"),
        ("200 TL'den ucuz", "200"),
        ("1.200,50 TL altında", "1200.50"),
        ("₺250 altı", "250"),
        ("300'ün altında paket", "300"),
        ("under 250", "250"),
        ("iki yüz üç yüz lira arası", "300"),
        ("üçyüzden ucuz", "300"),
        ("2026 ne kadar", None),
        ("en fazla 100 GB", None),
        ("en çok 500 dakika konuşuyorum", None),
        ("30gb kadar internet", None),
        ("500dk kadar", None),
        ("under 100 gb", None),
        ("15.06.2026 tl", None),
        ("ucuz paket", None),
    ],
)
def test_limit_is_an_amount_of_money(message: str, limit: str | None) -> None:
    assert read(message).limit == limit


@pytest.mark.parametrize(
    ("message", "gb", "minutes", "sms"),
    [
        ("ayda 30 GB yeter", 30, None, None),
        ("30gb'lik paket", 30, None, None),
        ("otuz giga internet", 30, None, None),
        ("beş altı gb yeter", 6, None, None),
        ("1,5 GB", 1.5, None, None),
        ("1.500 dakika ve 20 GB", 20, 1500, None),
        ("bin dakika, 500 sms", None, 1000, 500),
        ("yüz elli dakika konuşuyorum", None, 150, None),
        ("100 minutes and 10 gigs", 10, 100, None),
        ("kaç GB'ım var, kaç dakikam kaldı", None, None, None),
        ("5.5.5 gb", None, None, None),
    ],
)
def test_need_is_read_with_its_unit(message: str, gb: float | None, minutes: float | None, sms: float | None) -> None:
    found = read(message)
    assert (found.gb, found.minutes, found.sms) == (gb, minutes, sms)


@pytest.mark.parametrize(
    ("message", "whole_year", "everything"),
    [
        ("yıllık ne tutar", True, False),
        ("bir yılda ne öderim", True, False),
        ("per year", True, False),
        ("bu yıl ne ödedim", False, False),
        ("iki yılda ne öderim", False, False),
        ("hepsini sırala", False, True),
        ("list all of them", False, True),
        ("faturam", False, False),
    ],
)
def test_years_worth_and_whole_list_are_told_apart(message: str, whole_year: bool, everything: bool) -> None:
    found = read(message)
    assert (found.whole_year, found.everything) == (whole_year, everything)


@pytest.mark.parametrize(
    ("message", "stated"),
    [
        ("faturam neden yüksek", {"why": True}),
        ("why is my bill so high", {"why": True}),
        ("benimkinden ucuz mu", {"own": True}),
        ("cheaper than my current plan", {"own": True, "against": True}),
        ("hatlarımın toplamı", {"total": True}),
        ("how much altogether", {"total": True}),
        ("roaming", {"roaming": True}),
        ("yurt dışında kullanabileceğim paket", {"roaming": True}),
        ("yurt dışında 20 GB", {"roaming": True, "gb": 20.0}),
        ("yurt dışına çıkıyorum", {"roaming": True}),
        ("uluslararası arama", {"international": 0.0}),
        ("100 uluslararası dakika", {"international": 100.0}),
        ("yurt dışı", {}),
    ],
)
def test_reasons_and_wider_needs_are_read(message: str, stated: dict[str, object]) -> None:
    found = read(message)
    assert found.as_data() == stated
    kept = replace(
        found, cheap=False, how_much=False, compared=False, holdings=False
    )  # they tell only which fact is meant
    assert Restriction.from_data(found.as_data()) == kept


@pytest.mark.parametrize(
    ("restriction", "needs"),
    [
        (Restriction(), False),
        (Restriction(limit="200"), False),
        (Restriction(roaming=True), True),
        (Restriction(international=0.0), True),
        (Restriction(sms=500.0), True),
    ],
)
def test_need_is_what_a_package_has_to_hold(restriction: Restriction, needs: bool) -> None:
    assert restriction.needs is needs


def test_minutes_abroad_of_any_number_survive() -> None:
    assert Restriction(international=0.0).over(Restriction(gb=5.0)) == Restriction(gb=5.0, international=0.0)


def test_restriction_survives_as_plain_data() -> None:
    stated = Restriction(months=(Month(2026, 3),), limit="300", gb=30.0, packages=("Mega İnternet",))
    data = stated.as_data()
    assert data == {"months": [[2026, 3]], "limit": "300", "gb": 30.0, "packages": ("Mega İnternet",)}
    assert Restriction.from_data(data) == stated
    assert Restriction.from_data({}) == Restriction()
    assert Restriction().as_data() == {}


def test_another_time_replaces_the_time_before_and_keeps_the_rest() -> None:
    before = Restriction(months=(Month(2026, 3),), packages=("Mega İnternet",))
    assert Restriction(last=3).over(before) == Restriction(last=3, packages=("Mega İnternet",))
    assert Restriction(packages=("Genç Paket",)).over(before) == Restriction(
        months=(Month(2026, 3),), packages=("Genç Paket",)
    )
    assert Restriction().over(before) == before
