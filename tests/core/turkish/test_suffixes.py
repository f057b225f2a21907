"""Suffixes of names: to whom, and a package that is called one once."""

from __future__ import annotations

import pytest

from core import turkish


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Selin Arslan", "Selin Arslan'a"),
        ("Ali Demir", "Ali Demir'e"),
        ("Ayşe Kaya", "Ayşe Kaya'ya"),
        ("Ece", "Ece'ye"),
        ("Işık IŞIK", "Işık IŞIK'a"),
        ("Gül", "Gül'e"),
        ("Dr. Oğuz T.", "Dr. Oğuz T.'a"),
        ("KVK", "KVK'e"),
    ],
)
def test_dative_follows_the_last_vowel(name: str, expected: str) -> None:
    assert turkish.dative(name) == expected


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Premium Paket paketinden Öğrenci Dostu Tarife paketine", "Premium Paket'ten Öğrenci Dostu Tarife'ye"),
        ("Aile Paketi paketini", "Aile Paketi'ni"),
        ("Premium Paket paketi her ay", "Premium Paket her ay"),
        ("Genç Paket paketinizde", "Genç Paketinizde"),
        ("Öğrenci Dostu Tarife paketiniz", "Öğrenci Dostu Tarifeniz"),
        ("Mega İnternet paketine", "Mega İnternet paketine"),
        ("paketinizin paketi", "paketinizin paketi"),
    ],
)
def test_package_is_called_one_once(text: str, once: str) -> None:
    assert turkish.without_doubled_noun(text) == once
