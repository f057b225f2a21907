"""The months and years that a question states: by name, counted back from today, or as a range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from core.turkish import written_number
from graph.asked.patterns import (
    BEFORE_THAT,
    BETWEEN,
    COMPARED,
    ENGLISH_MAY,
    HALF_YEAR,
    LAST,
    LAST_MONTH,
    MONTHS,
    MONTHS_AGO,
    MONTHS_OF_YEAR,
    NAMED_MONTH,
    PAIR,
    RANGE,
    SUMMED,
    THIS_MONTH,
    TWO_AGO,
    YEARS,
)
from graph.asked.values import Month


def stated_months(said: str, today: date, spoken_of: Month | None) -> Iterator[Month]:
    """Yield the months that a question states, in its order.

    Args:
        said: The folded question.
        today: The present day.
        spoken_of: The month that was spoken of last, from which "bir önceki ay" counts.
    """
    now = Month.of(today)
    found: list[tuple[int, Month]] = []
    for match in NAMED_MONTH.finditer(said):
        if match["name"] == "may" and not ENGLISH_MAY.search(said):
            continue
        number = _month_number(match["name"])
        stated, past = match["year"] or match["before"], match["past"] or match["ago"]
        year = int(stated) if stated else today.year - (past is not None or number > today.month)
        found.append((match.start(), Month(year, number)))
    spans = RANGE.search(said) or (BETWEEN.search(said) and SUMMED.search(said))
    named = sorted({month for _, month in found})
    if len(named) == PAIR and spans and not COMPARED.search(said):
        yield from _between(*named)
        return
    base = spoken_of or (found[0][1] if found else now)
    for pattern in (TWO_AGO, MONTHS_AGO, LAST_MONTH, BEFORE_THAT, THIS_MONTH):
        for match in pattern.finditer(said):
            month = _relative(pattern, match, now, base)
            if month is not None:
                found.append((match.start(), month))
                base = month if pattern is LAST_MONTH else base
                said = said[: match.start()] + " " * len(match[0]) + said[match.end() :]
    yield from (month for _, month in sorted(found))


def _between(first: Month, last: Month) -> Iterator[Month]:
    """Yield the months from one to another, both included."""
    while first <= last:
        yield first
        first = first.before(-1)


def _relative(pattern: re.Pattern[str], match: re.Match[str], now: Month, base: Month) -> Month | None:
    if pattern is MONTHS_AGO:
        count = whole_number(match[1])
        return now.before(count) if count else None
    if pattern is BEFORE_THAT:
        return base.before(1)
    return now.before({TWO_AGO: 2, LAST_MONTH: 1, THIS_MONTH: 0}[pattern])


def _month_number(name: str) -> int:
    return 5 if name == "may" else next(place for place, names in enumerate(MONTHS, 1) if name in names.split("|"))


def looks_back(said: str) -> int | None:
    """Return the number of months, bills or payments that a folded question looks back; None where it states none."""
    if HALF_YEAR.search(said):
        return MONTHS_OF_YEAR // 2
    for pattern, factor in ((LAST, 1), (YEARS, MONTHS_OF_YEAR)):
        for match in pattern.finditer(said):
            words = next((each for each in match.groups() if each), "")
            count = _count(words) or int(pattern is YEARS and words == "1")
            if count:
                return factor * count
    return None


def _count(words: str) -> int | None:
    """Return a count of several; "bir" and "a" are articles."""
    found = whole_number(words)
    return found if found and found > 1 else None


def whole_number(words: str) -> int | None:
    """Return the number that a text is, in digits or in words of either language; None where it is none."""
    return 1 if words == "a" else written_number(words)


def stated_year(match: re.Match[str], today: date) -> int:
    """Return the year that a match of ``patterns.YEAR`` means."""
    if match["year"]:
        return int(match["year"])
    return today.year - (match["past"] is not None)
