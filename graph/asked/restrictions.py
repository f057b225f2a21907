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
    "ocak|ocag|january", "subat|february", "mart|march", "nisan|april", "mayis", "haziran|june", "temmuz|july",
    "agustos|august", "eylul|september|sept", "ekim|october|oct", "kasim|november|nov", "aralik|aralig|december|dec",
)  # fmt: skip
"""Names of the months, folded; two of them soften before a vowel ("ocağa")."""

_ANY_MONTH = "|".join(_MONTHS) + "|may"
_ENGLISH_MAY = re.compile(
    r"\b(?:in|of|for|from|since|and|or|vs|versus|than|to|with|about|between|through|until) may\b"
    r"|\bmay(?:['’]s)? (?:bill|invoice|payment|and)"
)
_NAMED_MONTH = re.compile(
    r"\b(?:(?:(?P<past>gecen (?:yil|sene)\w*|last year(?:['’]s)?)|(?P<before>20\d\d)(?:['’]?[a-z]{0,4})?)\s+)?"
    rf"(?P<name>{_ANY_MONTH})(?:['’]?[a-z]{{0,12}})?\b(?:\s+(?:of\s+)?(?:(?P<year>20\d\d)|(?P<ago>last year)))?"
)
_COUNT = r"(?<!twenty[ -])(?<!thirty[ -])(\d{1,3}|[a-z]+(?: (?:bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz))?)"
_MONTHS_AGO = re.compile(rf"\b{_COUNT} (?:ay (?:once|evvel)\w*|months? ago)")
_BEFORE_THAT = re.compile(
    r"\b(?:ondan |(?:bir|bi) )?(?:onceki|evvelki|oncesi\w*)(?: (?:ay|fatura|donem)\w*)?|\bondan once\w*"
    r"|\bthe (?:month|one|bill) before\b|\bprevious (?:month|bill|one)\b"
)
_LAST_MONTH = re.compile(r"\b(?:gecen(?:ki)?|gectigimiz) (?:ay|fatura)\w*|\blast month\w*|\blast bill\b")
_TWO_AGO = re.compile(r"\b(?:evvelsi|onceki|evvelki) ay(?:dan)? (?:once|onceki)\w*|\bthe month before last\b")
_THIS_MONTH = re.compile(r"\bbu ay\w*|\bthis month\w*")
_LAST = re.compile(
    rf"\b(?:son|last|past|gectigimiz) {_COUNT} (?:ay|fatura|odeme|donem|kez|month|bill|payment)\w*"
    rf"|\b{_COUNT} (?:fatura|odeme|bill|payment)\w*|\b{_COUNT} months?\b(?! ago)"
    rf"|\b{_COUNT} ay(?:da|in|dir|lik|a|ligina)?\b(?! (?:once|evvel))"
)
_RANGE = re.compile(
    r"(?<!ne )\bkadar\b|\b(?:through|until)\b|\bfrom \w+ to\b"
    rf"|\b(?:{_ANY_MONTH})['’]?(?:d[ae]n|t[ae]n) (?:{_ANY_MONTH})"
)
_SUMMED = re.compile(r"\b(?:topla|toplam|ortalama)\w*|\b(?:total|average|sum)\b")
_BETWEEN = re.compile(r"\baras\w*|\bbetween\b")
_COMPARED = re.compile(
    r"\b(?:fark|fazla|eksik|dusuk|yuksek|artm|azal|karsilastir|more|less|higher|lower|differ|compar)\w*"
)
_PAIR = 2
_YEARS = re.compile(rf"\b{_COUNT} (?:yil(?:da|lik|ligina)?|sene(?:de|lik)?|years?)\b(?! (?:once|ago|evvel))")
_HALF_YEAR = re.compile(r"\byarim (?:yil|sene)\w*|\balti aylik\b|\bhalf a? ?year\b")
_YEAR = re.compile(
    r"\b(?P<this>(?:bu|ayni) (?:yil|sene)\w*|this year|(?:yil|sene) ?basindan)"
    r"|\b(?P<past>gecen (?:yil|sene)\w*|last year)"
    r"|\b(?P<year>20[12]\d)['’]?(?:te|de|ta|da|nin|yil\w*|senesi\w*)?\b"
)
_WHOLE_YEAR = re.compile(r"\b(?:yil|sene)\w*|\b(?:yearly|annual\w*|per year|(?:a|one|in a) year)\b")
_EVERYTHING = re.compile(r"\b(?:hepsi|tumu|butun|tum|tamami|kalanlar)\w*|\ball\b|\bevery\b|\bthe rest\b|\bfull list\b")
_NUMBER = r"(\d{1,3}(?:,\d{3})+(?!\d)|\d[\d.]*(?:,\d+)?|(?:[a-z]+ ){0,3}[a-z]+)"
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_MONEY = re.compile(rf"\b{_NUMBER}\s*(?:tl|lira|try)\w*|₺\s*(?P<sign>\d[\d.]*)")
_WORDS = r"((?:[a-z]+ ){0,3}[a-z]+?)"
_SPOKEN_LIMIT = re.compile(rf"\b{_WORDS}(?:d[ae]n|t[ae]n|[iu]n) (?:\w+ )?(?:fazla|ucuz|alt|asag|az\b)\w*")
_JOINED = re.compile(r"\b(bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz)(yuz|bin)")
_LONE_NUMBER = re.compile(
    r"(?<![\d.,-])(?P<number>[5-9]\d|[1-9]\d{2,4})(?![\d.,-])(?!\s*(?:gb|giga|dk|dak|sms|min|mesaj|mbps|numara))"
)
_YEAR_NUMBER = range(2010, 2100)
_GB = re.compile(rf"\b{_NUMBER}\s*(?:gb|giga\w*|cigabayt\w*|gig)\w*\b")
_MINUTES = re.compile(rf"\b{_NUMBER}\s*(?:dk|dakika|minutes?|mins?)\w*\b")
_ABROAD = r"(?:uluslararasi|yurt ?disi|international)"
_ABROAD_MINUTES = re.compile(rf"\b{_NUMBER} {_ABROAD}\w*(?: (?:arama|konusma|call))?\w* (?:dk|dakika|minutes?)\w*")
_CALLS_ABROAD = re.compile(
    rf"\b{_ABROAD}\w* (?:\w+ )?(?:ara|konus|gorus|dakika|call|minute)\w*|\bcall(?:ing)? abroad\b"
)
_ROAMING = re.compile(
    r"\b(?:roaming|dolasim)\w*|\byurt ?disi?n?da(?:yken|ki)? (?:\w+ ){0,3}\w*(?:kullan|gecer|cekse|internet|gb|giga)\w*"
    r"|\byurt ?disina (?:\w+ )?(?:cik(?!m)|gid(?!em|iyor degil)|seyahat)\w*|\b(?:travel|use|works?) (?:\w+ )?abroad\b"
)
_WHY = re.compile(r"\b(?:neden|niye|nicin|sebebi?|sebep)\w*|\b(?:why|reason|how come)\b")
_OWN = re.compile(
    r"\b(?:benim|bende|bizim|gecsem|gecersem|gecince|simdiki|mevcut|suanki)\w*"
    r"|\b(?:mine|my (?:current|present|own))\b|\b(?:i (?:have|pay|switch\w*)|if i)\b"
)
_FUTURE = re.compile(
    r"\bseneye\b|\b(?:gelecek|onumuzdeki) (?:yil|sene|ay)\w*"
    r"|\bnext (?:year|month)\b|\bzam(?:lar\w*|lan\w*|mi)?\b"
)
_PLENTY = re.compile(r"\b(?:bol|cok|fazla|yuksek|genis|more|bigger)\w*")
_DATA = re.compile(r"\b(?:internet|gb|giga|data)\w*")
_TOTAL = re.compile(r"\b(?:topla|toplam)\w*|\b(?:in total|altogether|together|combined)\b")
_SMS = re.compile(rf"\b{_NUMBER}\s*(?:sms|mesaj|texts?)\w*\b")


