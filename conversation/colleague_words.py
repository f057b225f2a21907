"""The words that tell a customer of a colleague who has taken the conversation, and of photos."""

from __future__ import annotations

from typing import Literal, cast

from core import turkish
from core.fields import FIELD
from core.languages import Language
from graph.answers.approved import shipped_answers

Event = Literal[
    "called_late",
    "taken",
    "taken_with_question",
    "passed_on",
    "closed",
    "closed_with_note",
    "handed_back",
    "handed_back_with_note",
]


def colleague_words(event: Event, language: str, name: str | None, note: str = "") -> str:
    """Return the sentence about an event.

    Args:
        event: What happened; one with a note becomes its like without one where there is no note.
        language: The customer's language, as the hand-over has it.
        name: The colleague's name; None where nobody had taken the conversation.
        note: The colleague's note.
    """
    spoken = cast(Language, language)
    entries = shipped_answers().wording["colleague"]
    who = name or str(entries["somebody"][spoken])
    facts = {"name": who, "to_name": turkish.dative(who), "note": note}
    key = event if note else event.removesuffix("_with_note")
    return FIELD.sub(lambda match: facts[match[1]], str(entries[key][spoken]))


def photo_words(entry: str, language: Language, ticket_id: str | None = None) -> str:
    """Return the sentence about photos.

    Args:
        entry: What became of them.
        language: The customer's language.
        ticket_id: The ticket that they went to.
    """
    words = str(shipped_answers().wording["photos"][entry][language])
    return FIELD.sub(lambda _: ticket_id or "", words)
