"""The lines that a message means: by number, place, kind, "the other", "both", "all".

Code reads them, because a wrong line is a wrong change. Where the words name lines that code cannot tell apart, the
result says so, and the customer is asked. A message that names no line gives None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.patterns import digits_of, subscriber_digits
from core.turkish import fold, written_number
from graph.understanding import line_words, words
from graph.understanding.argument_specs import phones

_CONTACT = "contact"
"""Kind of a number to call back on, which is no line."""


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
    always = (line_words.MENTIONED, line_words.HOME_INTERNET, *line_words.KINDS.values())
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
    if excepted := line_words.EXCEPT.search(said):
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
    bare = (
        line_words.BARE_PLACE,
        line_words.RUN_BARE,
        line_words.OTHER,
        line_words.OTHERS,
        line_words.ALL_BARE,
        line_words.BOTH,
    )
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
            elif line_words.NOT_THIS.match(said[end:]):
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

        for match in line_words.RUN.finditer(said):
            if (
                self._bare
                and line_words.RUN_BARE.match(said, match.start())
                or re.search(rf"{line_words.NOUN}$", match[0])
            ):
                add(*match.span(), self._run(match["end"], written_number(match["count"]) or 0))
        for match in line_words.PLACE.finditer(said):
            add(
                *match.span(),
                [number for place in re.findall(line_words.ORDINAL, match["places"]) for number in self._at(place)],
            )
        for match in line_words.MAIN.finditer(said):
            add(*match.span(), [line.number for line in self._lines[:1]])
        for match in line_words.POSTPAID.finditer(said):
            add(*match.span(), self._only())
        for match in line_words.OTHERS.finditer(said):
            add(*match.span(), self._others())
        for match in line_words.OTHER.finditer(said):
            is_home, is_mobile = match["home"] or match["only_home"], match["mobile"] or match["only_mobile"]
            others = self._others(line_words.HOME if is_home else line_words.MOBILE if is_mobile else None)
            unsaid = 2 if "ikisi" in (match["noun"] or "") else 1
            wanted = written_number(match["count"].strip()) if match["count"] else unsaid
            if match["noun"] or is_home or is_mobile or self._bare:
                add(*match.span(), others if len(others) == wanted else [])
        for kind, pattern in line_words.KINDS.items():
            for match in pattern.finditer(said):
                counted = line_words.COUNTED_BEFORE.search(said[: match.start()])
                numbers = self._of_kind(kind, plural=line_words.SEVERAL.search(match[0]) is not None, counted=counted)
                add(counted.start() if counted else match.start(), match.end(), numbers)
        for match in line_words.HOME_INTERNET.finditer(said):
            if numbers := self._of_kind(line_words.HOME, plural=False):
                add(*match.span(), numbers)
        named = sum(len(numbers) for *_, numbers in found)
        for match in line_words.BOTH.finditer(said):
            if not match["of"] or words.COUNTED[match["of"]] != named:  # "… ikisini de": those that were just named
                self._add_both(match, said, add)
        for match in line_words.ALL.finditer(said):
            add(*match.span(), [line.number for line in self._lines])
        for match in line_words.PLURAL.finditer(said) if self._plural else ():
            add(*match.span(), [line.number for line in self._lines])
        if self._bare:
            for match in line_words.ALL_BARE.finditer(said):
                add(*match.span(), [line.number for line in self._lines])
            for match in line_words.BARE_PLACE.finditer(said):
                add(*match.span(), self._at(match["places"] or match["final"] or match["digit"] or match["english"]))
        for match in line_words.SAME.finditer(said):
            if self._spoken_of:
                add(*match.span(), [self._spoken_of])
        return sorted(found)

    def _add_both(self, match: re.Match[str], said: str, add: Any) -> None:
        stated = match["each"] or match["all"]
        count = written_number(stated.strip()) if stated else words.COUNTED.get(match["of"] or "", 2)
        if match["of"] and not self._bare and not re.search(rf"\b{line_words.NOUN}\b", said):
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
        for match in line_words.NUMBER_END.finditer(said):
            digits = next(filter(None, match.groups()))
            fitting = [line.number for line in self._lines if digits_of(line.number).endswith(digits)]
            found.append((*match.span(), fitting if len(fitting) == 1 else []))
        for match in line_words.NUMBER_BEGIN.finditer(said):
            begins = (match[1] or match[2]).lstrip("0")
            fitting = [line.number for line in self._lines if subscriber_digits(line.number).startswith(begins)]
            if len(fitting) == 1 and all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((*match.span(), fitting))
        return found

    def _at(self, ordinal: str) -> list[str]:
        place = line_words.PLACES.get(ordinal, int(ordinal[:-1]) - 1 if ordinal[0].isdigit() else len(self._lines))
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
