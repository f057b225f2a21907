"""Package and region names, as customers type them."""

from __future__ import annotations

from itertools import cycle

import pytest

from core import turkish
from ports.network import SimulatedNetwork

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
REGIONS = SimulatedNetwork().regions()
SUFFIXES = ["'de", "da", "de", "ta", "te", "'nin", "'ın", "a", "e", "nda", "daki", "dan"]


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


def test_names_in_a_text_are_found_whole_and_in_any_casing() -> None:
    names = ["Süper Konuşma", "Mega İnternet", "Ekonomik Paket", "Aile Paketi"]
    assert turkish.named_in("super konusmaya gecir", names) == ["Süper Konuşma"]
    assert turkish.named_in("MEGA İNTERNET'ten aile paketine", names) == ["Mega İnternet", "Aile Paketi"]
    assert turkish.named_in("daha ekonomik bir pakete, ailem için", names) == []


SOLD = ("Ekonomik Paket", "Emekli Dostu Tarife", "Aile Paketi", "Premium Paket", "Mega İnternet", "Kurumsal Temel",
        "Kurumsal Pro")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Mega'dan Premium'a geçersem", ["Mega İnternet", "Premium Paket"]),
        ("Premium’dan Mega’ya", ["Premium Paket", "Mega İnternet"]),
        ("emekli tarifesi", ["Emekli Dostu Tarife"]),
        ("kurumsal pro ile kurumsal temel", ["Kurumsal Pro", "Kurumsal Temel"]),
        ("kurumsal paketler", []),  # a word of two packages names neither
        ("Aile Paketi ile premium", ["Aile Paketi", "Premium Paket"]),
        ("ailemdekiler için", []),  # more than a case ending
        ("profil", []),
        ("paket tarife internet", []),
    ],
)
def test_package_is_named_by_a_word_that_only_it_has(words: str, named: list[str]) -> None:
    assert turkish.named_by_part(words, SOLD) == named
