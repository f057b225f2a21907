"""The values of facts: plain Python types, and a few of our own for what a customer reads as one thing.

Only ``text_of`` turns a value into words; whoever computes a fact hands over values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from core import turkish
from core.clock import ISTANBUL
from core.languages import Language
from graph.asked.fields import CODES, DATES, FREE_TEXT, MOMENTS, MONEY, harmless

MOST = 5
"""Lines of a list that are said at once."""

_MONTHS_OF_YEAR = 12


class Code(str):
    """A code of an enum, said as a word of the language."""


class Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month in which a day lies."""
        return cls(day.year, day.month)

    def before(self, count: int) -> Month:
        """Return the month that lies so many months before this one."""
        place = self.year * _MONTHS_OF_YEAR + self.month - 1 - count
        return Month(place // _MONTHS_OF_YEAR, place % _MONTHS_OF_YEAR + 1)


class Holds(NamedTuple):
    """The content of a package, as a short phrase."""

    gb: float
    minutes: float
    sms: float | None = None
    international: float | None = None


class Commitment(NamedTuple):
    """The months for which a package binds; 0 for none."""

    months: int


class DateRange(NamedTuple):
    """The time from one day to another, said in years and months, or in days."""

    begin: date
    end: date


class Period(NamedTuple):
    """The months that a sum is about: the last ``months`` ones, a year, or those that were named."""

    months: int
    year: int | None = None
    named: tuple[Month, ...] = ()


class Item(NamedTuple):
    """One line of a list."""

    label: Any
    value: Any = None
    note: Any = None


class CodeWords(Protocol):
    """Words for the codes of enums."""

    def code(self, value: str, language: Language) -> str:
        """Return a code as a word."""


@dataclass(frozen=True)
class Parts:
    """The parts of a sum, said with a plus between them, or several things with ``between``."""

    values: Sequence[Any]
    between: str = " + "


@dataclass(frozen=True)
class Listing:
    """Lines of a list; ``most`` are said at once, and the rest is offered."""

    items: Sequence[Item]
    most: int = MOST


def is_figure(value: Any) -> bool:
    """Return True for a number that can be added and compared."""
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Finding:
    """A fact as it was found in results.

    Attributes:
        variant: Which sentence says it: a key of the fact's wording.
        values: What the sentence names, the asked value first.
    """

    variant: str
    values: Mapping[str, Any]


def day_of(text: Any) -> date:
    """Return the day of a date or moment of a result, in Istanbul."""
    moment = datetime.fromisoformat(str(text))
    return moment.astimezone(ISTANBUL).date() if moment.tzinfo else moment.date()


def typed(field: str, value: Any) -> Any:
    """Return a result's field with its type: money as ``Decimal``, days, moments and codes as what they are."""
    if value is None or isinstance(value, bool):
        return value
    if field in MONEY:
        return Decimal(str(value))
    if field in DATES:
        return day_of(value)
    if field in MOMENTS:
        return datetime.fromisoformat(str(value))
    if field in FREE_TEXT:
        return harmless(str(value))
    return Code(value) if field in CODES else value


def text_of(value: Any, words: CodeWords, language: Language) -> str:
    """Return a value as a customer reads it."""
    match value:
        case Decimal():
            return turkish.amount(value, locale=language)
        case datetime():
            return turkish.moment(value, locale=language)
        case date():
            return turkish.date(value, locale=language)
        case Code():
            return words.code(str(value), language)
        case Month():
            return turkish.month(*value, locale=language)
        case Holds():
            return _holds(value, language)
        case Commitment():
            return _commitment(value, language)
        case DateRange():
            return _span(value, language)
        case Period():
            return _period(value, language)
        case Item():
            return _line(value, words, language)
        case Listing():
            return _listing(value, words, language)
        case Parts():
            return value.between.join(text_of(each, words, language) for each in value.values)
        case int() | float():
            return turkish.number(float(value), language)  # also of a yes, which is an int
    return str(value)


def _holds(value: Holds, language: Language) -> str:
    units = (
        ("GB internet", "dk", "SMS", "dk yurt dışı") if language == "tr" else ("GB data", "min", "SMS", "min abroad")
    )
    parts = zip(value, units, strict=True)
    return ", ".join(f"{turkish.number(amount, language)} {unit}" for amount, unit in parts if amount is not None)


def _commitment(value: Commitment, language: Language) -> str:
    if not value.months:
        return "taahhütsüz" if language == "tr" else "no commitment"
    return f"{value.months} ay taahhütlü" if language == "tr" else f"commitment of {_counted(value.months, 'months')}"


def _line(item: Item, words: CodeWords, language: Language) -> str:
    if item.value is None:
        return text_of(item.label, words, language)
    label = text_of(item.label, words, language)
    if isinstance(item.label, Code):  # it begins the line
        label = turkish.capitalised(label, language)
    said = f"{label}: {text_of(item.value, words, language)}"
    return said if item.note is None else f"{said} ({text_of(item.note, words, language)})"


def _listing(listing: Listing, words: CodeWords, language: Language) -> str:
    lines = "".join(f"\n- {_line(item, words, language)}" for item in listing.items[: listing.most])
    rest = len(listing.items) - listing.most
    if rest <= 0:
        return lines
    if language == "tr":
        return f"{lines}\n{rest} tane daha var; isterseniz hepsini sıralayabilirim."
    return f"{lines}\nThere {'is' if rest == 1 else 'are'} {rest} more; I can list them all if you like."


def _span(span: DateRange, language: Language) -> str:
    months = (span.end.year - span.begin.year) * _MONTHS_OF_YEAR + span.end.month - span.begin.month
    months -= span.end.day < span.begin.day
    if months <= 0:
        days = (span.end - span.begin).days
        return f"{days} gün" if language == "tr" else _counted(days, "days")
    years, rest = divmod(months, _MONTHS_OF_YEAR)
    if language == "tr":
        return " ".join(f"{count} {word}" for count, word in ((years, "yıl"), (rest, "ay")) if count)
    return " ".join(_counted(count, words) for count, words in ((years, "years"), (rest, "months")) if count)


def _period(period: Period, language: Language) -> str:
    if period.year is not None:
        return f"{period.year} yılında" if language == "tr" else str(period.year)
    if period.named:
        names = ", ".join(turkish.month(*month, locale=language) for month in period.named)
        months = "aylarında" if len(period.named) > 1 else "ayında"
        return f"{names} {months}" if language == "tr" else names
    return f"son {period.months} ayda" if language == "tr" else f"the last {_counted(period.months, 'months')}"


def _counted(count: int, words: str) -> str:
    """Return an English count with its noun, which is given in the plural."""
    return f"{count} {words}" if count != 1 else f"{count} {words.removesuffix('s')}"
