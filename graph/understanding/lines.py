"""The lines that a message means: by number, place, kind, "the other", "both", "all".

Code reads them, because a wrong line is a wrong change. Where the words name lines that code cannot tell apart, the
result says so, and the customer is asked. A message that names no line gives None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.number_words import units
from core.patterns import digits_of, subscriber_digits
from core.turkish import fold, written_number
from graph.understanding import words
from graph.understanding.argument_specs import phones

_HOME, _MOBILE = "home", "mobile"
_CONTACT = "contact"
"""Kind of a number to call back on, which is no line."""

_NOUN = r"(?:hat(?:lar\w*|ti\w*|tan|ta)?|numara(?:m|miz|lar|ni|yi|ya)\w*|numara|lines?)"
_MOST = 5
_PLACES: Mapping[str, int] = {
    **{word: place for row in (words.ORDINALS, words.ENGLISH_ORDINALS) for place, word in enumerate(row[:_MOST])},
    "ilk": 0, "sonuncu": -1, "son": -1, "last": -1,
}  # fmt: skip
_ORDINAL = rf"(?:{words.any_of(*_PLACES)}|\d{{1,2}}\.)"
_COUNT = rf"(?:bir|{words.any_of(*words.COUNTS, *words.ENGLISH_COUNTS)}|\d{{1,2}})"

_MENTIONED = re.compile(rf"\b{_NOUN}\b|\d{{2,}}")
"""A word for a line, or digits that may be the number of one."""

_NUMBER_END = re.compile(
    rf"\b(?:sonu|son (?:{units(2, 4)}|2|3|4) (?:hane|rakam)\w*|ending(?: in| with)?)\s+(\d{{2,7}})\b"
    r"|\b(\d{2,7})['’]?\s?(?:ile|la|le)?\s+bit\w+|\bsonu\s+(\d{2,7})\s+ol\w+"
)
_NUMBER_BEGIN = re.compile(
    r"(?<!\d)\b(?:basi )?(0\d{3}|[2-5]\d{2})['’]?\s?(?:l[iu]|lar\w*)?"
    rf"(?: (?:ile|la|le) basla\w*| ol[ao]n\w*| {_NOUN})"
    r"|(?<!\d)\b(0\d{3})['’]?\s?l[iu](?:y[iu]|s[iu]n?[iu]?)?(?=\W|$)"
)
_PLACE = re.compile(rf"\b(?P<places>{_ORDINAL}(?:\s*(?:,|ve|ile|and)\s*{_ORDINAL})*)\s+(?:sirada\w*\s+)?{_NOUN}\b")
_BARE_PLACE = re.compile(
    rf"\b(?P<places>(?:{words.any_of(*words.ORDINALS[:_MOST])}|sonuncu)(?=s[iu]|y[iue]\b| olan| olacak| olsun)"
    r"|ilk(?=i(?:n[ie]|nin)?\b))\w*"
    rf"|\b(?P<digit>\d{{1,2}}\.)(?:\s*s[iu]\w*)?|\b(?P<english>{words.any_of(*words.ENGLISH_ORDINALS[:4])}|last) one\b"
)
_RUN = re.compile(rf"\b(?P<end>ilk|son|first|last)\s+(?P<count>{_COUNT})(?:s[iu]\w*|\s+{_NOUN})?(?=\W|$)")
_RUN_BARE = re.compile(rf"\b(?:ilk|son)\s+(?:{words.any_of(*words.COUNTS)})(?:s[iu])\w*")
_LEFT = r"(?:i|ler\w*|deki(?:ni)?)?(?=\s+(?:haric|disinda|kals[iu]n|olmas[iu]n|durs[iu]n)\b)"
"""Ends a kind of line that a reply leaves out: "ev hariç"."""
_KINDS: Mapping[str, re.Pattern[str]] = {
    _HOME: re.compile(
        r"\b(?:ev|sabit)\s+(?:hat\w*|telefon\w*|numara\w*)|\bev(?:imin|imizin|in|deki)\s+(?:hatt\w*|telefon\w*)"
        r"|\bsabit(?:im\w*|i)\b|\b(?:home|land) ?lines?\b"
        rf"|\b(?:ev|sabit){_LEFT}"
    ),
    _MOBILE: re.compile(
        r"\b(?:cep|mobil|gsm)\s+(?:hat\w*|telefon\w*|numara\w*)|\bcebim\w*|\bmobile lines?\b"
        rf"|\bcep{_LEFT}"
    ),
}
_COUNTED_BEFORE = re.compile(rf"\b(?:her )?(?P<count>{words.any_of(*words.COUNTS)}|[2-5])\s+$")
"""A count before the kind of a line: "iki cep hattım"."""
_HOME_INTERNET = re.compile(r"\bev(?:deki|imdeki|imizdeki)?\s+internet\w*|\bhome internet\b")
_MAIN = re.compile(rf"\b(?:ana|esas|asil|main)\s+{_NOUN}\b")
_OTHER = re.compile(
    rf"\b(?:{words.OTHER}|other)\s+(?P<count>(?:{_COUNT}\s+)?)(?:(?:(?P<home>ev|sabit|home)|(?P<mobile>cep|mobil|gsm|mobile))\s+)?"
    rf"(?P<noun>{_NOUN}|ikisi\w*)\b"
    rf"|\b{words.OTHER}{words.OTHER_CASE}\b|\b(?:the )?other one\b"
)
_OTHERS = re.compile(rf"\b{words.OTHER}(?:leri|lari)\w*|\b{words.OTHER}\s+hatlar\w*|\bother lines\b")
_SAME = re.compile(rf"\b(?:bu|su|o|ayni|this|that|same)\s+{_NOUN}\b")
_ALL = re.compile(
    rf"\b(?:butun|tum|all(?: of)?(?: (?:my|our))?|every)\s+{_NOUN}\b|\bhatlar\w*\s+(?:hepsi|tamami|tumu)\w*"
)
_PLURAL = re.compile(r"\bhatlar(?:im|imiz)(?:i|in|a|da)?\b(?!\w)|\b(?:any of |each of )?(?:my|our) lines\b")
"""The plural alone: all lines where something is looked up; a change takes "all" only from a word that says so."""
_ALL_BARE = re.compile(r"\b(?:hepsi\w*|tumu(?:nu|nun|ne)?|tamami(?:ni|nin|na)?|all of them)\b")
_BOTH = re.compile(
    rf"\b(?:her|both)\s+(?P<each>{_COUNT}\s+)?(?:{_NOUN}|(?:ikisi|ucu|dordu)\w*)|\b(?P<all>{words.any_of(*words.COUNTS)})\s+{_NOUN}\b"
    r"|\b(?P<of>ikisi|ucu|dordu)(?:n[iu]|n[iu]n|ne|na)?\s*(?:de|da|birden)\b|\bboth\b"
)
_NOT_THIS = re.compile(r"^['’]?\w*\s+(?:\w+\s+)?(?:degil|not)\b")
_EXCEPT = re.compile(rf"\b(?:{words.EXCEPT_AFTER}|{words.EXCEPT_BEFORE})\b")
_POSTPAID = re.compile(r"\b(?:faturali|faturasiz|kontorlu|on odemeli|prepaid|postpaid)\s+(?:hat|numara)\w*")


@dataclass(frozen=True)
class OwnLine:
    """One line of the customer: its number, and its kind ("mobile" or "home")."""

    number: str
    kind: str


@dataclass(frozen=True)
class LineChoice:
    """The lines that a message means.

    Attributes:
        numbers: In the order of the profile; empty where the message means lines that code cannot tell.
    """

    numbers: tuple[str, ...] = ()


_UNCLEAR = LineChoice()


def lines_of(profile: Mapping[str, Any]) -> list[OwnLine]:
    """Return the lines in a customer's profile, the main one first."""
    return [
        OwnLine(each["number"], each["type"])
        for each in profile["phone_numbers"]
        if each["type"] != _CONTACT and each["status"] != "terminated"
    ]


