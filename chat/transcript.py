"""A conversation as a text file for the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core import turkish
from database.threads import ThreadTurn

_TITLE = "Telekom Asistanı ile sohbetiniz"
_UNANSWERED = "(Cevap yarıda kaldı.)"


def transcript(turns: Sequence[ThreadTurn], customer: str) -> str:
    """Return what the customer and the assistant said, with times.

    Args:
        turns: The turns of the conversation, oldest first.
        customer: The customer's name.
    """
    parts = [_TITLE]
    for turn in turns:
        if turn.asked is not None:
            parts.append(_said(turn.run.started_at, customer, turn.asked))
        answered_at = turn.answered_at or turn.run.finished_at or turn.run.started_at
        parts.append(_said(answered_at, "Asistan", _UNANSWERED if turn.answer is None else turn.answer))
    return "\n\n".join(parts) + "\n"


def file_name(at: datetime) -> str:
    """Return the name of the file."""
    return f"telekom-sohbet-{at:%Y-%m-%d}.txt"


def _said(at: datetime, who: str, words: str) -> str:
    return f"[{turkish.moment(at)}] {who}:\n{words}"
