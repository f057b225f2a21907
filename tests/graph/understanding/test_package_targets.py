"""The package that a wish leads to, by its case; the one that is left is never taken."""

from __future__ import annotations

import pytest

from graph.understanding.package_targets import target_package

SOLD = ["Ekonomik Paket", "Öğrenci Dostu Tarife", "Süper Konuşma", "Genç Paket", "Mega İnternet", "Aile Paketi"]


@pytest.mark.parametrize(
    ("message", "package"),
    [
        ("megaya alın beni", "Mega İnternet"),
        ("ekonomiğe düşürelim", "Ekonomik Paket"),
        ("aileden çıkıp gence geçeceğim", "Genç Paket"),
        ("süper konuşmadan mega internete alın", "Mega İnternet"),
        ("öğrenci tarifesini aileye çevirin", "Aile Paketi"),
        ("genç değil mega olsun", "Mega İnternet"),
        ("aile paketinden ayrılacağım", None),
        ("internet paketimi değiştir", None),
        ("gence mi megaya mı geçsem", None),
    ],
)
async def test_package_of_the_words_is_the_wanted_one(message: str, package: str | None) -> None:
    assert await target_package(message, SOLD) == package
