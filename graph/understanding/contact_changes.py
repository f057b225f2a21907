"""Several contact details in one message: a telephone number and an e-mail address are two changes.

A value shows by its form what it is, so code tells them apart; a kind that is named beside another one without a
value ("mailim ve adresim değişecek") is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.patterns import digits_of
from core.turkish import fold
from core.turkish.speech import spoken_contact
from graph.state import Call
from graph.understanding.argument_specs import addresses, phones
from graph.understanding.spans import whole_address

CONTACT = "update_customer_contact"
"""The operation that changes a contact detail."""

_SEVERAL = 2
_LEAST_WORDS = 2
_FEW_DIGITS = 7
_KIND = re.compile(
    r"\b(?:(?P<email>(?:e-?posta|e-?mail|mail)(?: ?adres)?)|(?P<phone>(?:cep )?telefon(?: ?numara)?|numara)"
    r"|(?P<address>adres))"
    r"(?:im|[iu]m|m)?[iu]?\b"
)
"""The kinds as what the customer has of them: "mailimi", "telefon numaram", "adresim"."""
_BETWEEN = re.compile(r"\s*(?:,|ve\b|ile\b|hem\b|d[ae]\b|and\b|my\b|\s)*")
_NAMES_A_LINE = re.compile(r"\s*(?:['’]\w+\s+)?(?:numaral\w+|no'?lu|nolu)\b", re.IGNORECASE)


def contact_changes(message: str, tagged: Sequence[str]) -> list[dict[str, Any]]:
    """Return the arguments of each contact change, in the order of phone, e-mail, address; none for a single one.

    Args:
        message: The customer's words.
        tagged: Words that the decision model tagged as new values.
    """
    found: dict[str, str | None] = {}
    numbers = [number for number in phones(message) if not _NAMES_A_LINE.match(message.split(number, 1)[1])]
    if numbers:
        found["phone"] = numbers[-1]
    spoken = [spoken_contact(words) for words in tagged]
    if mails := [*addresses(message), *(value for value in spoken if "@" in value)]:
        found["email"] = mails[-1]
    if places := [words for words in tagged if _is_place(words)]:
        found["address"] = next(iter(whole_address(places, message)), None)  # None: it is asked for
    for kind in kinds_in(message):
        found.setdefault(kind, None)  # it is asked for
    if len(found) < _SEVERAL:
        return []
    stated = [{"contact_type": kind, "new_value": value} for kind, value in found.items()]
    return [{name: value for name, value in each.items() if value is not None} for each in stated]


def kinds_in(message: str) -> list[str]:
    """Return the kinds of contact that a message names side by side; none where it names a single one."""
    kinds = list(_KIND.finditer(fold(message)))
    pairs = zip(kinds, kinds[1:], strict=False)
    joined = [pair for pair in pairs if _BETWEEN.fullmatch(fold(message), pair[0].end(), pair[1].start())]
    return list(dict.fromkeys(str(each.lastgroup) for pair in joined for each in pair))


def _is_place(words: str) -> bool:
    named = "@" not in spoken_contact(words) and len(digits_of(words)) < _FEW_DIGITS
    return named and len(words.split()) >= _LEAST_WORDS


def given_values(calls: Sequence[Call], message: str, tagged: Sequence[str]) -> dict[str, str]:
    """Return the new values that one reply gives for several contact changes, by the id of each.

    Args:
        calls: The changes that wait for a value.
        message: The reply.
        tagged: Its words that are tagged as values.

    Returns:
        Nothing where it gives fewer than two.
    """
    stated = {each["contact_type"]: each.get("new_value") for each in contact_changes(message, tagged)}
    found = {call["id"]: stated.get(call["arguments"].get("contact_type")) for call in calls}
    given = {name: value for name, value in found.items() if value is not None}
    return given if len(given) >= _SEVERAL else {}
