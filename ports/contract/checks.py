"""Checks of every amount, moment and list that an adapter gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_CENT = Decimal("0.01")


def check_amount(value: object) -> None:
    """An amount is an exact decimal with at most two places: never a float, which cannot hold 0.10."""
    assert isinstance(value, Decimal), f"{value!r} is no Decimal"
    assert value == value.quantize(_CENT), f"{value} has more than two decimal places"


def check_day(value: object) -> None:
    """A day is a date without a time; in which zone it is a day is the operator's to know."""
    assert isinstance(value, date), f"{value!r} is no date"
    assert not isinstance(value, datetime), f"{value!r} has a time"


def check_moment(value: object) -> None:
    """A moment has its zone, whichever that is."""
    assert isinstance(value, datetime), f"{value!r} is no datetime"
    assert value.tzinfo is not None, f"{value!r} has no time zone"
    assert value.utcoffset() is not None, f"{value!r} has no time zone"


def check_whole(entries: Sequence[Any], name: str) -> None:
    """A list is whole and holds each entry once, whatever pages the system has."""
    numbers = [getattr(entry, name) for entry in entries]
    assert len(numbers) == len(set(numbers)), f"an entry is listed twice: {numbers}"


def check_newest_first(entries: Sequence[Any], name: str) -> None:
    """A list begins with its newest entry."""
    times = [getattr(entry, name) for entry in entries]
    assert times == sorted(times, reverse=True), f"not the newest first: {times}"
