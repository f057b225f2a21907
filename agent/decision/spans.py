"""Spans: the words of a message that are an argument, joined from the tags of its tokens.

A span always holds words that the customer wrote: no name, number or address can be invented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent.decision.format import TAGS

_EDGES = ' \t\n.,;:!?"“”()[]<>…'
_QUOTED = re.compile(r"""(?<!\w)["'“‘«]([^"'”’»]{2,60})["'”’»]""")
"""Quoted words; an apostrophe after a letter begins a case suffix instead."""


class Span(NamedTuple):
    """Some words of a message.

    Attributes:
        kind: One of ``agent.decision.format.SPANS``.
        text: The words as written, without marks at the edges.
        probability: The lowest probability among its tokens.
    """

    kind: str
    text: str
    probability: float


def spans_of(
    message: str, tags: Sequence[int], probabilities: Sequence[float], offsets: Sequence[tuple[int, int]]
) -> list[Span]:
    """Join tagged tokens into spans of whole words.

    Args:
        message: The customer's words.
        tags: Index into ``TAGS`` of each token.
        probabilities: Probability of each tag.
        offsets: Begin and end of each token in the message.
    """
    found: list[tuple[str, int, int, float]] = []
    for tag, sure, (begin, end) in zip(tags, probabilities, offsets, strict=True):
        mark, _, kind = TAGS[tag].partition("-")
        if not kind:
            continue
        last = found[-1] if found else None
        goes_on = last is not None and last[0] == kind and not message[last[2] : begin].strip()
        if goes_on and last is not None and (mark == "I" or not message[last[2] : begin]):
            found[-1] = (kind, last[1], end, min(last[3], sure))
        else:
            found.append((kind, begin, end, sure))
    spans = [Span(kind, _name(message, begin, end, kind), sure) for kind, begin, end, sure in found]
    return [span for span in spans if span.text]


def _name(message: str, begin: int, end: int, kind: str) -> str:
    """Return the words of a span; for a quoted package name, the words between the quotes."""
    quoted = (match for match in _QUOTED.finditer(message) if match.start() < end and begin < match.end())
    match = next(quoted, None) if kind == "package" else None
    return match[1].strip() if match else _words(message, begin, end)


def _words(message: str, begin: int, end: int) -> str:
    """Extend a range of characters to whole words; a token may begin with the space before its word."""
    while begin < end and message[begin].isspace():
        begin += 1
    while begin > 0 and not message[begin - 1].isspace():
        begin -= 1
    while end < len(message) and not message[end].isspace():
        end += 1
    return message[begin:end].strip(_EDGES)
