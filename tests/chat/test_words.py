"""The page's own words: complete in both languages, and for everything that can happen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chat.words import filled, say, words
from core.fields import FIELD
from graph.answers.approved import load_answers
from ports.network import NetworkStatus
from tools.catalog import OPERATION_NAMES


def _entries(tree: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(tree, dict) and set(tree) & {"tr", "en"}:
        yield path, tree
    elif isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _entries(value, f"{path}.{key}")


def test_every_entry_stands_in_both_languages_with_the_same_fields() -> None:
    entries = list(_entries(words()))
    assert len(entries) > 150
    for path, entry in entries:
        assert set(entry) == {"tr", "en"} and all(text.strip() for text in entry.values()), path
        assert set(FIELD.findall(entry["tr"])) == set(FIELD.findall(entry["en"])), path
        assert not re.search(r"\b(the|your|you|of|and|not)\b", FIELD.sub("", entry["tr"])), f"{path} looks English"


def test_every_operation_has_a_line_while_it_works_and_one_of_what_it_found() -> None:
    assert set(words()["found"]) == OPERATION_NAMES
    assert set(words()["working"]) >= OPERATION_NAMES | set(load_answers().wording["nodes"])


def test_every_kind_of_change_has_an_act_and_rows_with_known_names() -> None:
    kinds = load_answers().wording["confirmations"]
    changes = {name: entry for name, entry in words()["confirmations"].items() if "rows" in entry}
    assert set(changes) == set(kinds)
    for name, entry in changes.items():
        assert set(FIELD.findall(str(entry))) <= set(FIELD.findall(str(kinds[name]))), name
        assert {label for label, _ in entry["rows"]} <= set(words()["labels"]), name


def test_every_state_of_a_network_has_words() -> None:
    assert {status.value for status in NetworkStatus} <= set(words()["cards"])


def test_entry_without_one_of_its_facts_is_left_out() -> None:
    assert filled("{amount} öde", "tr", {}) is None
    assert say("cards", "used", "en", share="5 percent") == "5 percent used"
