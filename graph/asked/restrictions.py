"""The restriction of a question: months, counts, amounts and needs that it states, read by code.

Numbers, months and units have a grammar, so code reads them; what is asked for is read by meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.turkish import fold, spoken_number
from graph.asked.values import Month

_MONTHS = (
    "ocak|january|jan", "subat|february|feb", "mart|march", "nisan|april", "mayis", "haziran|june", "temmuz|july",
    "agustos|august", "eylul|september", "ekim|october", "kasim|november", "aralik|december",
)  # fmt: skip
_ANY_MONTH = "|".join(_MONTHS) + "|may"
_ENGLISH_MAY = re.compile(
    r"\b(?:in|of|for|from|since|and|or|vs|versus|than|to|with|about) may\b|\bmay(?:['’]s)? (?:bill|invoice|payment|and)"
)
_NAMED_MONTH = re.compile(
    r"\b(?:(?:(?P<past>gecen (?:yil|sene)\w*|last year(?:['’]s)?)|(?P<before>20\d\d)(?:['’]?[a-z]{0,4})?)\s+)?"
    rf"(?P<name>{_ANY_MONTH})(?:['’]?[a-z]{{0,6}})?\b(?:\s+(?:of\s+)?(?:(?P<year>20\d\d)|(?P<ago>last year)))?"
)
_ENGLISH_COUNTS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT = r"(?<!twenty[ -])(?<!thirty[ -])(\d{1,3}|[a-z]+(?: (?:bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz))?)"
_MONTHS_AGO = re.compile(rf"\b{_COUNT} (?:ay (?:once|evvel)\w*|months? ago)")
_BEFORE_THAT = re.compile(
    r"\b(?:(?:bir|bi) )?(?:onceki|evvelki|oncesi\w*)(?: (?:ay|fatura|donem)\w*)?|\bondan once\w*"
    r"|\bthe (?:month|one) before\b|\bprevious (?:month|bill|one)\b"
)
_LAST_MONTH = re.compile(r"\bgecen(?:ki)? (?:ay|fatura)\w*|\blast month\w*|\blast bill\b")
_TWO_AGO = re.compile(r"\b(?:evvelsi|onceki|evvelki) ay(?:dan)? (?:once|onceki)\w*|\bthe month before last\b")
_THIS_MONTH = re.compile(r"\bbu ay\w*|\bthis month\w*")
_LAST = re.compile(
    rf"\b(?:son|last|past|gectigimiz) {_COUNT} (?:ay|fatura|odeme|donem|kez|month|bill|payment)\w*"
    rf"|\b{_COUNT} aylik\b|\b{_COUNT} month\w*|\b{_COUNT} ay(?:da|in|dir|lik|a)\b"
)
_YEAR = re.compile(
    r"\b(?P<this>(?:bu|ayni) (?:yil|sene)\w*|this year|yilbasindan)|\b(?P<past>gecen (?:yil|sene)\w*|last year)"
    r"|\b(?P<year>20[12]\d)['’]?(?:te|de|ta|da|nin|yil\w*|senesi\w*)?\b"
)
_WHOLE_YEAR = re.compile(
    r"\b(?:yil(?:da|lik\w*|i)|sene(?:de|lik\w*)|yearly|a year|per year|annual\w*|in a year)\b|\bbir (?:yil|sene)\w*"
)
_EVERYTHING = re.compile(r"\b(?:hepsi|tumu|butun|tum|tamami|kalanlar)\w*|\ball\b|\bevery\b|\bthe rest\b|\bfull list\b")
_NUMBER = r"(\d[\d.]*(?:,\d+)?|(?:[a-z]+ ){0,3}[a-z]+)"
_MONEY = re.compile(rf"\b{_NUMBER}\s*(?:tl|lira|try)\w*|₺\s*(?P<sign>\d[\d.]*)")
_NO_UNIT = r"(?!\d|\s*(?:gb|gig|cigabayt|dk|dak|sms|mesaj|min|text))"
_BARE_LIMIT = re.compile(
    rf"\b(?P<number>\d{{2,5}}){_NO_UNIT}['’]?\w{{0,4}}\s+(?:alt|asag|gecme|asma|kadar)\w*"
    rf"|\b(?:under|below|less than|at most|up to|max\w*|en (?:fazla|cok))\s+(?P<other>\d{{2,5}}){_NO_UNIT}"
)
_GB = re.compile(rf"\b{_NUMBER}\s*(?:gb|giga\w*|cigabayt\w*|gig)\w*\b")
_MINUTES = re.compile(rf"\b{_NUMBER}\s*(?:dk|dakika|minutes?|mins?)\w*\b")
_SMS = re.compile(rf"\b{_NUMBER}\s*(?:sms|mesaj|texts?)\w*\b")


@dataclass(frozen=True)
class Restriction:
    """What a question limits itself to; what it does not state is None or empty.

    Attributes:
        months: Months that it names.
        last: Number of months, bills or payments that it looks back.
        year: The year that it is about.
        whole_year: True where it asks for a year's worth.
        limit: The highest fee, in lira.
        gb: Data that it needs a month, GB.
        minutes: Minutes that it needs a month.
        sms: Messages that it needs a month.
        packages: Names of packages that it states.
        everything: True where it asks for a whole list.
    """

    months: tuple[Month, ...] = ()
    last: int | None = None
    year: int | None = None
    whole_year: bool = False
    limit: str | None = None
    gb: float | None = None
    minutes: float | None = None
    sms: float | None = None
    packages: tuple[str, ...] = ()
    everything: bool = False

    def over(self, before: Restriction) -> Restriction:
        """Return this restriction, with what it does not state taken from the one before."""
        stated = {each.name: value for each in fields(self) if (value := getattr(self, each.name))}
        if self.months or self.last or self.year:  # another time replaces the time before
            before = replace(before, months=(), last=None, year=None)
        return replace(before, **stated)

    def as_data(self) -> dict[str, Any]:
        """Return what is stated, as plain data for the conversation's state."""
        stated = {name: value for name, value in asdict(self).items() if value}
        return {**stated, "months": [list(month) for month in self.months]} if self.months else stated

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Restriction:
        """Return a restriction that ``as_data`` has written."""
        months = tuple(Month(int(year), int(month)) for year, month in data.get("months", ()))
        return cls(**{**data, "months": months, "packages": tuple(data.get("packages", ()))})


