"""Letter case, folding and the parts of a message."""

from __future__ import annotations

import pytest

from core import turkish


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("I\u0307zmir", "izmir"),
        ("i\u0307zmir", "izmir"),
        ("ÇŞ", "çş"),
    ],
)
def test_lower_follows_turkish_rules(text: str, expected: str) -> None:
    assert turkish.lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL", "istanbul"),
        ("Işık", "isik"),
        ("  kâğıt \t ÇÖĞÜŞ ", "kagit cogus"),
        ("faturami odeyemiyorum", "faturami odeyemiyorum"),
        ("", ""),
    ],
)
def test_fold_makes_one_key_of_every_spelling(text: str, expected: str) -> None:
    assert turkish.fold(text) == expected
    assert turkish.fold(turkish.fold(text)) == expected


def test_capitalised_knows_the_dotted_i() -> None:
    assert turkish.capitalised("iptal") == "İptal"
    assert turkish.capitalised("in progress", "en") == "In progress"


def test_clauses_are_what_stands_between_marks_and_joining_words() -> None:
    text = "faturam ne kadar, kaç GB'ım kaldı ve paketimin adı ne? sağol"
    assert turkish.clauses(text) == ["faturam ne kadar", "kaç GB'ım kaldı", "paketimin adı ne"]
    assert turkish.clauses("faturamı ödeyin") == ["faturamı ödeyin"]


def test_fold_in_place_keeps_the_place_of_every_character() -> None:
    text = "İŞ ığdır ﬁ Ğ"
    assert turkish.fold_in_place(text) == "is igdir f g"
    assert len(turkish.fold_in_place(text)) == len(text)


def test_without_diacritics_keeps_capitals_and_spaces() -> None:
    assert turkish.without_diacritics("Işık  ÇAĞRI kâğıt İÜ") == "Isik  CAGRI kagit IU"


def test_shouted_words_are_calmed() -> None:
    assert turkish.calm("SABAHTAN BERİ İNTERNET YOK!! neden") == "sabahtan beri internet yok!! neden"
    assert turkish.calm("SMS ve GSM ne durumda") == "SMS ve GSM ne durumda"


def test_address_in_capitals_keeps_its_plain_i() -> None:
    assert turkish.calm("YENİ ADRESİM FILIZ@ORNEK.COM") == "yeni adresim filiz@ornek.com"
    assert turkish.calm("MAİL ARIK@POSTAİL.COM") == "mail arik@postail.com"
