"""Limits that stand in a reply about something else: "taahhüdüm bitince" is answered as a question for the commitment.

The change keeps the limit in mind, so that a later yes is not taken for a yes without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.turkish import fold
from graph.state import Call
from graph.understanding.named import Kind, Named, is_question, unasked
from graph.understanding.words import EXCEPT_AFTER

_LIMITS: tuple[Kind, ...] = ("time", "condition", "part", "owner")
_HELD = re.compile(r" (?:ols[iu]n|yap\w*|gecs[iu]n|baslas[iu]n|acils[iu]n|kapans[iu]n|odens[iu]n|cekils[iu]n)$")
"""The verb behind a limit: "ocaktan sonra olsun"."""
_EXCEPT = re.compile(rf"\b{EXCEPT_AFTER}\b")

UNREAD = "unread"
"""The limit of words that nobody understood beside a change: a yes after them may mean the change with them."""

UNSURE = frozenset({"addition", "extra", "thing", "number", "direction"})
"""What is said of words that code cannot put into the change, and may have misread."""


def limit_in(words: str, question: str = "") -> Kind | None:
    """Return the kind of limit that words set for a change; None for words that set none, or that ask something.

    Args:
        words: The customer's words.
        question: The question about the change; what it states is no limit.
    """
    return next((each.kind for each in _limits(words, question)), None)


def ends_in_limit(words: str, question: str = "") -> Kind | None:
    """Return the kind of the limit that ends some words, so that nothing else is said: "bu ayın faturası hariç"."""
    said = _HELD.sub("", fold(words).strip(" .!,"))
    return next((each.kind for each in _limits(words, question) if said.endswith(each.text)), None)


def limit_before(calls: Sequence[Call]) -> str | None:
    """Return the limit that was named for one of some changes and not spoken of yet; None where there is none."""
    return next((limit for call in calls if (limit := call.get("unmet"))), None)


def with_limit(calls: Sequence[Call], some: Sequence[Call], limit: str | None) -> list[Call]:
    """Return calls with a limit noted on some of them; without one the note is taken off."""
    ids = {call["id"] for call in some}
    return [{**call, "unmet": limit} if call["id"] in ids and (limit or "unmet" in call) else call for call in calls]


def corrected(call: Call) -> Call:
    """Return a call that is to be corrected: with its new value it is asked about anew, whatever was not understood."""
    taken: Call = {**call, "status": "corrected"}
    return {**taken, "unmet": None} if call.get("unmet") == UNREAD else taken


def unread(calls: Sequence[Call]) -> list[Call]:
    """Return calls after words that nobody understood, noted on each change that waits for a yes."""
    waiting = [call for call in calls if call["status"] == "awaiting" and not call.get("unmet")]
    return with_limit(calls, waiting, UNREAD)


def _limits(words: str, question: str) -> list[Named]:
    if is_question(words):
        return []
    found = [each for each in unasked(words, question) if each.kind in _LIMITS]
    return [*found, *(Named("condition", match[0]) for match in _EXCEPT.finditer(fold(words)))]
