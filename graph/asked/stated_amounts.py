"""The amounts that a folded question states: data, minutes and money, with the number of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from core.turkish import spoken_number
from graph.asked.patterns import (
    ABROAD_MINUTES,
    CALLS_ABROAD,
    DOTTED,
    ENGLISH_THOUSANDS,
    GB,
    LONE_NUMBER,
    MINUTES,
    MONEY,
    SPOKEN_LIMIT,
    YEAR_NUMBER,
)


def needed_data(said: str) -> float | None:
    """Return the data that a message needs: what it names last ("15 GB yetmiyor, en az 20 GB olsun")."""
    return next(iter([float(each) for each in numbers(GB, said)][::-1]), None)


def last_data(said: str) -> int:
    """Return the place of the data that a message names last."""
    return max((match.start() for match in GB.finditer(said)), default=0)


def needed_minutes(said: str) -> float | None:
    """Return the minutes that a package has to hold; "bir dakika" asks to wait and needs none."""
    stated = map(float, numbers(MINUTES, ABROAD_MINUTES.sub(" ", said)))
    return next((minutes for minutes in stated if minutes > 1), None)


def international_minutes(said: str) -> float | None:
    """Return the minutes of calls abroad that a message needs; 0 where it needs some, whatever the number."""
    counted = next(map(float, numbers(ABROAD_MINUTES, said)), None)
    if counted is not None or not CALLS_ABROAD.search(said):
        return counted
    return next(map(float, numbers(MINUTES, said)), 0.0)


def stated_limit(said: str) -> str | None:
    """Return the sum of money that a message names; a number without a unit is one where it stands alone."""
    found = [*numbers(MONEY, said), *numbers(SPOKEN_LIMIT, said)]
    lone = [each for each in numbers(LONE_NUMBER, said) if int(each) not in YEAR_NUMBER]
    if not found and len(lone) == 1:
        found = lone
    return str(found[0]) if found else None


def numbers(pattern: re.Pattern[str], said: str) -> Iterator[Decimal]:
    """Yield the numbers of a pattern's matches, each the first group that stands there, in digits or in words."""
    for match in pattern.finditer(said):
        written = next((each for each in match.groups() if each), "")
        if written[:1].isdigit():
            whole = written.rstrip(".")
            if DOTTED.fullmatch(whole):
                whole = whole.replace(".", "")
            elif ENGLISH_THOUSANDS.fullmatch(whole):
                whole = whole.replace(",", "")
            with suppress(InvalidOperation):  # digits that are no number
                yield Decimal(whole.rstrip(".").replace(",", "."))
        elif spoken := spoken_number(written):
            yield Decimal(spoken)
