"""The terms of a proposed change that a reply may name: its package and its line, beside those that there are.

What a reply names has to equal what was asked. Another package is told by code, by its whole name or by a word that
only it has; words that only restate the asked package or line ("evet, ev hattımı") are cut out, and the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.turkish import fold, fold_in_place, named_by_part, named_in
from graph.understanding.argument_specs import phones
from graph.understanding.fillers import praises
from graph.understanding.lines import OwnLine, line_mentions

_PACKAGE_WORD = re.compile(r"(?:paket|tarife)\w*")
_ENDING = re.compile(r"['’]?\w*")


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

    def unstated(self, words: str) -> str | None:
        """Return a reply without the words for the asked package and line; None where it has none or nothing else."""
        left = self._without_line(words)
        if self.package is not None:
            left = _without_package(left, self.package)
        left = " ".join(left.split())
        return left if left != " ".join(words.split()) and any(map(str.isalnum, left)) else None

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
