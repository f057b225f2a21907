"""A telephone number and an e-mail address in one message are two changes; one value is one."""

from __future__ import annotations

import pytest

from graph.understanding.contact_changes import contact_changes

PHONE, MAIL = "0532 444 55 66", "yeni.kutu@example.com"


@pytest.mark.parametrize(
    ("message", "tagged"),
    [
        (f"telefonumu {PHONE} yapın, mailim {MAIL} olsun", [PHONE, MAIL]),
        (f"mail {MAIL} telefon {PHONE}", []),
    ],
)
def test_phone_and_email_are_two_changes(message: str, tagged: list[str]) -> None:
    phone, email = contact_changes(message, tagged)
    assert (phone["contact_type"], phone["new_value"]) == ("phone", PHONE)
    assert (email["contact_type"], email["new_value"]) == ("email", MAIL)


def test_email_and_postal_address_are_two_changes() -> None:
    street = "Gül Sokak No 5 Çankaya"
    found = contact_changes(f"mailim {MAIL}, adresim {street} oldu", [MAIL, street])
    assert [each["contact_type"] for each in found] == ["email", "address"]


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ("mailim ve adresim değişecek", ["email", "address"]),
        ("mail adresimi, telefonumu güncelle", ["email", "phone"]),
        (f"mailimi ve telefonumu değiştir, mail {MAIL}", ["email", "phone"]),
    ],
)  # fmt: skip
def test_kinds_named_side_by_side_are_two_changes_whose_values_are_asked_for(message: str, kinds: list[str]) -> None:
    assert [each["contact_type"] for each in contact_changes(message, [])] == kinds


@pytest.mark.parametrize("message", ["mail adresim değişti", "telefonumdan mail adresimi güncelleyeceğim"])
def test_single_kind_is_one_change(message: str) -> None:
    assert contact_changes(message, []) == []


@pytest.mark.parametrize(
    "message",
    [
        f"telefonumu {PHONE} yapın",
        f"mailimi eski@example.com yerine {MAIL} yapın",
        f"{PHONE} numaralı hattımın e-postası {MAIL} olsun",
    ],
)
def test_one_value_is_one_change(message: str) -> None:
    assert contact_changes(message, []) == []
