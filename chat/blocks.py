"""The blocks that a card is made of, as JSON for ``public/elements/Card.jsx``.

A block's text is complete by itself: bars and dials only repeat it for the eye, so that a screen reader, a printer and
the clipboard get the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

Tone = Literal["plain", "good", "warn", "ask"]
Block = dict[str, Any]


class Card(TypedDict):
    """One card.

    Attributes:
        label: What it shows, in one sentence, for those who do not see it.
        title: Its heading.
        badge: A state beside the heading, or "".
        tone: The badge's colour; ``ask`` marks a question.
        blocks: What it is made of, in order.
    """

    label: str
    title: str
    badge: str
    tone: Tone
    blocks: list[Block]


class Row(TypedDict):
    """A name with its value; ``mark`` is a remark beside the name, ``strong`` the sum of the others."""

    name: str
    value: str
    mark: str
    strong: bool


class Bar(TypedDict):
    """A name with its value, its share of the longest bar in percent, and a remark."""

    name: str
    value: str
    share: float
    note: str
    tone: Tone


class TableRow(TypedDict):
    """The cells of a row; ``mark`` is a remark in its first cell."""

    cells: list[str]
    mark: str


class Event(TypedDict):
    """An event of a timeline; one that has not come yet has no time."""

    name: str
    when: str
    is_past: bool


def row(name: str, value: str, mark: str = "", *, strong: bool = False) -> Row:
    """Return a row."""
    return Row(name=name, value=value, mark=mark, strong=strong)


def rows(items: Sequence[Row]) -> Block:
    """Return a list of names with values."""
    return {"kind": "rows", "rows": list(items)}


def bars(items: Sequence[Bar]) -> Block:
    """Return bars, one below the other."""
    return {"kind": "bars", "bars": list(items)}


def table(caption: str, head: Sequence[str], items: Sequence[TableRow]) -> Block:
    """Return a table; on a narrow screen each row becomes a list with the heads as names."""
    return {"kind": "table", "caption": caption, "head": list(head), "rows": list(items)}


def gauge(value: str, unit: str, share: float, note: str) -> Block:
    """Return a dial: a value, and its share of the scale in percent."""
    return {"kind": "gauge", "value": value, "unit": unit, "share": share, "note": note}


def timeline(events: Sequence[Event]) -> Block:
    """Return events in the order of time."""
    return {"kind": "timeline", "events": list(events)}


def link(text: str, path: str) -> Block:
    """Return a link to a file of the customer's own on this server."""
    return {"kind": "link", "text": text, "path": path}


def photos(items: Sequence[tuple[str, str]]) -> Block:
    """Return photos of the customer's own, each by its path on this server and what it is."""
    return {"kind": "photos", "photos": [{"path": path, "text": text} for path, text in items]}


def note(text: str) -> Block:
    """Return a sentence."""
    return {"kind": "note", "text": text}
