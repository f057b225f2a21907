"""Phone numbers and e-mail addresses: found in texts, and checked one by one."""

from __future__ import annotations

import pytest

from core.patterns import (
    EMAIL,
    MOBILE_PHONE,
    PHONE,
    PHONE_ATTEMPT,
    is_phone,
    normal_email,
    normal_phone,
    subscriber_digits,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("+90 (532) 555 12 34", "05325551234"),
        ("0532.555.12.34", "05325551234"),
        ("5325551234", "05325551234"),
        ("905325551234", "05325551234"),
        ("0212 555 12 34", "02125551234"),
        ("0132 555 12 34", None),
        ("+49 151 23456789", None),
        ("((((((((((((", None),
        ("0532 CALLNOW", None),
        ("0532 555 12 34 ext. 5", None),
        ("12345", None),
        ("555 12 34", None),
        ("", None),
    ],
)
def test_normal_phone_is_a_turkish_number_or_nothing(text: str, stored: str | None) -> None:
    assert normal_phone(text) == stored


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+49 151 23456789", True), ("0532 111 22 33", True), ("((((((((((((", False), ("123", False)],
)
def test_is_phone_accepts_numbers_of_every_country(text: str, expected: bool) -> None:
    assert is_phone(text) is expected


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Yeni.Adres@Example.com", "yeni.adres@example.com"),
        ("a@posta.com.tr", "a@posta.com.tr"),
        ("çiğdem@example.com", None),
        ("a..b@example.com", None),
        ("ad@ornek", None),
        ("@", None),
    ],
)
def test_normal_email_is_a_deliverable_address_or_nothing(text: str, stored: str | None) -> None:
    assert normal_email(text) == stored


def test_subscriber_digits_are_the_same_for_every_notation() -> None:
    assert {subscriber_digits(text) for text in ("05321112233", "+90 532 111 22 33", "(532) 111-2233")} == {
        "5321112233"
    }


def test_a_mobile_number_is_found_behind_another_figure() -> None:
    found = MOBILE_PHONE.search("3 0532 111 22 33")
    assert found is not None and found[0] == "0532 111 22 33"


def test_a_number_with_a_missing_digit_is_still_an_attempt() -> None:
    assert PHONE_ATTEMPT.findall("hattım 0532 111 22 3") == ["0532 111 22 3"]
    assert PHONE.findall("0532 111 22") == []


def test_an_email_address_is_found_inside_a_sentence() -> None:
    assert EMAIL.findall("yeni mailim can.y@posta.com.tr, eskisi değil") == ["can.y@posta.com.tr"]
