"""Works out one fact over several lines: their sum, or the line with most or least of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.languages import Language
from core.turkish import fold
from graph.answers.approved import Answers
from graph.asked.values import Finding, is_figure, text_of
from graph.state import AskedFact

_SUMMED = frozenset({"package_fee", "package_yearly_cost", "lines_fee_total"})
"""Facts of several lines that are told with their sum."""

_COMPARED = "line_most_left"
"""The fact of which one line has most or least."""

_LEAST = re.compile(r"\ben az\b|\bleast\b|\blowest\b")
_PAIR = 2
_DIFFERENCE = re.compile(r"\bfark\w*|\bdifference\b")
_MINUTES = re.compile(r"\b(?:dakika|dk\b|konusma|minute|calls?\b)")


def over_lines(
    told: Sequence[tuple[AskedFact, str | None, Finding]], words: str, answers: Answers, language: Language
) -> list[str]:
    """Return the sentences that say what follows from a fact of several lines; none where there is one line.

    Args:
        told: Facts as they were asked, each with its line (None where there is one) and what was found; one of several
            lines stands there once for each of them.
        words: The customer's message.
        answers: The wording.
        language: The customer's language.
    """
    texts = []
    for name in dict.fromkeys(asked["fact"] for asked, *_ in told):
        same = [(asked, line, finding) for asked, line, finding in told if asked["fact"] == name]
        if len(same) == 1:
            continue
        findings = [finding for *_, finding in same]
        if name == _COMPARED:
            texts.append(_extreme([(line, finding) for _, line, finding in same], words, answers, language))
        elif same[0][0]["restriction"].get("total") or name in _SUMMED:
            differ = len(same) == _PAIR and _DIFFERENCE.search(fold(words)) is not None
            total = _total(findings, differ=differ)
            said = answers.say("difference_of_lines" if differ else "total_of_lines", language)
            texts += [] if total is None else [said.replace("{total}", text_of(total, answers, language))]
    return texts


def _extreme(found: Sequence[tuple[str | None, Finding]], words: str, answers: Answers, language: Language) -> str:
    said = fold(words)
    unit = "minutes" if _MINUTES.search(said) else "gb"
    least = _LEAST.search(said) is not None
    best = (min if least else max)(finding.values[unit] for _, finding in found)
    lines = ", ".join(str(line) for line, finding in found if finding.values[unit] == best)
    text = answers.say(f"{'least' if least else 'most'}_{unit}_of_lines", language)
    return text.replace("{line_number}", lines).replace("{value}", text_of(best, answers, language))


def _total(findings: Sequence[Finding], *, differ: bool = False) -> Any:
    """Return the sum of the asked figures of several lines, or how two differ; None where they are no figures."""
    figures = [next(iter(each.values.values()), None) for each in findings]
    if not all(is_figure(each) for each in figures):
        return None
    return abs(figures[0] - figures[1]) if differ else sum(figures[1:], figures[0])  # type: ignore[arg-type, operator]