_MONTHS_OF_YEAR = 12
_ENGLISH = {"a": 1} | {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}


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
        international: Minutes abroad that it needs a month; 0 where it needs some.
        roaming: True where it needs a package that works abroad.
        why: True where it asks for a reason.
        own: True where it compares with what the customer has.
        total: True where it asks for a sum.
        future: True where it asks for what nobody knows yet.
        more_data: True where it wants more data than there is.
        method: The way to pay that it names.
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
    method: str | None = None

    @property
    def needs(self) -> bool:
        """True where it states what a package has to hold."""
        return self.roaming or any(each is not None for each in (self.gb, self.minutes, self.sms, self.international))

    def over(self, before: Restriction) -> Restriction:
        """Return this restriction, with what it does not state taken from the one before."""
        stated = {each.name: value for each in fields(self) if _is_stated(value := getattr(self, each.name))}
        if self.months or self.last or self.year:  # another time replaces the time before
            before = replace(before, months=(), last=None, year=None)
        return replace(before, **stated)

    def as_data(self) -> dict[str, Any]:
        """Return what is stated, as plain data for the conversation's state."""
        stated = {name: value for name, value in asdict(self).items() if _is_stated(value)}
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
    said = _JOINED.sub(r"\1 \2", fold(message))
    months = tuple(dict.fromkeys(_months(said, today, spoken_of)))
    year = _YEAR.search(said)
    last = None if months else _last(said)
    return Restriction(
        months=months,
        last=last,
        year=None if year is None or months or last else _year(year, today),
        whole_year=year is None and last is None and _WHOLE_YEAR.search(said) is not None,
        limit=_limit(_ABROAD_MINUTES.sub(" ", said)),
        gb=max(map(float, _numbers(_GB, said)), default=None),
        minutes=next(map(float, _numbers(_MINUTES, _ABROAD_MINUTES.sub(" ", said))), None),
        sms=next(map(float, _numbers(_SMS, said)), None),
        everything=_EVERYTHING.search(said) is not None,
        international=_international(said),
        roaming=_ROAMING.search(said) is not None,
        why=_WHY.search(said) is not None,
        own=_OWN.search(said) is not None,
        total=_TOTAL.search(said) is not None,
        future=_FUTURE.search(said) is not None,
        more_data=_PLENTY.search(said) is not None and _DATA.search(said) is not None,
    )