def restriction_of(message: str, today: date, spoken_of: Month | None = None) -> Restriction:
    """Return the restriction that a message states.

    Args:
        message: The customer's words.
        today: The present day.
        spoken_of: The month that was spoken of last, from which "bir önceki ay" counts.
    """
    said = fold(message)
    limits = [*_numbers(_MONEY, said), *_numbers(_BARE_LIMIT, said)]
    year = _YEAR.search(said)
    months = tuple(dict.fromkeys(_months(said, today, spoken_of)))
    return Restriction(
        months=months,
        last=None if months else _last(said),
        year=None if year is None or months else _year(year, today),
        whole_year=_WHOLE_YEAR.search(said) is not None,
        limit=str(limits[0]) if limits else None,
        gb=next(map(float, _numbers(_GB, said)), None),
        minutes=next(map(float, _numbers(_MINUTES, said)), None),
        sms=next(map(float, _numbers(_SMS, said)), None),
        everything=_EVERYTHING.search(said) is not None,
    )


def _months(said: str, today: date, spoken_of: Month | None) -> Iterator[Month]:
    now = Month.of(today)
    found: list[tuple[int, Month]] = []
    for match in _NAMED_MONTH.finditer(said):
        if match["name"] == "may" and not _ENGLISH_MAY.search(said):
            continue
        number = _month_number(match["name"])
        stated = match["year"] or match["before"]
        past = match["past"] or match["ago"]
        year = int(stated) if stated else today.year - (past is not None or number > today.month)
        found.append((match.start(), Month(year, number)))
    if ago := _TWO_AGO.search(said):
        found.append((ago.start(), now.before(2)))
    elif counted := _MONTHS_AGO.search(said):
        if count := _whole(counted[1]):
            found.append((counted.start(), now.before(count)))
    elif before := _BEFORE_THAT.search(said):
        found.append((before.start(), (spoken_of or now).before(1)))
    elif last := _LAST_MONTH.search(said):
        found.append((last.start(), now.before(1)))
    if found and (this := _THIS_MONTH.search(said)):
        found.append((this.start(), now))
    return (month for _, month in sorted(found))


def _month_number(name: str) -> int:
    return 5 if name == "may" else next(place for place, names in enumerate(_MONTHS, 1) if name in names.split("|"))


def _last(said: str) -> int | None:
    counts = (next((each for each in match.groups() if each), "") for match in _LAST.finditer(said))
    return next((count for count in map(_count, counts) if count), None)


def _count(words: str) -> int | None:
    """Return a count of several; "bir" is an article."""
    found = _whole(words)
    return found if found and found > 1 else None


def _whole(words: str) -> int | None:
    if words in _ENGLISH_COUNTS:
        return _ENGLISH_COUNTS[words]
    return int(words) if words.isdigit() else spoken_number(words)


def _year(match: re.Match[str], today: date) -> int:
    if match["year"]:
        return int(match["year"])
    return today.year - (match["past"] is not None)


def _numbers(pattern: re.Pattern[str], said: str) -> Iterator[Decimal]:
    for match in pattern.finditer(said):
        written = next((each for each in match.groups() if each), "")
        if written[:1].isdigit():
            whole = (
                written.rstrip(".").replace(".", "")
                if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", written)
                else written
            )
            with suppress(InvalidOperation):  # a date, or digits that are no number
                yield Decimal(whole.rstrip(".").replace(",", "."))
        elif spoken := spoken_number(written):
            yield Decimal(spoken)
