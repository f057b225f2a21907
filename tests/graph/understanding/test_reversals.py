"""Bare commands: they turn the last change back, and name nothing of their own."""

from __future__ import annotations

from typing import Any, cast

import pytest

from graph.state import DoneChange
from graph.understanding.reversals import bare_direction, calls_off, restores, turned_back


def done(operation: str, **arguments: Any) -> DoneChange:
    facts = {"old_value": "eski@example.com", "from_package": "Aile Paketi"}
    return cast(DoneChange, {"call": {"operation": operation, "arguments": arguments, "preview": facts}})


@pytest.mark.parametrize(
    ("words", "opens"),
    [("geri aç", True), ("ac o zaman", True), ("tekrar kapat", False), ("turn on again", True), ("evet", None),
     ("hattımı aç", None), ("yurt dışını geri aç", None), ("açma", None), ("", None)],
)  # fmt: skip
def test_command_is_bare_where_it_names_nothing(words: str, opens: bool | None) -> None:
    assert bare_direction(words) is opens


@pytest.mark.parametrize(
    ("words", "change", "wish"),
    [
        ("geri aç", done("enable_roaming", status=False), ("enable_roaming", {"status": True})),
        ("geri aç", done("enable_roaming", status=True), None),
        ("tekrar aç", done("suspend_line", line_number="05"), ("reactivate_line", {"line_number": "05"})),
        ("kapat", done("reactivate_line", line_number="05"), ("suspend_line", {"line_number": "05"})),
        ("geri aç", done("pay_bill", method="cash"), None),
        ("otomatik ödemeyi aç", done("enable_roaming", status=False), None),
    ],
)  # fmt: skip
def test_last_change_is_turned_back_by_the_opposite_command(words: str, change: DoneChange, wish: Any) -> None:
    assert turned_back(words, change) == wish


@pytest.mark.parametrize(
    ("words", "change", "wish"),
    [
        (
            "eskisine geri al",
            done("update_customer_contact", contact_type="email", new_value="yeni@example.com"),
            ("update_customer_contact", {"contact_type": "email", "new_value": "eski@example.com"}),
        ),
        (
            "eski haline getir",
            done("change_package", line_number="05", new_package_name="Genç Paket"),
            ("change_package", {"line_number": "05", "new_package_name": "Aile Paketi"}),
        ),
        ("geri alın", done("suspend_line", line_number="05"), ("reactivate_line", {"line_number": "05"})),
        ("geri al", done("enable_roaming", status=True), ("enable_roaming", {"status": False})),
        ("geri al", done("pay_bill", method="cash"), None),
    ],
)
def test_former_state_is_wished_for(words: str, change: DoneChange, wish: Any) -> None:
    assert restores(words) and turned_back(words, change) == wish


@pytest.mark.parametrize(
    "words", ["eski adresim neydi", "geri arayın beni", "faturamı öde", "eski paketim daha iyiydi"]
)
def test_other_words_restore_nothing(words: str) -> None:
    assert not restores(words)


OFF = [
    ("onu iptal et", True), ("iptal edin lütfen", True), ("hemen iptal et onu", True),
    ("otomatik ödemeyi iptal et", False), ("iptal bedeli ne", False),
]  # fmt: skip


@pytest.mark.parametrize(("words", "off"), OFF)
def test_last_change_is_called_off_by_bare_words(words: str, off: bool) -> None:
    assert calls_off(words) is off
