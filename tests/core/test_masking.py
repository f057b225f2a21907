"""Masks: what is hidden, what stays, and that the same value looks the same everywhere."""

from __future__ import annotations

import re

from core.masking import Masker, words_of

KNOWN = {
    **words_of("name", "Ayşe Işık"), **words_of("email", "ayse@example.com"), **words_of("phone", "05321112233"),
    **words_of("address", "Çiçek Sok. 4 Kadıköy"),
}  # fmt: skip
MASKER = Masker(b"secret")


def masked(text: str) -> str:
    found: str = MASKER.masked(text, KNOWN)
    return found


def test_known_values_are_masked_however_they_are_written() -> None:
    written = (
        "AYŞE IŞIK", "ayse isik", "Sayın Ayşe, adresiniz çiçek sok. 4 kadıköy.", "0532 111 22 33", "+90 532 1112233",
        "ayse@EXAMPLE.com",
    )  # fmt: skip
    for text in written:
        found = masked(text)
        assert "⟨" in found
        assert not re.search(r"ayşe|ayse|ışık|isik|111|example|çiçek", found, re.IGNORECASE)


def test_unknown_numbers_and_addresses_are_masked_too() -> None:
    assert masked("yeni mailim can.y@posta.com.tr, tel 0(555) 123 45 67").count("⟨") == 2


def test_same_value_gives_the_same_mask_and_another_secret_another_one() -> None:
    first, second = masked("0532 111 22 33"), masked("ara: 905321112233")
    assert first in second
    assert Masker(b"other").masked("0532 111 22 33", KNOWN) != first


def test_amounts_dates_and_ids_stay_readable() -> None:
    text = "F-202611-114 numaralı 412,50 TL faturanız 2 Aralık 2026 tarihinde; TKT-20260426-0001"
    assert masked(text) == text


def test_json_is_masked_inside_and_keeps_its_form() -> None:
    told = {"name": "Ayşe Işık", "numbers": [{"number": "05321112233"}], "fee": 12.5, "none": None}
    found = MASKER.masked(told, KNOWN)
    assert found.keys() == told.keys() and found["fee"] == 12.5 and found["none"] is None
    assert "⟨phone" in found["numbers"][0]["number"] and "⟨name" in found["name"]
