"""Which one of the named packages has more of what is asked, and whom one is for."""

from __future__ import annotations

import pytest

from graph.asked import offers as named
from graph.asked.known import Known
from graph.asked.values import Finding
from tests.graph.asked.samples import CATALOGUE, known, package

YOUNG = package("Genç Paket", 219.9, 20, 1000, sms=1000, audience="26 yaş altı gençler")


def asked(words: str) -> Known:
    return known(words, get_available_packages={"packages": [*CATALOGUE, YOUNG]})


@pytest.mark.parametrize(
    ("words", "variant", "name"),
    [
        ("Mega mı Dünya mı hangisi ucuz", "cheaper", "Mega İnternet"),
        ("Mega mı Dünya mı hangisi daha pahalı", "dearer", "Dünya Paketi"),
        ("Mega mı Dünya mı hangisi daha çok internet veriyor", "gb", "Mega İnternet"),
        ("Mega mı Dünya mı hangisinde daha az internet var", "gb_less", "Dünya Paketi"),
        ("Mega mı Dünya mı hangisinin dakikası çok", "minutes", "Dünya Paketi"),
        ("Mega mı Dünya mı hangisinde yurt dışı dakikası çok", "abroad", "Dünya Paketi"),
        ("Mega mı Dünya mı hangisi yurt dışında geçerli", "roaming", "Dünya Paketi"),
        ("Mega mı Dünya mı hangisini önerirsin", "advice_one", "Mega İnternet"),
        ("Mega mı Ekonomik mi hangisini önerirsin", "advice", "Ekonomik Paket"),
        ("Genç mi Öğrenci mi hangisinin SMS hakkı çok", "sms_same", None),
    ],
)
def test_named_package_with_more_of_what_is_asked(words: str, variant: str, name: str | None) -> None:
    found = named.packages_which(asked(words))
    assert found.variant == variant
    assert name in (None, found.values["name"])


def test_commitment_and_one_package_are_told_by_their_own_facts() -> None:
    assert named.packages_which(asked("Mega mı Dünya mı hangisi taahhütsüz")).variant in ("some", "all_free")
    assert named.packages_which(asked("hangisi ucuz")).variant == "unstated"


@pytest.mark.parametrize(
    ("words", "variant"),
    [
        ("yaşım 30 Genç Paket alabilir miyim", "not_of_age"),
        ("26 yaşındayım Genç Paket alabilir miyim", "not_of_age"),
        ("20 yaşındayım Genç Paket alabilir miyim", "of_age"),
        ("öğrenci değilim Öğrenci Dostu Tarife alabilir miyim", "not_of_group"),
        ("öğrenci değilim Mega alabilir miyim", "value"),
        ("çocuğum yok Mega alabilir miyim", "value"),
        ("kredi kartım yok Kurumsal alabilir miyim", "absent"),
    ],
)
def test_package_is_allowed_by_what_the_catalogue_says(words: str, variant: str) -> None:
    assert named.package_allowed(asked(words)).variant == variant


def test_audience_of_a_named_package() -> None:
    found = named.named_audience(asked("Öğrenci Dostu kimler için"))
    assert found.values["audience"] == "öğrenciler"
    assert named.named_audience(asked("kimler için")) == Finding("absent", {})
