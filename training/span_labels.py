"""Span labels: finds the words of a stated argument in a message, so that its tokens can be tagged.

Labels give arguments as they should be understood ("Kadıköy"), messages as people type ("kadikoyde"); words are
compared without case, diacritics and suffixes. A message with an argument that stands nowhere is not used for tags.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.decision.format import TAGS
from core import turkish
from core.patterns import digits_of
from core.turkish.speech import spoken_contact
from core.turkish.suffixes import without_case
from graph.understanding.argument_specs import ARGUMENTS

_KIND = {name: spec.span for name, spec in ARGUMENTS.items() if spec.span}
"""The kind of span that states an argument."""
_LONGEST = 16
_ALIKE = 0.8

Stretch = tuple[str, int, int]
"""Kind, begin and end of a span in the message."""


def stretches(message: str, tools: Sequence[Mapping[str, Any]]) -> list[Stretch] | None:
    """Return the place of every argument, or None if one of them cannot be found.

    Args:
        message: The customer's words.
        tools: The labels of a row.
    """
    found: list[Stretch] = []
    for tool in tools:
        for name, value in (tool.get("args") or {}).items():
            if name in _KIND:
                place = _place(message, _KIND[name], str(value))
                if place is None:
                    return None
                found.append((_KIND[name], *place))
    return found


def _place(message: str, kind: str, value: str) -> tuple[int, int] | None:
    """The words most like a value; the fewest of them where several are."""
    words = [match.span() for match in re.finditer(r"\S+", message)]
    best: tuple[float, int, tuple[int, int]] | None = None
    for first in range(len(words)):
        for count in range(1, min(_LONGEST, len(words) - first) + 1):
            begin, end = words[first][0], words[first + count - 1][1]
            alike = _alike(message[begin:end], kind, value)
            if alike >= _ALIKE and (best is None or (alike, -count) > best[:2]):
                best = (alike, -count, (begin, end))
    return best[2] if best else None


def _alike(words: str, kind: str, value: str) -> float:
    if kind == "limit":
        return float(turkish.whole_numbers(words) == [int(value)])
    if kind == "value":
        digits = digits_of(value)
        if len(digits) >= 10 and not re.search(r"[^\W\d_]", value):
            return float(digits_of(spoken_contact(words)).endswith(digits[-10:]))
        if "@" in value:
            return float(spoken_contact(words).casefold().strip(".,;:") == value.casefold())
    plain = turkish.fold(without_case(words.strip('.,;:!?"()')))
    return difflib.SequenceMatcher(None, plain, turkish.fold(value)).ratio()


def tags_of(spans: Sequence[Stretch], offsets: Sequence[tuple[int, int]]) -> list[int]:
    """The tag of every token.

    Args:
        spans: Stretches of the message.
        offsets: Begin and end of each token in the message.
    """
    tags = [0] * len(offsets)
    for kind, begin, end in spans:
        mark = "B"
        for index, (start, stop) in enumerate(offsets):
            if start < end and stop > begin:
                tags[index] = TAGS.index(f"{mark}-{kind}")
                mark = "I"
    return tags
