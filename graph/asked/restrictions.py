"""The restriction of a question: months, counts, amounts and needs that it states, read by code.

Numbers, months and units have a grammar, so code reads them; what is asked for is read by meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from core.turkish import fold, in_digits
from graph.asked.patterns import (
    ABOVE,
    ABROAD_MINUTES,
    AGAINST,
    AUTOPAY,
    BILLS_AGO,
    CHEAP,
    COMMITMENT,
    COMPARED,
    DATA,
    EVERYTHING,
    FROM_LAST,
    FUTURE,
    HIGHEST,
    HOLDINGS,
    HOW_MUCH,
    LOWEST,
    MONTHS_AGO,
    NO_SETUP,
    ONE_BEFORE,
    OWN,
    PLACE_FROM_LAST,
    PLENTY,
    PRICE,
    RANGE,
    RANK,
    REMINDED,
    ROAMING,
    SINCE,
    SMS,
    TOTAL,
    UNCOMMITTED,
    WHOLE_YEAR,
    WHY,
    WITHOUT,
    YEAR,
)
from graph.asked.stated_amounts import (
    international_minutes,
    last_data,
    needed_data,
    needed_minutes,
    numbers,
    stated_limit,
)
from graph.asked.stated_months import looks_back, stated_months, stated_year, whole_number
from graph.asked.values import Month

_FORM = frozenset(
    "cheap how_much price compared commitment autopay without reminded holdings highest lowest moving".split()
)
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
        price: True where it speaks of a price.
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
        moving: True where it is about a move to the package that it names.
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
    price: bool = False
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
    moving: bool = False

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
        limit=stated_limit(ABROAD_MINUTES.sub(" ", said)),
        gb=needed_data(said),
        minutes=needed_minutes(said),
        sms=next(map(float, numbers(SMS, said)), None),
        everything=EVERYTHING.search(said) is not None,
        international=international_minutes(said),
        roaming=ROAMING.search(said) is not None,
        why=WHY.search(said) is not None,
        own=OWN.search(said) is not None,
        total=TOTAL.search(said) is not None,
        future=FUTURE.search(said) is not None,
        cheap=CHEAP.search(said) is not None,
        how_much=HOW_MUCH.search(said) is not None,
        price=PRICE.search(said) is not None,
        against=AGAINST.search(said) is not None and RANGE.search(said) is None,
        above=any(match.end() > last_data(said) for match in ABOVE.finditer(said)),
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


def one_before(message: str, before: Restriction | None) -> int | None:
    """Return the place of the bill or payment before the one that was said last, counted back from the newest one.

    None where a message asks for none, or where months tell which one was said.

    Args:
        message: The customer's words.
        before: What the last answer was limited to; None where it was about no bill or payment.
    """
    said = in_digits(fold(message))
    if ONE_BEFORE.search(said) is None or MONTHS_AGO.search(said) or (before is not None and before.months):
        return None
    return (before.place if before and before.place else 1) + 1


def _rank(said: str) -> int | None:
    """Return the place in an order: "ikinci en ucuz" is 2, "ondan sonraki" one more than what was said."""
    found = RANK.search(said)
    if found is None:
        return None
    return 3 if found["third"] else 2


def _place(said: str) -> int | None:
    """Return the place counted back from the newest one: "sondan üçüncü" and "iki fatura önce" are 3."""
    if ago := BILLS_AGO.search(said):
        count = whole_number(ago[1])
        return None if count is None else count + 1
    found = PLACE_FROM_LAST.search(said)
    if found is None:
        return None
    word = found["place"] or found["english"]
    return int(word) if word.isdigit() else FROM_LAST[word]
