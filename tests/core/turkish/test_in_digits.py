"""Numbers in words become digits where they are numbers for certain."""

from __future__ import annotations

import pytest

from core.turkish import in_digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Üç yüz kırk iki buçuk lirayı alın", "342,50 lirayı alın"),
        ("binseksenbeş lirayı çekin", "1085 lirayı çekin"),
        ("dört yüz on iki otuz kuruş, tamam", "412,30 kuruş, tamam"),
        ("üç yüz kırk yedi lira altmış kuruş", "347 lira 60 kuruş"),
        ("347 buçuk lira", "347,50 lira"),
        ("yüz lirasını", "100 lirasını"),
        ("iki bin beş yüz", "2500"),
        ("yüz yüze konuşalım, altında ne var", "yüz yüze konuşalım, altında ne var"),
        ("onu öde, bini kalsın", "onu öde, bini kalsın"),
        ("yedi sekiz gün, birbirine", "yedi sekiz gün, birbirine"),
        ("beş yüz otuz dört iki doksan", "beş yüz otuz dört iki doksan"),
    ],
)
def test_numbers_in_words(said: str, written: str) -> None:
    assert in_digits(said) == written
