"""The terms of a proposed change that a reply may name: its package and its line, beside those that there are.

What a reply names has to equal what was asked. Another package is told by code, by its whole name or by a word that
only it has; words that only restate the asked package, line, amount, method or date ("347 lirayı karttan çekin") are
cut out, and the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.turkish import fold, fold_in_place, in_digits, named_by_part, named_in
from graph.understanding.argument_specs import phones
from graph.understanding.fillers import praises
from graph.understanding.lines import OwnLine, line_mentions
from graph.understanding.methods import methods_in
from graph.understanding.named import states_number, states_time
from graph.understanding.words import LIRA, MONTHS, NUMBER

_PACKAGE_WORD = re.compile(r"(?:paket|tarife)\w*")
_ENDING = re.compile(r"['’]?\w*")
_VALUE = re.compile(
    rf"\b(?:son[iu] )?(?P<number>{NUMBER})['’]?[a-z]*"
    rf"(?:\s+(?:{LIRA}|kurus|numara|nolu|gb|giga|mbps)\w*|\s+(?P<month>{'|'.join(MONTHS)})\w*)*"
    r"(?:\s+(?:ile )?bit\w+)?(?:\s+olan\w*)?"
)
"""A number with what belongs to it: its unit, its month, "ile biten"."""
_METHOD = re.compile(r"\b(?:(?:kredi|banka) )?kart\w*|\b(?:havale|eft|nakit)\w*|\b(?:dijital )?cuzdan\w*")


@dataclass(frozen=True)
class Terms:
    """The terms of one change; empty ones tell nothing.

    Attributes:
        sold: Names of the packages that there are.
        package: The package that was asked about.
        former: The package that the change ends.
        line: The number of the line that it is for.
        lines: The customer's lines, the main one first.
    """

    sold: Sequence[str] = ()
    package: str | None = None
    former: str | None = None
    line: str | None = None
    lines: Sequence[OwnLine] = ()

    def other_packages(self, words: str) -> list[str]:
        """Return the packages that a reply names in place of the asked one.

        The former one may be named beside the asked one ("süper konuşmadan gence"), but not alone.
        """
        if self.package is None:
            return []
        named = packages_meant(words, self.sold)
        beside = {self.package, self.former} if self.package in named else {self.package}
        return [name for name in named if name not in beside]

    def unstated(self, words: str, asked: str) -> str | None:
        """Return a reply without the words for what was asked; None where it has none of them or nothing else.

        Args:
            words: The reply.
            asked: The question, which states amounts, methods and dates.
        """
        whole = in_digits(words)
        left = self._without_line(whole)
        if self.package is not None:
            left = _without_package(left, self.package)
        left = " ".join(_without_values(left, asked).split())
        return left if left != " ".join(whole.split()) and any(map(str.isalnum, left)) else None

    def _without_line(self, words: str) -> str:
        if self.line is None:
            return words
        left, end = "", 0
        for start, stop, named in line_mentions(fold_in_place(words), self.lines):
            if named == [self.line] and start >= end:
                left += words[end:start]
                end = stop + len(_ENDING.match(words[stop:])[0])  # type: ignore[index]
        return left + words[end:]


def packages_meant(words: str, sold: Sequence[str]) -> list[str]:
    """Return the packages that words name, whole or by a part; praise ("süpersin") is no part of a name."""
    if not sold:
        return []
    parts = named_by_part(" ".join(word for word in words.split() if not praises(word)), sold)
    return list(dict.fromkeys([*named_in(words, sold), *parts]))


def terms_in(question: str, sold: Sequence[str]) -> Terms:
    """Return the terms that a question states, where nothing else is known of its change.

    Args:
        question: The question as the customer read it; the former package stands before the asked one.
        sold: Names of the packages that there are.
    """
    named = named_by_part(question, sold) if sold else []
    numbers = phones(question)
    line = numbers[0] if len(numbers) == 1 else None
    return Terms(
        sold, named[-1] if named else None, named[0] if len(named) > 1 else None, line,
        [OwnLine(line, "mobile")] if line else [],
    )  # fmt: skip


def _without_package(words: str, package: str) -> str:
    kept: list[str] = []
    cut = False
    for word in words.split():
        if named_by_part(word, [package]):
            cut = True
        elif not (cut and _PACKAGE_WORD.fullmatch(fold(word).strip(".,!"))):
            kept.append(word)
    return " ".join(kept) if cut else words


def _without_values(words: str, asked: str) -> str:
    """Return a reply without the numbers, dates and methods that the question states."""
    question = fold(asked)
    cut = [
        match.span()
        for match in _VALUE.finditer(fold_in_place(words))
        if states_number(question, match["number"]) and (not match["month"] or states_time(question, match["month"]))
    ]
    if set(methods_in(words)) <= set(methods_in(asked)):
        cut += [match.span() for match in _METHOD.finditer(fold_in_place(words))]
    for begin, end in sorted(cut, reverse=True):
        words = f"{words[:begin]} {words[end:]}"
    return words