def may_name_line(text: str, *, bare: bool) -> bool:
    """Return True unless a message certainly names no line, so that no profile has to be looked up.

    Args:
        text: The customer's words.
        bare: Whether "ikincisi" without a noun means a line.
    """
    said = fold(text)
    always = (_MENTIONED, _HOME_INTERNET, *_KINDS.values())
    return any(pattern.search(said) for pattern in always) or (bare and _matches_bare(said))


def own_numbers_in(text: str, numbers: Sequence[str]) -> list[str]:
    """Return the phone numbers in a text that are among the customer's own, as they are written there."""
    own = {subscriber_digits(number) for number in numbers}
    return [number for number in phones(text) if subscriber_digits(number) in own]


def lines_named(
    text: str, lines: Sequence[OwnLine], *, spoken_of: str | None = None, bare: bool = False, plural: bool = True
) -> LineChoice | None:
    """Return the lines that a message means; None where it names none or a number that is not the customer's.

    Args:
        text: The customer's words.
        lines: The customer's lines, the main one first.
        spoken_of: The line of the last call, for "diğer hattım" and "bu hat".
        bare: Whether places without a noun ("ikincisi", "hepsi") mean lines: true in the reply to the question for
            a line, and for an operation that has nothing else on a list.
        plural: Whether "hatlarım" alone means all lines; not for a change.
    """
    said = fold(text)
    if len(own_numbers_in(text, [line.number for line in lines])) < len(phones(text)):
        return None
    if excepted := _EXCEPT.search(said):
        return _all_but(said[: excepted.end()], said[excepted.end() :], lines, spoken_of)
    return _Finder(lines, spoken_of, bare, plural=plural).find(said)


