"""The arguments of the operations, one declaration each: how a stated value is found in the customer's words.

An argument has one of three sources: a question of the decision model (a few allowed values), words of the message
that the decision model tags, or the whole message. An argument that is not declared here is never read out of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import turkish
from core.patterns import PHONE_ATTEMPT, digits_of
from core.turkish.speech import spoken_contact
from core.turkish.suffixes import without_case

_AMOUNT = re.compile(r"\d[\d.]*[.,]\d{1,2}")
_LARGEST_COUNT = 60
_PUNCTUATION = ".,;:!?'’()"


_MOST_DIGITS = 13
_RECORD = re.compile(
    r"\b(?:(?:tkt|ticket)|(?:kay[iı]t|kayd\w*|fatura\w*|bill|ticket)\W*(?:no|numara\w*|number))\W*$", re.IGNORECASE
)
"""Words before a number that is the id of a record or a bill."""


def phones(text: str) -> list[str]:
    """Return the telephone numbers in a text; the number of a record or a bill is none."""
    found = []
    for match in PHONE_ATTEMPT.finditer(text):
        digits = digits_of(match[0]).removeprefix("00")
        if len(digits) <= _MOST_DIGITS and not _RECORD.search(text[: match.start()]):
            found.append(match[0].strip())
    return found


def addresses(text: str) -> list[str]:
    """Return the words of a text that may be e-mail addresses."""
    return [word.strip(f"{_PUNCTUATION}<>") for word in text.split() if "@" in word]


CONTACT_FINDERS: Mapping[str, Callable[[str], list[str]]] = {"phone": phones, "email": addresses}
"""Finds the values of a kind of contact detail in a text; an address has no pattern."""


def _without_suffix(words: Sequence[str]) -> str:
    """Return a name without the case suffix behind its apostrophe."""
    return without_case(words[0])


def _place(words: Sequence[str]) -> str:
    """Return a place with all its parts."""
    return " ".join(filter(None, (without_case(word).strip(" .,;") for word in words)))


def _count(words: Sequence[str]) -> int | None:
    found = turkish.whole_numbers(words[0])
    return found[0] if found and 0 < found[0] <= _LARGEST_COUNT else None


def _identifier(words: Sequence[str]) -> str | None:
    """Return an id: it holds a digit and is no amount; anything else would be made up."""
    word = without_case(words[0])
    return word if any(letter.isdigit() for letter in word) and not _AMOUNT.fullmatch(word) else None


def _with_digit(text: str) -> list[str]:
    """Return the words of a text that hold a digit: ids and line numbers."""
    return [word.strip(_PUNCTUATION) for word in text.split() if any(letter.isdigit() for letter in word)]


@dataclass(frozen=True)
class ArgumentSpec:
    """The way to one argument.

    Attributes:
        question: The question of the decision model that settles it, among a few allowed values.
        span: The kind of tagged words that state it (``agent.decision.format.SPANS``).
        from_words: Makes the value of the tagged words; None where they are no such value.
        candidates: Finds what a chat model may write for it in a message; without one it may be any of its words.
        whole_message: Whether the value is a whole message.
    """

    question: str | None = None
    span: str | None = None
    from_words: Callable[[Sequence[str]], Any] = _without_suffix
    candidates: Callable[[str], list[str]] | None = None
    whole_message: bool = False


_NONE = ArgumentSpec()
ARGUMENTS: Mapping[str, ArgumentSpec] = {
    "status": ArgumentSpec(question="switch"),
    "method": ArgumentSpec(question="method"),
    "payment_method": ArgumentSpec(question="method"),
    "contact_type": ArgumentSpec(question="contact_type"),
    "new_package_name": ArgumentSpec(span="package"),
    "package_name": ArgumentSpec(span="package"),
    "region": ArgumentSpec(span="region", from_words=_place),
    "new_value": ArgumentSpec(span="value", from_words=lambda words: spoken_contact(" ".join(words))),
    "bill_id": ArgumentSpec(span="id", from_words=_identifier, candidates=_with_digit),
    "ticket_id": ArgumentSpec(span="id", from_words=_identifier, candidates=_with_digit),
    "limit": ArgumentSpec(
        span="limit", from_words=_count, candidates=lambda text: [str(count) for count in turkish.whole_numbers(text)]
    ),
    "line_number": ArgumentSpec(candidates=phones),
    "issue_description": ArgumentSpec(whole_message=True),
    "reason": ArgumentSpec(whole_message=True),
}

CHANGE = "change_package"
PACKAGE_ARGUMENT = {CHANGE: "new_package_name", "get_package_details": "package_name"}
"""The argument that names a package, by operation."""


def spec_of(argument: str) -> ArgumentSpec:
    """Return the declaration of an argument; an empty one for an argument that is never read out of words."""
    return ARGUMENTS.get(argument, _NONE)


_MARKUP = re.compile(r"https?://\S+|www\.\S+|<[^<>]*>|[\[\]{}()<>*_`#|~]+")
"""Links, tags and brackets, by which a description does not read like one."""


def read_as(argument: str, message: str) -> str:
    """Return the words by which a reply is read: those of a description without links and markup."""
    if not spec_of(argument).whole_message:
        return message
    return " ".join(_MARKUP.sub(" ", message).split()) or message
