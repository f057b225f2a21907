"""A past time that a question names: a day, a week, or months."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from core.turkish import fold
from graph.asked.values import Month

_DAYS_AGO: Mapping[str, int] = {"dun": 1, "yesterday": 1, "evvelsi": 2, "evvelki": 2, "onceki": 2}
_DAY = re.compile(
    r"\b(?:(?P<name>dun|yesterday)(?:k[iu]\w*)?|(?P<before>evvelsi|evvelki|onceki) gun\w*"
    r"|(?P<count>\d{1,2}) (?:gun once|days ago))\b"
)
_WEEK = re.compile(r"\b(?:gecen|gectigimiz) hafta\w*|\blast week\b")
_WEEKDAYS = 7


def names_past(words: str) -> bool:
    """Return True if a text names a day or a week that has passed."""
    said = fold(words)
    return _DAY.search(said) is not None or _WEEK.search(said) is not None


def past_time(words: str, months: Sequence[Month], today: date) -> tuple[date, date] | None:
    """Return the first and last day of the past time that a question names; None where it names none.

    Args:
        words: The question.
        months: The months that it names.
        today: The present day.
    """
    said = fold(words)
    if match := _DAY.search(said):
        day = today - timedelta(int(match["count"] or _DAYS_AGO[match["name"] or match["before"]]))
        return day, day
    if _WEEK.search(said):
        monday = today - timedelta(today.weekday() + _WEEKDAYS)
        return monday, monday + timedelta(_WEEKDAYS - 1)
    earlier = [month for month in months if month != Month.of(today)]
    if not earlier:
        return None
    first, after = min(earlier), max(earlier).before(-1)
    return date(first.year, first.month, 1), date(after.year, after.month, 1) - timedelta(1)
