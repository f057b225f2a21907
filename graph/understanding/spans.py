"""Arguments from the words of a message that the decision model tagged; each is words that the customer wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agent.decision.spans import Span
from core.patterns import digits_of
from core.turkish import postal_addresses
from core.turkish.speech import spoken_contact
from graph.understanding.argument_specs import phones, spec_of

_SEVERAL = 2


def from_spans(names: Sequence[str], spans: Sequence[Span], message: str) -> dict[str, Any]:
    """Return the arguments that tagged words state.

    Args:
        names: The operation's arguments that are still open.
        spans: Tagged words.
        message: The whole message, for the number of a line.
    """
    words_by_kind: dict[str, list[str]] = {}
    for span in spans:
        words = words_by_kind.setdefault(span.kind, [])
        if span.text not in words:  # two readers may tag the same words
            words.append(span.text)
    stated: dict[str, Any] = {}
    for name in names:
        spec = spec_of(name)
        words = words_by_kind.get(spec.span or "", [])
        if name == "new_value":
            words = whole_address([*_whole_number(words, message)], message)
        elif spec.span == "id":
            words = [word for word in words if not _in_address(word, message)]
        value = spec.from_words(words) if words else None
        if value is not None:
            stated[name] = value
    numbers = phones(message) if "line_number" in names and "new_value" not in names else []
    if numbers:
        stated["line_number"] = numbers[0]
    return stated


def whole_address(words: list[str], message: str) -> list[str]:
    """Return the postal address in which tagged words stand, as it was written; any other words as they are.

    Tagged words that lie apart are no address: joined, they would be one that the customer never wrote.
    """
    found = [message[begin:end] for begin, end in postal_addresses(message)]
    around = [address for address in found if all(word in address for word in words)]
    if words and len(around) == 1:
        return around
    return words if len(words) < _SEVERAL or spoken_contact(" ".join(words)) != " ".join(words) else []


def _in_address(word: str, message: str) -> bool:
    """Return True for a number that stands in postal addresses only: "7" of "No: 7"."""
    places = [match.start() for match in re.finditer(re.escape(word), message)]
    addresses = postal_addresses(message)
    return bool(places) and all(any(begin <= place < end for begin, end in addresses) for place in places)


def _whole_number(words: Sequence[str], message: str) -> Sequence[str]:
    """Return the one telephone number of the message where the tagged words are digits of it, else the words."""
    numbers = phones(message)
    digits = digits_of(words[-1]) if words else ""
    return numbers if digits and len(numbers) == 1 and digits in digits_of(numbers[0]) else words
