"""The independent check finds every planted falsehood and passes what the facts carry."""

from __future__ import annotations

from typing import Any

import pytest

from core.languages import Language
from evaluation.answers.groundedness import Evidence, ordinary_words, statements, ungrounded
from evaluation.language import language_of

RESULT: dict[str, Any] = {
    "bill_id": "F-2026-11-0007",
    "amount": 1564.45,
    "fee_difference": -50.0,
    "due_date": "2026-12-03",
    "created_at": "2026-11-22T21:30:00Z",
    "download_speed_mbps": 48.3,
    "name": "Mehmet Demir",
    "email": "mehmet@example.com",
    "phone_numbers": [{"number": "05000000007", "type": "mobile"}],
    "technician_notes": "Ekip 10:00 ile 12:00 arasında gelecek.",
}
ORDINARY = ordinary_words(["Faturanız tutarı son ödeme tarihi", "Güncel hız", "Your bill of is due on"])


def unsupported(text: str, message: str = "faturam ne kadar", language: Language = "tr") -> list[tuple[str, str]]:
    found = ungrounded(text, Evidence([RESULT], [message], language), language, ORDINARY)
    return [(one.kind, one.text) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "Faturanız 1.564,45 TL, son ödeme tarihi 3 Aralık 2026.",
        "Faturanız 1564,45 TL.",
        "F-2026-11-0007 numaralı faturanızın tarihi 23 Kasım 2026 00:30, hız 48,3 Mbps.",
        "Güncel fark -50,00 TL, yani 50,00 TL.",
        "Güncel ad: Mehmet Demir, mehmet@example.com, 0500 000 00 07, +90 500 0000007",
        "Son ödeme tarihi 03.12.2026; gününüz 3 Aralık'ta.",
        "Ekip 10:00 ile 12:00 arasında gelecek.",
        "Faturalarınız: \n- 3 Aralık 2026: 1.564,45 TL (ödendi)",
    ],
)
def test_true_statements_pass(text: str) -> None:
    assert unsupported(text, "Faturalarınız") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Faturanız 1.564,46 TL.", ("money", "1.564,46 TL")),
        ("Faturanız 1.564,40 TL.", ("money", "1.564,40 TL")),
        ("Hız 48,3 TL.", ("money", "48,3 TL")),
        ("Güncel hız 48,4 Mbps.", ("number", "48,4")),
        ("Güncel fark 51,00 TL.", ("money", "51,00 TL")),
        ("Son ödeme 4 Aralık 2026.", ("date", "4 Aralık 2026")),
        ("Son ödeme 3 Aralık 2025.", ("date", "3 Aralık 2025")),
        ("Güncel 22 Kasım 2026", ("date", "22 Kasım 2026")),
        ("Güncel 11:00", ("time", "11:00")),
        ("F-2026-11-0008 numaralı", ("id", "F-2026-11-0008")),
        ("Tutarı 0500 000 00 08", ("phone", "0500 000 00 08")),
        ("Tutarı 7500 000 00 07", ("phone", "7500 000 00 07")),
        ("Tutarı veli@example.com", ("e-mail", "veli@example.com")),
        ("Son on iki", ("number", "12 (in words)")),
        ("Mustafa, faturanız", ("name", "Mustafa")),
        ("Güncel ad: Mehmet Yılmaz", ("name", "Yılmaz")),
    ],
)
def test_planted_falsehoods_are_found(text: str, found: tuple[str, str]) -> None:
    assert found in unsupported(text, "Hız")


def test_customers_own_words_may_be_repeated() -> None:
    assert unsupported("Tutarı 300 TL, 5 Mayıs 2025, Konya", "Konya için 5 Mayıs 2025 tarihinde 300 TL ödedim") == []


def test_numbers_are_read_in_the_language_of_the_answer() -> None:
    assert unsupported("Your bill is 1,564.45 TL, due on 3 December 2026.", "my bill", "en") == []
    assert unsupported("Your bill is 1.564,45 TL.", "my bill", "en") == [("money", "1.564,45 TL")]
    assert unsupported("Your bill of two", "my bill", "en") == [("number", "2 (in words)")]


def test_each_thing_is_read_once() -> None:
    text = "F-2026-11-0007: 1.564,45 TL, 3 Aralık 2026, 0500 000 00 07, 14:30"
    assert [one.kind for one in statements(text, "tr")] == ["id", "date", "time", "phone", "money"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bu ay faturam ne kadar", "tr"),
        ("slm", "tr"),
        ("i wanna pay my bill with my card", "en"),
        ("no signal in Beşiktaş, is there an outage?", "en"),
        ("Kalan internetiniz 5 GB; my Paket adlı paketiniz açık.", "tr"),
        ("Your package Öğrenci Dostu Tarife is active.", "en"),
    ],
)
def test_language_is_told_by_telling_words(text: str, language: str) -> None:
    assert language_of(text) == language
