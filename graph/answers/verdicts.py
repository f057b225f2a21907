"""Yes or no: whether a fact affirms what a question asks, by its variant, its value, or its half.

Yes means that what the question says holds: "roamingim kapalı mı" gets "evet, kapalı", and "faturam ödenmedi mi" of a
paid bill "hayır, ödendi". In English a negated question is answered like a plain one ("isn't it paid" – "yes, it is").
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from core import turkish
from core.languages import Language
from graph.asked.declared import Fact
from graph.asked.patterns import DOTTED
from graph.asked.values import Finding

POLAR = {"tr": ("Evet", "Hayır"), "en": ("Yes", "No")}
"""Yes and no by language."""

_ASKS = re.compile(
    r"(?:\b|(?<=acik)|(?<=kapali)|(?<=odendi)|(?<=bitti)|(?<=var))m[iu](?:y?[iu][mz]\w*|y?d[iu]\w*|ym[iu]s\w*|s[iu]n\w*)?\b"
    r"|^(?:is|are|do|does|did|was|will|can|has|have)\b"
)
"""The Turkish question particle and the verbs that begin an English yes-or-no question, folded."""

_COURTESY = re.compile(r"\b\w+[aeiu]r m[iu]s[iu]n(?:[iu]z)?\b")
"""A plea that asks nothing by itself: "aktif mi, teyit eder misiniz"."""

_APART = re.compile(r"\byani\b|[.;?]")
"""Between two questions of which the second one explains or follows the first; others name one thing or another."""

_NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?|\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"\d\s*(?:gb|gig|cigabayt|dk|dak|min|sms|mesaj|text|tl\b|lira)")
"""A number with its unit; one without may name a line."""

_HALF, _HALF_SHARE = re.compile(r"\b(?:yari|half)"), 50.0
_LEFT = re.compile(r"\b(?:kal|left|remain)")
_AT_LEAST, _AT_MOST = re.compile(r"\ben az\b|\bat least\b"), re.compile(r"\ben (?:fazla|cok)\b|\bat most\b")
_MORE = re.compile(r"\b(?:fazla|ustu|uzeri|asti|more|over|above)")
_LESS = re.compile(r"\b(?:az\b|azi\b|alti|less|fewer|under|below)")


_NEGATED = re.compile(
    r"\b\w+m(?:[ae](?:d[iu]\w*|m[iu]s\w*|z\w*|yaca\w*|yece\w*)|[iu]yor\w*) ?(?:degil )?m[iu]\w*"
    r"|\b\w+[aeiu]m(?:[iu]z)? (?:\w+ )?yok ?m[iu]\w*|\bhala (?:\w+ )*degil m[iu]\w*"
)
"""A Turkish question whose predicate is negated, folded; "yok mu" of what is not one's own looks for something, and
"değil mi" after a plain predicate only wants it confirmed."""

_PREDICATE = re.compile(r"(?:[^\s,;:.?]+ ){0,2}[^\s,;:.?]+(?<=\w) m[iu]\w*(?: \w+){0,2}")
"""What a Turkish question asks of: the words around its particle, folded."""

_SAME = re.compile(r"\b(?:ayni|same)\b")
NEITHER = "neither"
"""Of a variant that denies a question and its opposite: a bill that has neither risen nor fallen."""


def turned(fact: Fact, said: str) -> bool:
    """Return True for a question, folded, whether the opposite of what the fact is about holds."""
    predicate = _PREDICATE.search(said)
    asked = predicate[0] if predicate else said
    opposite = any(f" {stem.strip()}" in f" {asked}" for stem in fact.turned_by)
    return opposite != (_NEGATED.search(said) is not None)


_OPEN = re.compile(r"\b(?:kac\w*|ne kadar|ne zaman|neden|niye|hangi\w*|nasil|how|when|why|which|what)\b")
"""Words of a question that yes or no does not answer."""


def plainly(said: str, words: str, language: Language) -> str:
    """Return a sentence without the yes or no that it begins with, where the question wants neither."""
    question = turkish.fold(words)
    if _ASKS.search(question) or not _OPEN.search(question):
        return said
    return turkish.capitalised(without_verdict(said, language), language)


def without_verdict(said: str, language: Language) -> str:
    """Return a sentence without the yes or no that it begins with."""
    return re.sub(rf"^(?:{'|'.join(POLAR[language])})[,:] ", "", said)


def turned_round(said: str, fact: Fact, words: str, language: Language) -> str:
    """Return a sentence that begins with yes or no, with the other of both where the question is turned round."""
    question = turkish.fold(words)
    if len(list(_ASKS.finditer(question))) != 1 or not turned(fact, question):
        return said
    yes, no = POLAR[language]
    first, other = (yes, no) if said.startswith(yes) else (no, yes)
    return other + said.removeprefix(first)


def verdict(fact: Fact, finding: Finding, words: str) -> bool | None:
    """Return whether a fact affirms a yes-or-no question; None for other questions.

    An amount that the question states is compared with the fact's value; else the fact's variant may say so.

    Args:
        fact: The fact.
        finding: What was found.
        words: The customer's message.
    """
    said = _COURTESY.sub(" ", turkish.fold(words))
    asks = list(_ASKS.finditer(said))
    if not asks:
        return None
    if len(asks) > 1:  # "açık mı, yani arayabilir miyim": the first one counts
        if not _APART.search(said[asks[0].end() : asks[1].start()]):
            return None
        said = said[: asks[0].end()]
    value = next(iter(finding.values.values()), None)
    is_figure = (
        finding.variant in ("value", "several")
        and isinstance(value, (int, float, Decimal))
        and not isinstance(value, bool)
    )
    if next(iter(finding.values), "") == "count" and (counted := _counted(said)) != said:
        return _compared(Decimal(str(value)), counted)
    half = "share" in finding.values and _HALF.search(said) is not None
    if finding.variant in fact.polar and not half and not (is_figure and _AMOUNT.search(said)):
        return _affirmed(fact, finding.variant, said)
    if half:
        share = float(finding.values["rest" if _LEFT.search(said) else "share"])
        return (share >= _HALF_SHARE) != bool(_LESS.search(said))
    return _compared(Decimal(str(value)), turkish.in_digits(said)) if is_figure else None


def _affirmed(fact: Fact, variant: str, said: str) -> bool:
    """Return whether a variant affirms a question, folded: one may ask whether two things are the same."""
    neither = fact.polar[variant] == NEITHER
    if _SAME.search(said):
        return neither != (_NEGATED.search(said) is not None)
    if neither:
        return _NEGATED.search(said) is not None
    return (fact.polar[variant] == "yes") != turned(fact, said)


_NUMERALS = {"iki": 2, "uc": 3, "dort": 4, "bes": 5, "two": 2, "three": 3, "four": 4, "five": 5}
_COUNTS = re.compile(rf"\b({'|'.join(_NUMERALS)})\b")
_SEVERAL = re.compile(r"\bbirden (?:fazla|cok)\b|\bmore than one\b")


def _counted(said: str) -> str:
    """Return a question, folded, with its counts in digits."""
    said = _SEVERAL.sub("1 fazla", said)
    return _COUNTS.sub(lambda match: str(_NUMERALS[match[1]]), said)


def _compared(value: Decimal, said: str) -> bool | None:
    """Return whether a value is what a question states of it: a number, more or less than one; None without one."""
    stated = [each for each in map(_as_number, _NUMBER.findall(said)) if each is not None]
    if not stated:
        return None
    for pattern, holds in (
        (_AT_LEAST, value >= stated[0]), (_AT_MOST, value <= stated[0]), (_MORE, value > stated[0]),
        (_LESS, value < stated[0]),
    ):  # fmt: skip
        if pattern.search(said):
            return holds if len(stated) == 1 else None
    return any(abs(each - value) < 1 for each in stated)


def _as_number(written: str) -> Decimal | None:
    if DOTTED.fullmatch(written):
        written = written.replace(".", "")
    try:
        return Decimal(written.rstrip(".,").replace(",", "."))
    except InvalidOperation:  # a date
        return None
