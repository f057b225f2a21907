from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import cycle

import pytest

from core import turkish
from ports import Ports

PACKAGES = [
    "Ekonomik Paket",
    "Öğrenci Dostu Tarife",
    "Süper Konuşma",
    "Mega İnternet",
    "Aile Paketi",
    "Premium Paket",
    "Kurumsal Temel",
    "Kurumsal Pro",
]
REGIONS = Ports.simulated().network.regions()
SUFFIXES = ["'de", "da", "de", "ta", "te", "'nin", "'ın", "a", "e", "nda", "daki", "dan"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("I\u0307zmir", "izmir"),
        ("i\u0307zmir", "izmir"),
        ("ÇŞ", "çş"),
    ],
)
def test_lower_follows_turkish_rules(text: str, expected: str) -> None:
    assert turkish.lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL", "istanbul"),
        ("Işık", "isik"),
        ("  kâğıt \t ÇÖĞÜŞ ", "kagit cogus"),
        ("faturami odeyemiyorum", "faturami odeyemiyorum"),
        ("", ""),
    ],
)
def test_fold_makes_one_key_of_every_spelling(text: str, expected: str) -> None:
    assert turkish.fold(text) == expected
    assert turkish.fold(turkish.fold(text)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("premium paket", "Premium Paket"),
        ("PREMİUM PAKETİNE", "Premium Paket"),
        ("premum paketi", "Premium Paket"),
        ("premium pakete geçmek istiyorum", "Premium Paket"),
        ("öğrenci tarifesi", "Öğrenci Dostu Tarife"),
        ("ogrenci tarifesinden", "Öğrenci Dostu Tarife"),
        ("mega internet'e", "Mega İnternet"),
        ("megainternet", "Mega İnternet"),
        ("Kurumsal Pro'ya", "Kurumsal Pro"),
        ("aile", "Aile Paketi"),
    ],
)
def test_best_match_of_a_typed_package_finds_it(query: str, expected: str) -> None:
    assert turkish.best_match(query, PACKAGES) == expected


@pytest.mark.parametrize(
    "query", ["", "?!", "paket", "kurumsal", "gold", "mega konuşma", "süper mega internet konuşma"]
)
def test_best_match_of_an_unknown_or_ambiguous_name_finds_none(query: str) -> None:
    assert turkish.best_match(query, PACKAGES) is None


def test_best_match_among_no_names_finds_none() -> None:
    assert turkish.best_match("premium", []) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("istanbul", "İstanbul"),
        ("ISPARTA", "Isparta"),
        ("kadikoy", "İstanbul Kadıköy"),
        ("Kadıköy/İstanbul", "İstanbul Kadıköy"),
        ("Kadıköy’de", "İstanbul Kadıköy"),
        ("ankara çankayada", "Ankara Çankaya"),
        ("ankrada", "Ankara"),
        ("zonguldağa", "Zonguldak"),
        ("istanbul avrupa yakası", "İstanbul"),
        ("antep", "Gaziantep"),
        ("urfa", "Şanlıurfa"),
        ("muşta", "Muş"),
        ("izmit", "Kocaeli İzmit"),
        ("mars", None),
        ("atlantis", None),
    ],
)
def test_best_match_of_a_typed_region_finds_it(query: str, expected: str | None) -> None:
    assert turkish.best_match(query, REGIONS) == expected


def test_best_match_of_every_region_with_a_suffix_finds_that_region() -> None:
    typed = {name + end: name for name, end in zip(REGIONS, cycle(SUFFIXES), strict=False)}
    assert {text: turkish.best_match(text, REGIONS) for text in typed} == typed


def test_best_match_with_a_higher_cutoff_forgives_less() -> None:
    assert turkish.best_match("premum", PACKAGES) == "Premium Paket"
    assert turkish.best_match("premum", PACKAGES, cutoff=0.97) is None


def test_nearest_gives_the_likely_names_first() -> None:
    assert turkish.nearest("premyum", PACKAGES, limit=1) == ["Premium Paket"]
    assert set(turkish.nearest("kurumsal", PACKAGES, limit=2)) == {"Kurumsal Temel", "Kurumsal Pro"}
    assert len(turkish.nearest("xyz", PACKAGES)) == 3
    assert turkish.nearest("xyz", []) == []


def test_amount_is_written_the_turkish_way() -> None:
    assert turkish.amount(Decimal("1234.56")) == "1.234,56 TL"
    assert turkish.amount(Decimal(0)) == "0,00 TL"
    assert turkish.amount(Decimal("-49.9"), "EUR") == "-49,90 EUR"
    assert turkish.amount(Decimal("1234.56"), locale="en") == "1,234.56 TL"


def test_amount_of_many_digits_stays_exact() -> None:
    assert turkish.amount(Decimal("9999999999.99")) == "9.999.999.999,99 TL"


def test_number_is_written_without_needless_zeros() -> None:
    assert turkish.number(12.5) == "12,5"
    assert turkish.number(5000) == "5.000"
    assert turkish.number(Decimal("0.30")) == "0,3"
    assert turkish.number(12.5, locale="en") == "12.5"


def test_date_is_written_with_the_month_s_name() -> None:
    assert turkish.date(dt.date(2026, 3, 15)) == "15 Mart 2026"
    assert turkish.date(dt.date(2026, 3, 15), locale="en") == "15 March 2026"


def test_date_of_a_late_evening_in_utc_is_the_next_day_in_istanbul() -> None:
    assert turkish.date(dt.datetime(2026, 3, 15, 22, 30, tzinfo=dt.UTC)) == "16 Mart 2026"


def test_moment_is_written_in_istanbul_time() -> None:
    assert turkish.moment(dt.datetime(2026, 3, 15, 11, 30, tzinfo=dt.UTC)) == "15 Mart 2026 14:30"
    assert turkish.moment(dt.datetime(2026, 3, 15, 14, 30), locale="en") == "15 March 2026 14:30"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("son 3 faturam", [3]),
        ("Geçmişe dönük iki adet", [2]),
        ("on iki aylık döküm", [12]),
        ("bir fatura", []),
        ("yirmi bir gün", [21]),
        ("05321234567 numaralı hat", []),
    ],
)
def test_whole_numbers_are_read_in_digits_and_words(text: str, numbers: list[int]) -> None:
    assert turkish.whole_numbers(text) == numbers


def test_capitalised_knows_the_dotted_i() -> None:
    assert turkish.capitalised("iptal") == "İptal"


def test_clauses_are_what_stands_between_marks_and_joining_words() -> None:
    text = "faturam ne kadar, kaç GB'ım kaldı ve paketimin adı ne? sağol"
    assert turkish.clauses(text) == ["faturam ne kadar", "kaç GB'ım kaldı", "paketimin adı ne"]
    assert turkish.clauses("faturamı ödeyin") == ["faturamı ödeyin"]


def test_names_in_a_text_are_found_whole_and_in_any_casing() -> None:
    names = ["Süper Konuşma", "Mega İnternet", "Ekonomik Paket", "Aile Paketi"]
    assert turkish.named_in("super konusmaya gecir", names) == ["Süper Konuşma"]
    assert turkish.named_in("MEGA İNTERNET'ten aile paketine", names) == ["Mega İnternet", "Aile Paketi"]
    assert turkish.named_in("daha ekonomik bir pakete, ailem için", names) == []
