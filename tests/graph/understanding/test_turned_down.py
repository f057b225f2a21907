"""A reply that speaks against the change asked about leaves only the other wish in it."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.understanding.agent_under_test import schema_toolbox
from graph.calls import new_call
from graph.understanding.turned_down import goes_on, turned_down

TOOLBOX = schema_toolbox()
PACKAGE = {"new_package_name": "Genç Paket"}


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("dondurmak yerine faturamı öde", "faturamı öde"),
        ("istemiyorum ya, sen faturamı öde", "faturamı öde"),
        ("hat kalsın da roamingi aç", "roamingi aç"),
        ("yok pahalıymış, onun yerine roamingi aç", "roamingi aç"),
        ("sonra hallederim, numaramı değiştir", "numaramı değiştir"),
        ("dondurmayın, paketi Mega yapın", "paketi Mega yapın"),
        ("faturamı öde, hatta gerek kalmadı", "faturamı öde"),
    ],
)
def test_rest_of_a_refusal_is_the_other_wish(words: str, rest: str) -> None:
    found = turned_down(words, new_call("suspend_line", {}, TOOLBOX))
    assert found is not None and found.rest == rest


@pytest.mark.parametrize(
    "words", ["evet, faturam kalsın", "dondur", "gerek yok mu?", "olur", "faturam ne kadar", "hattım ne zaman açılır"]
)
def test_other_words_speak_against_nothing(words: str) -> None:
    assert turned_down(words, new_call("suspend_line", {}, TOOLBOX)) is None


@pytest.mark.parametrize(
    ("words", "operation", "arguments", "stays"),
    [
        ("mevcut tarifem kalsın", "change_package", PACKAGE, True),
        ("emeklide kalayım ben", "change_package", PACKAGE, True),
        ("bayrama kadar açık dursun", "enable_roaming", {"status": False}, True),
        ("kapalı kalsın bence", "enable_roaming", {"status": True}, True),
        ("yok açık kalsın", "suspend_line", {}, True),
        ("gelen aramalar açık kalsın", "suspend_line", {}, False),  # a part of the line
        ("açık kalsın", "enable_roaming", {"status": True}, False),  # agrees with the change
        ("bu pakette kalmak istemiyorum", "change_package", PACKAGE, False),
    ],
)
def test_state_that_is_to_stay_turns_its_change_down(
    words: str, operation: str, arguments: dict[str, Any], stays: bool
) -> None:
    found = turned_down(words, new_call(operation, arguments, TOOLBOX))
    assert (found is not None and found.stays) is stays


@pytest.mark.parametrize(("words", "rest"), [("sonra da hattımı dondur", "hattımı dondur"), ("öde sonra", None)])
def test_second_wish_stands_behind_a_joining_word(words: str, rest: str | None) -> None:
    assert goes_on(words) == rest