def line_mentions(said: str, lines: Sequence[OwnLine], *, bare: bool = False) -> list[tuple[int, int, list[str]]]:
    """Return each mention of lines in folded words: where it begins and ends, and its numbers.

    Args:
        said: Words as ``core.turkish.fold_in_place`` gives them.
        lines: The customer's lines, the main one first.
        bare: Whether places without a noun mean lines.

    Returns:
        The mentions in order; a mention without numbers means lines that code cannot tell.
    """
    return _Finder(lines, None, bare)._mentions(said) if lines else []


def _all_but(before: str, after: str, lines: Sequence[OwnLine], spoken_of: str | None) -> LineChoice | None:
    """Return all lines but those that stand before "hariç"; None where the words say nothing of lines."""
    left_out = _Finder(lines, spoken_of, True).find(before)
    if left_out is None:
        return _Finder(lines, spoken_of, False).find(after)
    rest = tuple(line.number for line in lines if line.number not in left_out.numbers)
    return LineChoice(rest) if left_out.numbers else _UNCLEAR


def _matches_bare(said: str) -> bool:
    bare = (_BARE_PLACE, _RUN_BARE, _OTHER, _OTHERS, _ALL_BARE, _BOTH)
    return any(pattern.search(said) for pattern in bare)


class _Finder:
    """Collects the lines that folded words mean."""

    def __init__(self, lines: Sequence[OwnLine], spoken_of: str | None, bare: bool, *, plural: bool = True) -> None:
        self._plural = plural
        self._lines = lines
        self._spoken_of = spoken_of
        self._bare = bare
        self._meant: list[str] = []
        self._not_meant: list[str] = []
        self._unclear = False

    def find(self, said: str) -> LineChoice | None:
        """Return the choice; see ``lines_named``."""
        for _, end, numbers in self._mentions(said):
            if not numbers:
                self._unclear = True
            elif _NOT_THIS.match(said[end:]):
                self._not_meant += numbers
            else:
                self._meant += numbers
        if self._unclear:
            return _UNCLEAR
        if self._meant:
            chosen = [line.number for line in self._lines if line.number in self._meant]
            return LineChoice(tuple(chosen))
        if self._not_meant:
            rest = tuple(line.number for line in self._lines if line.number not in self._not_meant)
            return LineChoice(rest) if len(rest) == 1 else _UNCLEAR
        return None

    def _mentions(self, said: str) -> list[tuple[int, int, list[str]]]:
        """Return each mention: its place in the words and its lines, none where code cannot tell them."""
        found = [*self._by_number(said)]
        taken = [(start, end) for start, end, _ in found]

        def add(start: int, end: int, numbers: list[str]) -> None:
            if all(end <= other or start >= upto for other, upto in taken):
                taken.append((start, end))
                found.append((start, end, numbers))

        for match in _RUN.finditer(said):
            if self._bare and _RUN_BARE.match(said, match.start()) or re.search(rf"{_NOUN}$", match[0]):
                add(*match.span(), self._run(match["end"], written_number(match["count"]) or 0))
        for match in _PLACE.finditer(said):
            add(
                *match.span(), [number for place in re.findall(_ORDINAL, match["places"]) for number in self._at(place)]
            )
        for match in _MAIN.finditer(said):
            add(*match.span(), [line.number for line in self._lines[:1]])
        for match in _POSTPAID.finditer(said):
            add(*match.span(), self._only())
        for match in _OTHERS.finditer(said):
            add(*match.span(), self._others())
        for match in _OTHER.finditer(said):
            others = self._others(_HOME if match["home"] else _MOBILE if match["mobile"] else None)
            unsaid = 2 if "ikisi" in (match["noun"] or "") else 1
            wanted = written_number(match["count"].strip()) if match["count"] else unsaid
            if match["noun"] or self._bare:
                add(*match.span(), others if len(others) == wanted else [])
        for kind, pattern in _KINDS.items():
            for match in pattern.finditer(said):
                counted = _COUNTED_BEFORE.search(said[: match.start()])
                numbers = self._of_kind(
                    kind, plural="hatlar" in match[0] or match[0].endswith("lines"), counted=counted
                )
                add(counted.start() if counted else match.start(), match.end(), numbers)
        for match in _HOME_INTERNET.finditer(said):
            if numbers := self._of_kind(_HOME, plural=False):
                add(*match.span(), numbers)
        named = sum(len(numbers) for *_, numbers in found)
        for match in _BOTH.finditer(said):
            if not match["of"] or words.COUNTED[match["of"]] != named:  # "… ikisini de": those that were just named
                self._add_both(match, said, add)
        for match in _ALL.finditer(said):
            add(*match.span(), [line.number for line in self._lines])
        for match in _PLURAL.finditer(said) if self._plural else ():
            add(*match.span(), [line.number for line in self._lines])
        if self._bare:
            for match in _ALL_BARE.finditer(said):
                add(*match.span(), [line.number for line in self._lines])
            for match in _BARE_PLACE.finditer(said):
                add(*match.span(), self._at(match["places"] or match["digit"] or match["english"]))
        for match in _SAME.finditer(said):
            if self._spoken_of:
                add(*match.span(), [self._spoken_of])
        return sorted(found)

    def _add_both(self, match: re.Match[str], said: str, add: Any) -> None:
        stated = match["each"] or match["all"]
        count = written_number(stated.strip()) if stated else words.COUNTED.get(match["of"] or "", 2)
        if match["of"] and not self._bare and not re.search(rf"\b{_NOUN}\b", said):
            return
        add(*match.span(), [line.number for line in self._lines] if count == len(self._lines) else [])

    def _by_number(self, said: str) -> list[tuple[int, int, list[str]]]:
        found = []
        at = 0
        for number in phones(said):
            start = said.index(number, at)
            at = start + len(number)
            end = at + len(re.match(r"(?:\s+(?:numarali|nolu|no'?lu))?(?:\s+hat\w*)?", said[at:])[0])  # type: ignore[index]
            found.append((start, end, [line.number for line in self._lines
                                       if subscriber_digits(line.number) == subscriber_digits(number)]))  # fmt: skip
        for match in _NUMBER_END.finditer(said):
            digits = next(filter(None, match.groups()))
            fitting = [line.number for line in self._lines if digits_of(line.number).endswith(digits)]
            found.append((*match.span(), fitting if len(fitting) == 1 else []))
        for match in _NUMBER_BEGIN.finditer(said):
            begins = (match[1] or match[2]).lstrip("0")
            fitting = [line.number for line in self._lines if subscriber_digits(line.number).startswith(begins)]
            if len(fitting) == 1 and all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((*match.span(), fitting))
        return found

    def _at(self, ordinal: str) -> list[str]:
        place = _PLACES.get(ordinal, int(ordinal[:-1]) - 1 if ordinal[0].isdigit() else len(self._lines))
        return [self._lines[place].number] if -len(self._lines) <= place < len(self._lines) else []

    def _run(self, end: str, count: int) -> list[str]:
        if not 0 < count <= len(self._lines):
            return []
        part = self._lines[:count] if end in ("ilk", "first") else self._lines[-count:]
        return [line.number for line in part]

    def _of_kind(self, kind: str, *, plural: bool, counted: re.Match[str] | None = None) -> list[str]:
        """Return the lines of a kind: all of them, the counted ones, or the only one."""
        numbers = [line.number for line in self._lines if line.kind == kind]
        wanted = written_number(counted["count"]) if counted else 1
        return numbers if plural or len(numbers) == wanted else []

    def _others(self, kind: str | None = None) -> list[str]:
        if self._spoken_of is None:
            return []
        return [line.number for line in self._lines if line.number != self._spoken_of and kind in (None, line.kind)]

    def _only(self) -> list[str]:
        return [line.number for line in self._lines] if len(self._lines) == 1 else []
