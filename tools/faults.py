"""The sameness of two faults, judged from their descriptions.

Code compares words after folding and cutting them to their stems, and what the fault is about: the home connection, the
mobile one, calls, messages, television, money. Where neither decides, the answer is "unsure", and the customer is
asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from core.patterns import digits_of
from core.turkish import fold

Likeness = Literal["same", "different", "unsure"]

_STEM = 5
_SHORTEST = 3
_MOSTLY = 0.6
"""Share of the shorter description's words from which on two descriptions are the same."""
_LEAST_SHARED = 2
_LINE = re.compile(r"\b0?\d{10}\b")
_FILLERS = frozenset(
    "icin gibi daha cok bir biraz hala artik yine ben bana beni benim bizim var yok oldu oluyor olarak kadar sonra "
    "once bugun dun sabah aksam gunle gundu saatt surek lutfe acil ariza kaydi kayit acar acin acili misin misini "
    "sorun sikin proble merha iyi gunler".split()
)
_SUBJECTS: Mapping[str, re.Pattern[str]] = {
    "home": re.compile(
        r"\bev(?:de|deki|im|imde|imdeki|imizde|in)\w*|\bmodem\w*|\bwi-?fi\w*|\bkablosuz|\bfiber\w*|\badsl|\bvdsl"
        r"|\bsabit\w*"
    ),
    "mobile": re.compile(
        r"\btelefon\w*|\bcep\w*|\bmobil\w*|\bhatt?\w{0,4}\b|\b4[.,]?5g|\b5g\b"
        r"|\bcek(?:m[iu]yor|m[ei]|er|im)\w*|\bsebeke\w*|\bsinyal\w*|\bkapsama\w*"
    ),
    "television": re.compile(r"\btv\b|\btelevizyon\w*|\bkanal\w*"),
    "money": re.compile(r"\bfatura\w*|\bucret\w*|\bpara\w*|\bodeme\w*|\btl\b"),
}
_SYMPTOMS: Mapping[str, re.Pattern[str]] = {
    "slow": re.compile(r"\byavas\w*|\bdonuyor|\btakil\w*|\bhiz\w*|\bagir\w*|\bslow\w*"),
    "broken": re.compile(
        r"\bkes(?:il|ik|int)\w*|\bkop\w*|\bgidip gel\w*|\bbaglan\w*|\bgelm\w*|\byok\b|\bcalism\w*|\bgitti"
    ),
    "signal": re.compile(r"\bcekm\w*|\bcek(?:er|im)\w*|\bsinyal\w*|\bsebeke\w*|\bkapsama\w*"),
    "calls": re.compile(r"\bara(?:ma|n|y|m)\w*|\bgorusme\w*|\bkonus\w*|\bses\w*|\bcagri\w*"),
    "messages": re.compile(r"\bsms\w*|\bmesaj\w*"),
    "damage": re.compile(r"\bkir(?:il|ik)\w*|\bisik\w*|\byan(?:m|i)\w*|\bkablo(?!suz)\w*|\bbozul\w*|\bacilm\w*"),
}


def likeness(one: str, other: str) -> Likeness:
    """Tell whether two descriptions are of the same fault.

    Args:
        one: A customer's words.
        other: The words of an open ticket, its notes included.
    """
    first, second = fold(one), fold(other)
    lines = [{digits_of(number)[-10:] for number in _LINE.findall(said)} for said in (first, second)]
    if lines[0] and lines[1] and not lines[0] & lines[1]:
        return "different"
    words = [_stems(first), _stems(second)]
    shared, shorter = len(words[0] & words[1]), min(len(words[0]), len(words[1]))
    if words[0] == words[1] or (shared >= _LEAST_SHARED and shared >= _MOSTLY * shorter):
        return "same"
    subjects = [_found(_SUBJECTS, said) for said in (first, second)]
    symptoms = [_found(_SYMPTOMS, said) for said in (first, second)]
    if all(subjects) and not subjects[0] & subjects[1]:
        return "different"
    if all(subjects) and subjects[0] & subjects[1] and symptoms[0] & symptoms[1]:
        return "same"
    return "unsure"


def _stems(said: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]{2,}|\d+", said)
    stems = {word[:_STEM] for word in words if len(word) >= _SHORTEST or word.isdigit()}
    return frozenset(stems - _FILLERS)


def _found(families: Mapping[str, re.Pattern[str]], said: str) -> frozenset[str]:
    return frozenset(name for name, pattern in families.items() if pattern.search(said))
