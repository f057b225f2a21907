"""Amounts, numbers, days and times as customers read them, in Turkish or English."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from core.clock import ISTANBUL
from core.languages import Language

_BABEL = {"tr": "tr_TR", "en": "en_US"}


def amount(value: Decimal, currency: str = "TRY", locale: Language = "tr") -> str:
    """Return an amount of money with two decimal places and its currency: ``1.234,56 TL``."""
    unit = "TL" if currency == "TRY" else currency
    return f"{format_decimal(value, format='#,##0.00', locale=_BABEL[locale])} {unit}"


def number(value: float | Decimal, locale: Language = "tr") -> str:
    """Return a number with at most two decimal places: ``12,5``."""
    return format_decimal(value, format="#,##0.##", locale=_BABEL[locale])


def date(value: dt.date | dt.datetime, locale: Language = "tr") -> str:
    """Return a day: ``15 Mart 2026``. An aware time gives its day in Istanbul."""
    if isinstance(value, dt.datetime):
        value = _in_istanbul(value).date()
    return format_date(value, "d MMMM yyyy", locale=_BABEL[locale])


def month(year: int, month: int, locale: Language = "tr") -> str:
    """Return a month of a year: ``Mart 2026``."""
    return format_date(dt.date(year, month, 1), "LLLL yyyy", locale=_BABEL[locale])


def moment(value: dt.datetime, locale: Language = "tr") -> str:
    """Return a day and a time of day in Istanbul: ``15 Mart 2026 14:30``. A naive time is taken as Istanbul's."""
    return format_datetime(_in_istanbul(value), "d MMMM yyyy HH:mm", tzinfo=ISTANBUL, locale=_BABEL[locale])


def _in_istanbul(value: dt.datetime) -> dt.datetime:
    return value.astimezone(ISTANBUL) if value.tzinfo else value.replace(tzinfo=ISTANBUL)
