"""Works out one fact over several lines: their sum, or the line with most or least of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import turkish
from core.languages import Language
from core.turkish import fold
from graph.answers.approved import Answers
from graph.answers.verdicts import POLAR
from graph.asked.values import Finding, is_figure, text_of
from graph.state import AskedFact

_SUMMED = frozenset({"package_fee", "package_yearly_cost", "lines_fee_total"})
"""Facts of several lines that are told with their sum."""

_COMPARED = frozenset({"line_most_left", "line_fee_most"})
"""Facts of which one line has most or least."""

_HELD = {"roaming_on": ("yes",), "committed": ("value",)}
"""Facts that some lines have and others do not, with the variants in which a line has it."""

_LEAST = re.compile(
    r"\ben (?:az|dusuk|ucuz|hesapli)\w*|\b(?:least|lowest|cheapest)\b|\bbit(?:mek|iyor|ecek)\w*|\baz kal\w*"
)
_PAIR = 2
_DIFFERENCE = re.compile(r"\bfark\w*|\bdifference\b")
_MINUTES = re.compile(r"\b(?:dakika|dk\b|konusma|minute|calls?\b)")
_ANY = re.compile(r"\bvar m[iu]\w*|^(?:is|are|do|does|has|have)\b")

Told = Sequence[tuple[AskedFact, str | None, Finding]]


@dataclass(frozen=True)
class OverLines:
    """What follows from facts of several lines.

    Attributes:
        texts: Its sentences.
        whole: The facts of which the single lines say no more.
    """

    texts: Sequence[str] = ()
    whole: frozenset[str] = frozenset()


def over_lines(told: Told, words: str, answers: Answers, language: Language) -> OverLines:
    """Return what follows from a fact of several lines; nothing where there is one line.

    Args:
        told: Facts as they were asked, each with its line (None where there is one) and what was found; one of several
            lines stands there once for each of them.
        words: The customer's message.
        answers: The wording.
        language: The customer's language.
    """
    texts: list[str] = []
    whole = set()
    for name in dict.fromkeys(asked["fact"] for asked, *_ in told):
        same = [each for each in told if each[0]["fact"] == name]
        if len(same) == 1:
            continue
        if name in _COMPARED:
            texts.append(_extreme(same, words, answers, language))
            whole.add(name)
        elif name in _HELD and all(line is not None for _, line, _ in same):
            texts.append(_held(name, same, words, answers, language))
            whole.add(name)
        elif same[0][0]["restriction"].get("total") or name in _SUMMED:
            differ = len(same) == _PAIR and _DIFFERENCE.search(fold(words)) is not None
            total = _total([finding for *_, finding in same], differ=differ)
            said = answers.say("difference_of_lines" if differ else "total_of_lines", language)
            texts += [] if total is None else [said.replace("{total}", text_of(total, answers, language))]
    return OverLines(texts, frozenset(whole))


def _extreme(same: Told, words: str, answers: Answers, language: Language) -> str:
    """Return the sentence that names the line with most or least of what is asked."""
    said = fold(words)
    unit = "fee" if "fee" in same[0][2].values else "minutes" if _MINUTES.search(said) else "gb"
    least = _LEAST.search(said) is not None
    best = (min if least else max)(finding.values[unit] for *_, finding in same)
    lines = ", ".join(str(line) for _, line, finding in same if finding.values[unit] == best)
    text = answers.say(f"{'least' if least else 'most'}_{unit}_of_lines", language)
    return text.replace("{line_number}", lines).replace("{value}", text_of(best, answers, language))


def _held(name: str, same: Told, words: str, answers: Answers, language: Language) -> str:
    """Return the sentence that tells which lines have something, and which have not."""
    having = [str(line) for _, line, finding in same if finding.variant in _HELD[name]]
    others = [str(line) for _, line, _ in same if line not in having]
    kind = "none" if not having else "some" if others else "all"
    text = answers.say(f"{name}_{kind}_of_lines", language)
    text = text.replace("{lines}", ", ".join(having)).replace("{others}", ", ".join(others))
    if not _ANY.search(fold(words)):
        return text
    return f"{POLAR[language][0 if having else 1]}, {turkish.lower(text[0]) + text[1:]}"


def _total(findings: Sequence[Finding], *, differ: bool = False) -> Any:
    """Return the sum of the asked figures of several lines, or how two differ; None where they are no figures."""
    figures = [next(iter(each.values.values()), None) for each in findings]
    if not all(is_figure(each) for each in figures):
        return None
    return abs(figures[0] - figures[1]) if differ else sum(figures[1:], figures[0])  # type: ignore[arg-type, operator]