def _international(said: str) -> float | None:
    """Return the minutes of calls abroad that a message needs; 0 where it needs some, whatever the number."""
    counted = next(map(float, _numbers(_ABROAD_MINUTES, said)), None)
    return 0.0 if counted is None and _CALLS_ABROAD.search(said) else counted


def _limit(said: str) -> str | None:
    """Return the sum of money that a message names; a number without a unit is one where it stands alone."""
    found = [*_numbers(_MONEY, said), *_numbers(_SPOKEN_LIMIT, said)]
    lone = [each for each in _numbers(_LONE_NUMBER, said) if int(each) not in _YEAR_NUMBER]
    if not found and len(lone) == 1:
        found = lone
    return str(found[0]) if found else None


def _months(said: str, today: date, spoken_of: Month | None) -> Iterator[Month]:
    now = Month.of(today)
    found: list[tuple[int, Month]] = []
    for match in _NAMED_MONTH.finditer(said):
        if match["name"] == "may" and not _ENGLISH_MAY.search(said):
            continue
        number = _month_number(match["name"])
        stated, past = match["year"] or match["before"], match["past"] or match["ago"]
        year = int(stated) if stated else today.year - (past is not None or number > today.month)
        found.append((match.start(), Month(year, number)))
    spans = _RANGE.search(said) or (_BETWEEN.search(said) and _SUMMED.search(said))
    if len(found) == _PAIR and spans and not _COMPARED.search(said):
        yield from _between(*sorted(month for _, month in found))
        return
    base = spoken_of or (found[0][1] if found else now)
    for pattern in (_TWO_AGO, _MONTHS_AGO, _LAST_MONTH, _BEFORE_THAT, _THIS_MONTH):
        for match in pattern.finditer(said):
            month = _relative(pattern, match, now, base)
            if month is not None:
                found.append((match.start(), month))
                base = month if pattern is _LAST_MONTH else base
                said = said[: match.start()] + " " * len(match[0]) + said[match.end() :]
    yield from (month for _, month in sorted(found))


def _between(first: Month, last: Month) -> Iterator[Month]:
    """Yield the months from one to another, both included."""
    while first <= last:
        yield first
        first = first.before(-1)


def _relative(pattern: re.Pattern[str], match: re.Match[str], now: Month, base: Month) -> Month | None:
    if pattern is _MONTHS_AGO:
        count = _whole(match[1])
        return now.before(count) if count else None
    if pattern is _BEFORE_THAT:
        return base.before(1)
    return now.before({_TWO_AGO: 2, _LAST_MONTH: 1, _THIS_MONTH: 0}[pattern])


def _month_number(name: str) -> int:
    return 5 if name == "may" else next(place for place, names in enumerate(_MONTHS, 1) if name in names.split("|"))


def _last(said: str) -> int | None:
    if _HALF_YEAR.search(said):
        return _MONTHS_OF_YEAR // 2
    for pattern, factor in ((_LAST, 1), (_YEARS, _MONTHS_OF_YEAR)):
        for match in pattern.finditer(said):
            count = _count(next((each for each in match.groups() if each), ""))
            if count:
                return factor * count
    return None


def _count(words: str) -> int | None:
    """Return a count of several; "bir" and "a" are articles."""
    found = _whole(words)
    return found if found and found > 1 else None


def _whole(words: str) -> int | None:
    return int(words) if words.isdigit() else spoken_number(words) or _ENGLISH.get(words.split()[-1] if words else "")


def _year(match: re.Match[str], today: date) -> int:
    if match["year"]:
        return int(match["year"])
    return today.year - (match["past"] is not None)


def _numbers(pattern: re.Pattern[str], said: str) -> Iterator[Decimal]:
    for match in pattern.finditer(said):
        written = next((each for each in match.groups() if each), "")
        if written[:1].isdigit():
            whole = written.rstrip(".")
            if _DOTTED.fullmatch(whole):
                whole = whole.replace(".", "")
            elif _ENGLISH_THOUSANDS.fullmatch(whole):
                whole = whole.replace(",", "")
            with suppress(InvalidOperation):  # digits that are no number
                yield Decimal(whole.rstrip(".").replace(",", "."))
        elif spoken := spoken_number(written):
            yield Decimal(spoken)
