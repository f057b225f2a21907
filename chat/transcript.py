"""A conversation as a text file for the customer."""

from __future__ import annotations

from datetime import datetime

from chat.words import say
from conversation.service import ThreadHistory
from core import turkish
from core.languages import Language
from core.operator_facts import OperatorFacts


def transcript(history: ThreadHistory, customer: str, language: Language, operator: OperatorFacts) -> str:
    """Return what customer, assistant and colleagues said, with times.

    Args:
        history: The conversation.
        customer: The customer's name.
        language: The language of the page.
        operator: Whose assistant it was.
    """
    title = say("transcript", "title", language, assistant=operator.assistant_name(language))
    assistant = say("transcript", "assistant", language)
    parts: list[tuple[datetime, str, str]] = []
    for turn in history.turns:
        if turn.asked is not None:
            parts.append((turn.run.started_at, customer, turn.asked))
        answered_at = turn.answered_at or turn.run.finished_at or turn.run.started_at
        parts.append((answered_at, assistant, turn.answer or say("transcript", "unanswered", language)))
    parts += [
        (each.at, (each.author if each.role == "colleague" else None) or assistant, each.text)
        for each in history.between
    ]
    said = [
        f"[{turkish.moment(at, locale=language)}] {who}:\n{words}"
        for at, who, words in sorted(parts, key=lambda part: part[0])
    ]
    return "\n\n".join([title, *said]) + "\n"


def file_name(at: datetime, language: Language) -> str:
    """Return the name of the file."""
    return say("transcript", "file", language, day=f"{at:%Y-%m-%d}")
