"""A reply without the words that only restate the change: "evet, ev hattımı" beside a question about that line.

What a reply names has to equal what was asked; where it does, the rest of it is read for its consent. The words are cut
out by code: the asked package (whole, or by a word that only it has) and mentions of the asked line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.turkish import fold, fold_in_place, named_by_part
from graph.state import Call
from graph.understanding.line_reader import LINE
from graph.understanding.lines import OwnLine, line_mentions

_PACKAGE_WORD = re.compile(r"(?:paket|tarife)\w*")
_ENDING = re.compile(r"['’]?\w*")


def without_restated(words: str, call: Call, lines: Sequence[OwnLine]) -> str | None:
    """Return a reply without the words for the asked package and line; None where it has none or nothing else.

    Args:
        words: The reply.
        call: The proposed change.
        lines: The customer's lines, the main one first.
    """
    left = _without_line(words, call["arguments"].get(LINE), lines)
    package = (call["preview"] or {}).get("to_package")
    if package:
        left = _without_package(left, str(package))
    left = " ".join(left.split())
    return left if left != " ".join(words.split()) and any(map(str.isalnum, left)) else None


def _without_line(words: str, number: str | None, lines: Sequence[OwnLine]) -> str:
    if number is None:
        return words
    left, end = "", 0
    for start, stop, named in line_mentions(fold_in_place(words), lines):
        if named == [number] and start >= end:
            left += words[end:start]
            end = stop + len(_ENDING.match(words[stop:])[0])  # type: ignore[index]
    return left + words[end:]


def _without_package(words: str, package: str) -> str:
    kept: list[str] = []
    cut = False
    for word in words.split():
        if named_by_part(word, [package]):
            cut = True
        elif not (cut and _PACKAGE_WORD.fullmatch(fold(word).strip(".,!"))):
            kept.append(word)
    return " ".join(kept) if cut else words
