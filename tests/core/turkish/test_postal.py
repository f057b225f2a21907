"""Postal addresses are found whole, and split no message."""

from __future__ import annotations

import pytest

from core.turkish import clauses, postal_addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("adresim Çınar Mah. Dere Sok. No: 7, Beşiktaş, Ankara olsun", "Çınar Mah. Dere Sok. No: 7, Beşiktaş, Ankara"),
        ("adresim dere mah çınar sok no 7 oldu", "dere mah çınar sok no 7"),
        ("Taşındım, artık Söğüt Cad. 77/3 Odunpazarı'na gelsin", "Söğüt Cad. 77/3 Odunpazarı"),
        ("zarflar Barış Mah. Ulus Cad. 120, Körfez olacak", "Barış Mah. Ulus Cad. 120, Körfez"),
    ],
)  # fmt: skip
def test_address_is_found_whole(text: str, address: str) -> None:
    assert [text[begin:end] for begin, end in postal_addresses(text)] == [address]


@pytest.mark.parametrize(
    "text", ["3 numaralı faturayı öde", "sokaktaki arıza ne oldu", "daire arıyorum", "kat kat arttı"]
)
def test_other_words_hold_no_address(text: str) -> None:
    assert postal_addresses(text) == []


def test_marks_of_an_address_split_no_message() -> None:
    message = "hattımı dondur ve adresimi Çınar Mah. Dere Sok. No: 7, Beşiktaş yap, faturam ne kadar"
    assert clauses(message) == [
        "hattımı dondur",
        "adresimi Çınar Mah. Dere Sok. No: 7, Beşiktaş yap",
        "faturam ne kadar",
    ]
