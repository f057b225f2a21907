"""A command about something else is no yes to the change that waits."""

from __future__ import annotations

import pytest

from graph.understanding.other_acts import is_other_act


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("bunu da öde", "change_package"), ("faturamı öde", "suspend_line"), ("hattımı da aç", "enable_roaming"),
        ("faturamı da öde", "setup_autopay"), ("iptal et", "change_package"), ("hattımı dondur", "pay_bill"),
        ("interneti de kapat", "suspend_line"),
    ],
)  # fmt: skip
def test_command_about_something_else_is_another_act(words: str, operation: str) -> None:
    assert is_other_act(words, operation)


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("öde", "pay_bill"), ("evet ödeyin lütfen", "pay_bill"), ("kapat borcu", "pay_bill"), ("aç", "enable_roaming"),
        ("geçir gitsin", "change_package"), ("evet tamam", "suspend_line"), ("iptal et", "setup_autopay"),
        ("dondurun", "suspend_line"), ("hadi de aç artık", "reactivate_line"), ("kaydet", "update_customer_contact"),
    ],
)  # fmt: skip
def test_command_for_the_change_itself_is_none(words: str, operation: str) -> None:
    assert not is_other_act(words, operation)
