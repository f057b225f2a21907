"""Arguments out of the words of a message that the decision model tagged; each is words that the customer wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.decision.spans import Span
from core import turkish
from core.patterns import PHONE_ATTEMPT, digits_of
from core.turkish.speech import spoken_contact


def from_spans(names: Sequence[str], spans: Sequence[Span], message: str) -> dict[str, Any]:
    """Arguments from the tagged words of a message.

    Args:
        names: The operation's arguments that are still open.
        spans: Tagged words.
        message: The whole message, for the number of a line.
    """
    by_kind: dict[str, list[str]] = {}
    for span in spans:
        by_kind.setdefault(span.kind, []).append(span.text)
    stated: dict[str, Any] = {}
    for name in names:
        words = by_kind.get(_SPAN_OF.get(name, ""), [])
        if name == "new_value":
            words = [*_whole_number(words, message)]
        value = _SPAN_VALUE.get(name, _without_suffix)(words) if words else None
        if value is not None:
            stated[name] = value
    numbers = phones(message) if "line_number" in names and "new_value" not in names else []
    if numbers:
        stated["line_number"] = numbers[0]
    return stated


def _whole_number(words: Sequence[str], message: str) -> Sequence[str]:
    """The one telephone number of the message, where the tagged words are digits of it."""
    numbers = phones(message)
    said = digits_of(words[-1]) if words else ""
    return numbers if said and len(numbers) == 1 and said in digits_of(numbers[0]) else words


def _without_suffix(words: Sequence[str]) -> str:
    """A name without the case suffix behind its apostrophe."""
    return _SUFFIX.sub("", words[0])


def _place(words: Sequence[str]) -> str:
    """A place with all its parts."""
    return " ".join(filter(None, (_SUFFIX.sub("", word).strip(" .,;") for word in words)))


def _count(words: Sequence[str]) -> int | None:
    found = turkish.whole_numbers(words[0])
    return found[0] if found and 0 < found[0] <= _LARGEST_COUNT else None


def _identifier(words: Sequence[str]) -> str | None:
    """An id holds a digit and is no amount; anything else would be made up."""
    word = _SUFFIX.sub("", words[0])
    return word if any(letter.isdigit() for letter in word) and not _AMOUNT.fullmatch(word) else None


_SUFFIX = re.compile(r"['’][^\W\d_]+$")
_AMOUNT = re.compile(r"\d[\d.]*[.,]\d{1,2}")
_LARGEST_COUNT = 60
_SPAN_OF = {
    "new_package_name": "package", "package_name": "package", "region": "region", "new_value": "value",
    "bill_id": "id", "ticket_id": "id", "limit": "limit",
}  # fmt: skip
_SPAN_VALUE: Mapping[str, Callable[[Sequence[str]], Any]] = {
    "region": _place,
    "new_value": lambda words: spoken_contact(" ".join(words)),
    "bill_id": _identifier,
    "ticket_id": _identifier,
    "limit": _count,
}


def phones(text: str) -> list[str]:
    """The telephone numbers in a text."""
    return [match.strip() for match in PHONE_ATTEMPT.findall(text)]
