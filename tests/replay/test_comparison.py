"""Differences between the summaries of two turns."""

from __future__ import annotations

from dataclasses import replace

from replay.comparison import RunSummary, difference, word_diff


def summary(**changes: object) -> RunSummary:
    plain = RunSummary("get_current_bill", [("get_current_bill", {})], "Borcunuz 10 TL.", ms=5, tokens=9)
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_same_turns_have_no_difference_but_time() -> None:
    found = difference(summary(), summary(ms=8))
    assert found.same and found.ms == 3


def test_changed_calls_and_words_are_named() -> None:
    after = summary(calls=[("get_current_bill", {"line_number": "1"}), ("pay_bill", {})], answer="Borcunuz 12 TL.")
    found = difference(summary(), after)
    assert not found.same
    assert found.calls == [("~", "get_current_bill"), ("+", "pay_bill")]
    assert found.words == [("=", "Borcunuz"), ("-", "10"), ("+", "12"), ("=", "TL.")]


def test_word_diff_of_an_empty_side_is_all_new() -> None:
    assert word_diff("", "iki kelime") == [("+", "iki kelime")]
