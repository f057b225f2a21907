"""Measuring the reading of support."""

from __future__ import annotations

from evaluation.answers.support import SupportCase, by_kind, judge
from tests.doubles import Supporting


def test_false_accepts_and_refusals_are_counted_by_kind_and_as_served() -> None:
    cases = [
        SupportCase("Faturanız {amount}.", "Tutar {amount}.", True, "paraphrase", "tr"),
        SupportCase("Faturanız {amount}.", "İade edilecek.", False, "money", "tr"),
        SupportCase("Faturanız {amount}.", "Yarın {amount} olacak.", False, "time", "tr"),
    ]
    figures = {one.kind: one for one in by_kind(judge(cases, Supporting("İade")))}
    assert (figures["false accepts"].n, figures["false accepts"].wrong_by_reading) == (2, 1)
    assert figures["false accepts"].wrong_as_served == 0  # "yarın" is refused by the rules
    assert figures["false refusals"].wrong_as_served == 0 and figures["time"].wrong_by_reading == 1
