"""The reason of a suspension and the description of a fault, without the command beside them."""

from __future__ import annotations

import pytest

from graph.understanding.reasons import described_fault, names_fault, stated_reason


def test_a_stated_reason_is_kept_in_the_customers_words() -> None:
    assert stated_reason("Cüzdanımla telefonum çalındı, hattı dondurun lütfen") == "Cüzdanımla telefonum çalındı"
    assert stated_reason("askere gidiyorum; hattım beklesin") == "askere gidiyorum"


def test_a_wish_without_a_reason_states_none() -> None:
    assert stated_reason("hattımı bir süre dondurmak istiyorum") is None


def test_another_wish_is_no_reason() -> None:
    assert stated_reason("hattımı dondur, ayrıca yurt dışı kullanımını kapat") is None


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("hattımı dondur askere gidiyorum", "askere gidiyorum"),
        ("ikinci hattımı dondurun kullanmıyorum", "kullanmıyorum"),
        ("telefonum kayboldu hattımı dondurur musunuz lütfen", "telefonum kayboldu"),
    ],
)  # fmt: skip
def test_command_is_no_part_of_the_reason(message: str, reason: str) -> None:
    assert stated_reason(message) == reason


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("kayıt aç, televizyon donuyor", "televizyon donuyor"),
        ("hat çekmiyor bana bir arıza kaydı açar mısınız", "hat çekmiyor"),
        ("arıza kaydı aç", "arıza kaydı aç"), ("dün kayıt açtım ama hâlâ kesik", "dün kayıt açtım ama hâlâ kesik"),
    ],
)  # fmt: skip
def test_command_is_no_part_of_the_description(message: str, fault: str) -> None:
    assert described_fault(message) == fault


def test_fault_beside_the_command_is_named() -> None:
    assert names_fault("modem çalışmıyor kayıt açın") and not names_fault("kayıt açın") and not names_fault("modem yok")
