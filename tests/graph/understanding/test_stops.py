"""A bare command to stop drops what was asked, unless its verb may command the very change."""

from __future__ import annotations

import pytest

from evaluation.understanding.agent_under_test import schema_toolbox
from graph.calls import new_call
from graph.understanding.stops import stop_of

TOOLBOX = schema_toolbox()


@pytest.mark.parametrize(
    "words", ["durdur", "bırak", "bırak ya", "kapat gitsin", "iptal et", "boşver", "stop", "kes şunu"]
)
@pytest.mark.parametrize("operation", ["change_package", "update_customer_contact", "create_fault_ticket"])
def test_bare_stop_drops_what_was_asked(words: str, operation: str) -> None:
    assert stop_of(words, new_call(operation, {}, TOOLBOX)) == "drop"


@pytest.mark.parametrize(
    ("words", "operation", "arguments"),
    [
        ("durdur", "suspend_line", {}),
        ("kapat gitsin", "pay_bill", {}),
        ("durdur", "enable_roaming", {"status": False}),
        ("iptal et", "setup_autopay", {"status": False}),
    ],
)
def test_verb_of_the_change_itself_is_unclear(words: str, operation: str, arguments: dict[str, object]) -> None:
    assert stop_of(words, new_call(operation, arguments, TOOLBOX)) == "unclear"


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("kapat gitsin", "suspend_line"),  # the plain command for the change
        ("hattımı durdur", "change_package"),  # it has an object
        ("roamingi kapat", "pay_bill"),
        ("dur", "change_package"),  # a pause
        ("evet", "change_package"),
        ("durdurur musun?", "change_package"),
    ],
)
def test_other_words_are_left_to_the_readings(words: str, operation: str) -> None:
    assert stop_of(words, new_call(operation, {}, TOOLBOX)) is None
