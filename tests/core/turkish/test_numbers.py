"""Counts and spoken digits."""

from __future__ import annotations

import pytest

from core import turkish
from core.turkish.numbers import spoken_digits


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


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("beş yüz otuz dört iki doksan", "534290"),
        ("sıfır beş yüz otuz iki yüz on bir yirmi iki otuz üç", "05321112233"),
        ("bir iki, üç", "123"),
        ("0532 yüz on", "0532110"),
        ("merhaba", ""),
    ],
)
def test_spoken_digits_join_the_groups(text: str, digits: str) -> None:
    assert spoken_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("en fazla üç yüz elli", 350),
        ("Yüz", 100),
        ("bin", 1000),
        ("iki bin üç yüz kırk beş", 2345),
        ("yüz bir", 101),
        ("on iki", 12),
        ("bir", 1),
        ("sıfır", 0),
        ("beş altı", 6),
        ("yirmi otuz", 30),
        ("iki yüz üç yüz", 300),
        ("üç kişi yüz elli", 150),
        ("üç yüz lira", None),
        ("300", None),
        ("birkaç", None),
        ("", None),
    ],
)
def test_spoken_number_is_the_one_of_the_last_words(text: str, number: int | None) -> None:
    assert turkish.spoken_number(text) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12", 12),
        ("bir", 1),
        ("on iki", 12),
        ("bes yuz otuz", 530),
        ("twelve", 12),
        ("the last nineteen", 19),
        ("sifir", 0),
        ("zero", 0),
        ("a", None),
        ("", None),
        ("fatura", None),
    ],
)
def test_number_is_read_in_digits_and_in_the_words_of_both_languages(words: str, number: int | None) -> None:
    assert turkish.written_number(words) == number
