"""Time as an argument, so that tests can freeze it.

GraphDependencies that need the present take a ``Clock``; nothing in the product calls ``datetime.now`` elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")
_FIRST, _LAST = date(1970, 1, 2), date(9000, 1, 1)

Clock = Callable[[], datetime]
"""Returns the present as an aware datetime in Europe/Istanbul."""


def istanbul_now() -> datetime:
    """Return the present in Europe/Istanbul; the clock of the product."""
    return datetime.now(ISTANBUL)


def is_recent(at: datetime, now: datetime, within: timedelta) -> bool:
    """Return True for a moment that is less than so long ago.

    One that lies as far ahead was noted by a clock that has been put right since then, and says nothing any more.
    """
    return abs(now - at) < within


def begin_of(day: date) -> datetime:
    """Return the beginning of a day in Istanbul; of one that no calendar of ours reaches, that of the nearest."""
    return datetime.combine(min(max(day, _FIRST), _LAST), time(), ISTANBUL)
