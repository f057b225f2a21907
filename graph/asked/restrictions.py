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

from core.turkish import fold, in_digits, spoken_number
from graph.asked.patterns import (
    ABOVE,
    ABROAD_MINUTES,
    AGAINST,
    AUTOPAY,
    CALLS_ABROAD,
    CHEAP,
    COMMITMENT,
    COMPARED,
    DATA,
    DOTTED,
    ENGLISH_THOUSANDS,
    EVERYTHING,
    FROM_LAST,
    FUTURE,
    GB,
    HIGHEST,
    HOLDINGS,
    HOW_MUCH,
    LONE_NUMBER,
    LOWEST,
    MINUTES,
    MONEY,
    NO_SETUP,
    OWN,
    PLACE_FROM_LAST,
    PLENTY,
    RANGE,
    RANK,
    REMINDED,
    ROAMING,
    SINCE,
    SMS,
    SPOKEN_LIMIT,
    TOTAL,
    UNCOMMITTED,
    WHOLE_YEAR,
    WHY,
    WITHOUT,
    YEAR,
    YEAR_NUMBER,
)
from graph.asked.stated_months import looks_back, stated_months, stated_year
from graph.asked.values import Month

_FORM = frozenset("cheap how_much compared commitment autopay without reminded holdings highest lowest".split())
"""What tells only which fact is meant."""


@dataclass(frozen=True)
class Restriction:
    """The limits that a question states; what it does not state is None or empty.

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
        international: Minutes abroad that it needs a month; 0 where it needs some.
        roaming: True where it needs a package that works abroad.
        why: True where it asks for a reason.
        own: True where it compares with what the customer has.
        total: True where it asks for a sum.
        future: True where it asks for what nobody knows yet.
        cheap: True where it asks for the cheapest.
        how_much: True where it asks how much.
        against: True where it compares with the month that it names.
        more_data: True where it wants more data than there is.
        above: True where the data that it names is too little.
        since: True where it reaches from the month that it names to the present.
        compared: True where it asks how two of them differ.
        rank: Place in an order that it asks for, from 1; None where it asks for the first.
        place: Place counted back from the newest one, from 1 ("sondan üçüncü").
        method: The way to pay that it names.
        uncommitted: True where it wants no commitment.
        no_setup: True where it wants no set-up fee.
        commitment: True where it speaks of a commitment.
        autopay: True where it speaks of paying automatically.
        without: True where it leaves something out.
        reminded: True where it speaks of a reminder to pay.
        holdings: True where it speaks of data, minutes or messages.
        highest: True where it asks for the highest one.
        lowest: True where it asks for the lowest one.
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
    international: float | None = None
    roaming: bool = False
    why: bool = False
    own: bool = False
    total: bool = False
    future: bool = False
    more_data: bool = False
    cheap: bool = False
    how_much: bool = False
    against: bool = False
    above: bool = False
    since: bool = False
    compared: bool = False
    rank: int | None = None
    place: int | None = None
    method: str | None = None
    uncommitted: bool = False
    no_setup: bool = False
    commitment: bool = False
    autopay: bool = False
    without: bool = False
    reminded: bool = False
    holdings: bool = False
    highest: bool = False
    lowest: bool = False

    @property
    def needs(self) -> bool:
        """True where it states what a package has to hold."""
        return (
            self.roaming
            or self.uncommitted
            or self.no_setup
            or any(each is not None for each in (self.gb, self.minutes, self.sms, self.international))
        )

    @property
    def is_vague(self) -> bool:
        """True where no need has a number: "uluslararası dakikam azalır mı" asks how packages differ."""
        return not (self.uncommitted or self.no_setup or any((self.gb, self.minutes, self.sms, self.international)))

    def over(self, before: Restriction) -> Restriction:
        """Return this restriction, with what it does not state taken from the one before."""
        stated = {each.name: value for each in fields(self) if _is_stated(value := getattr(self, each.name))}
        if self.months or self.last or self.year:  # another time replaces the time before
            before = replace(before, months=(), last=None, year=None)
        return replace(before, **stated)

    def as_data(self) -> dict[str, Any]:
        """Return what is stated, as plain data for the conversation's state; the form of the question is left out."""
        stated = {name: each for name, each in asdict(self).items() if _is_stated(each) and name not in _FORM}
        return {**stated, "months": [list(month) for month in self.months]} if self.months else stated

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Restriction:
        """Return a restriction that ``as_data`` has written."""
        months = tuple(Month(int(year), int(month)) for year, month in data.get("months", ()))
        return cls(**{**data, "months": months, "packages": tuple(data.get("packages", ()))})


