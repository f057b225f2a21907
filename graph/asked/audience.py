"""Whom a package is for, as the catalogue says it in free words: the ages that these words name."""

from __future__ import annotations

import re
from typing import NamedTuple

from core import turkish
from core.languages import Language
from core.turkish import fold

_AGE = re.compile(
    r"\b(\d{1,2}) ?(?:yas\w*(?! (?:ve )?(?:alt|ust|kucuk|buyuk|uzer|sinir|sart))|years? old)"
    r"|\byas(?:[iu]\w{0,3})? (?:\w+ ){0,2}(\d{1,2})\b|\bi ?(?:am|'m|’m) (\d{1,2})\b"
)
_SPAN = re.compile(
    r"\b(\d{1,2}) ?(?:-|–|ile|to|and) ?(\d{1,2})\b(?= ?(?:yas|years)| arasi)|\baged? (\d{1,2}) to (\d{1,2})\b"
)
_UP_TO = re.compile(r"\b(\d{1,2}) yas\w* ve (?:alt|kucuk)|\b(\d{1,2}) and (?:under|younger)")
_UNDER = re.compile(r"\b(\d{1,2}) yas\w* (?:alt|kucuk)|\bunder (\d{1,2})\b")
_FROM = re.compile(
    r"\b(\d{1,2}) yas\w* (?:ve )?(?:ust|buyuk|uzer)|\b(\d{1,2})(?: and (?:over|older)|\+)|\bover (\d{1,2})\b"
)


class Ages(NamedTuple):
    """The ages that a package is for, from the least to the most of them; None where there is no such bound."""

    least: int | None
    most: int | None

    def hold(self, age: int) -> bool:
        """Return True if an age is one of these."""
        return (self.least is None or age >= self.least) and (self.most is None or age <= self.most)


def ages_of(audience: str) -> Ages | None:
    """Return the ages that the words for a package's audience name; None where they name none.

    Args:
        audience: Whom it is for, as the catalogue says it: "26 yaş altı gençler", "18-25 yaş", "65+".
    """
    said = fold(audience)
    if span := _SPAN.search(said):
        least, most = (int(each) for each in span.groups() if each is not None)
        return Ages(least, most)
    up_to, under, least_of = _number(_UP_TO, said), _number(_UNDER, said), _number(_FROM, said)
    most_of = up_to if up_to is not None else under - 1 if under is not None else None
    return None if most_of is None and least_of is None else Ages(least_of, most_of)


def age_in(words: str) -> int | None:
    """Return the age that somebody states: "yaşım 45", "26 yaşındayım"; None where he states none."""
    return _number(_AGE, fold(words))


def said_audience(audience: str, language: Language) -> str:
    """Return whom a package is for, as it stands within a sentence; in English its ages, where it names some."""
    ages = ages_of(audience)
    if language == "en" and ages is not None:
        if ages.least is None:
            return f"customers up to the age of {ages.most}"
        return f"customers aged {ages.least} " + ("and over" if ages.most is None else f"to {ages.most}")
    return turkish.lower(audience[:1]) + audience[1:] if audience[1:2].islower() else audience


def _number(pattern: re.Pattern[str], said: str) -> int | None:
    match = pattern.search(said)
    return None if match is None else next(int(each) for each in match.groups() if each is not None)
