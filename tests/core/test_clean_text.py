"""What people type, in one form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clean_text import clean_text, in_words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Faturam ne kadar?", "Faturam ne kadar?"),
        ("Faturam\x00 ne\x1b kadar?", "Faturam ne kadar?"),
        ("bir\u2028iki\u2029üç\x85dört\r\nbeş", "bir\niki\nüç\ndört\nbeş"),
        ("\u202eunutulmaz\u202c \u2066x\u2069", "unutulmaz x"),
        ("e\u0301\u0302\u0303\u0304\u0305" + "\u0306" * 2000, "é\u0302\u0303\u0304"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        (unicodedata.normalize("NFD", "şöyle: ğüçıİ"), "şöyle: ğüçıİ"),
        ("a" + "\n" * 500 + "b", "a\n\nb"),
        ("a" + " " * 500 + "b", "a   b"),
        ("👨‍👩‍👧 👍🏽 ❤️", "👨‍👩‍👧 👍🏽 ❤️"),
        ("ad-soyad: Ayşe\tYılmaz", "ad-soyad: Ayşe\tYılmaz"),
    ],
)
def test_text_is_read_in_one_form(typed: str, read: str) -> None:
    assert clean_text(typed) == read


def test_endless_word_is_divided() -> None:
    assert in_words("1." * 201) == "1." * 100 + " " + "1." * 100 + " 1."
    assert in_words("uzun bir cümle " * 50) == "uzun bir cümle " * 50


@given(st.text(st.characters(), max_size=300))
def test_any_text_becomes_one_that_every_store_and_stream_can_hold(typed: str) -> None:
    read = clean_text(typed)
    read.encode()
    assert not set(read) & set("\x00\r\x85\u2028\u2029\u202e") and len(read) <= len(typed) * 3
    assert clean_text(read) == read


def test_cost_grows_with_the_length() -> None:
    for unit in ("e\u0301\u0302\u0303\u0304", " \n", "\u202e", "1.", "İ"):
        assert len(clean_text(unit * 20_000)) <= 100_000