def _is_stated(value: Any) -> bool:
    """Tell whether a question states a value; 0 minutes abroad are stated, too."""
    return value is not None and value is not False and value != ()


def restriction_of(message: str, today: date, spoken_of: Month | None = None) -> Restriction:
    """Return the restriction that a message states.

    Args:
        message: The customer's words.
        today: The present day.
        spoken_of: The month that was spoken of last, from which "bir önceki ay" counts.
    """
    said = in_digits(fold(message))
    months = tuple(dict.fromkeys(stated_months(said, today, spoken_of)))
    year = YEAR.search(said)
    last = None if months else looks_back(said)
    return Restriction(
        months=months,
        last=last,
        year=None if year is None or months or last else stated_year(year, today),
        whole_year=year is None and last is None and WHOLE_YEAR.search(said) is not None,
        limit=_limit(ABROAD_MINUTES.sub(" ", said)),
        gb=_needed_data(said),
        minutes=_needed_minutes(said),
        sms=next(map(float, _numbers(SMS, said)), None),
        everything=EVERYTHING.search(said) is not None,
        international=_international(said),
        roaming=ROAMING.search(said) is not None,
        why=WHY.search(said) is not None,
        own=OWN.search(said) is not None,
        total=TOTAL.search(said) is not None,
        future=FUTURE.search(said) is not None,
        cheap=CHEAP.search(said) is not None,
        how_much=HOW_MUCH.search(said) is not None,
        against=AGAINST.search(said) is not None and RANGE.search(said) is None,
        above=any(match.end() > _last_data(said) for match in ABOVE.finditer(said)),
        since=SINCE.search(said) is not None,
        compared=COMPARED.search(said) is not None,
        rank=_rank(said),
        place=_place(said),
        no_setup=NO_SETUP.search(said) is not None,
        uncommitted=UNCOMMITTED.search(said) is not None,
        commitment=COMMITMENT.search(said) is not None,
        autopay=AUTOPAY.search(said) is not None,
        reminded=REMINDED.search(said) is not None,
        holdings=HOLDINGS.search(said) is not None,
        highest=HIGHEST.search(said) is not None,
        lowest=LOWEST.search(said) is not None,
        without=WITHOUT.search(said) is not None,
        more_data=PLENTY.search(said) is not None and DATA.search(said) is not None,
    )


def _needed_data(said: str) -> float | None:
    """Return the data that a message needs: what it names last ("15 GB yetmiyor, en az 20 GB olsun")."""
    return next(iter([float(each) for each in _numbers(GB, said)][::-1]), None)


def _last_data(said: str) -> int:
    """Return the place of the data that a message names last."""
    return max((match.start() for match in GB.finditer(said)), default=0)


def _rank(said: str) -> int | None:
    """Return the place in an order: "ikinci en ucuz" is 2, "ondan sonraki" one more than what was said."""
    found = RANK.search(said)
    if found is None:
        return None
    return 3 if found["third"] else 2


def _place(said: str) -> int | None:
    """Return the place counted back from the newest one: "sondan üçüncü" is 3."""
    found = PLACE_FROM_LAST.search(said)
    if found is None:
        return None
    word = found["place"] or found["english"]
    return int(word) if word.isdigit() else FROM_LAST[word]


def _needed_minutes(said: str) -> float | None:
    """Return the minutes that a package has to hold; "bir dakika" asks to wait and needs none."""
    stated = map(float, _numbers(MINUTES, ABROAD_MINUTES.sub(" ", said)))
    return next((minutes for minutes in stated if minutes > 1), None)


def _international(said: str) -> float | None:
    """Return the minutes of calls abroad that a message needs; 0 where it needs some, whatever the number."""
    counted = next(map(float, _numbers(ABROAD_MINUTES, said)), None)
    if counted is not None or not CALLS_ABROAD.search(said):
        return counted
    return next(map(float, _numbers(MINUTES, said)), 0.0)


def _limit(said: str) -> str | None:
    """Return the sum of money that a message names; a number without a unit is one where it stands alone."""
    found = [*_numbers(MONEY, said), *_numbers(SPOKEN_LIMIT, said)]
    lone = [each for each in _numbers(LONE_NUMBER, said) if int(each) not in YEAR_NUMBER]
    if not found and len(lone) == 1:
        found = lone
    return str(found[0]) if found else None


def _numbers(pattern: re.Pattern[str], said: str) -> Iterator[Decimal]:
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
