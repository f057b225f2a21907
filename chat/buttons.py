"""The buttons of a question: one for each ready answer.

A button carries the question that it answers, so that a press is judged by what is asked now and not by what this
connection has shown: it works after a reload, in another tab and after a restart of the server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from chat.confirmation import confirmation_labels
from conversation.service import Pending
from core.languages import Language

ANSWER_BUTTON = "answer"
"""Name of the callback behind every button of a question."""


class AnswerButton(NamedTuple):
    """A button: its words, what a press sends, and the name of its picture."""

    label: str
    payload: dict[str, Any]
    icon: str | None = None


def answer_buttons(pending: Pending, language: Language = "tr") -> list[AnswerButton]:
    """Return a button for each ready answer; pressing it answers the question as typing would.

    Args:
        pending: The question.
        language: The customer's language.
    """
    question = question_key(pending)
    if pending.kind == "confirmation":
        labels = confirmation_labels(pending, language)
        one_change = [_button(option.label, {"message": option.value}, question) for option in pending.options[1:-1]]
        return [
            _button(labels[0], {"approve": True, "question_id": pending.id}, question, "check"),
            *one_change,
            _button(labels[-1], {"approve": False, "question_id": pending.id}, question, "x"),
        ]
    return [_button(option.label, {"message": option.value}, question) for option in pending.options]


def question_key(pending: Pending) -> str:
    """Return a name of the question: the same whenever it is asked with the same words and answers."""
    told = "\n".join([pending.id or "", pending.kind, pending.text, *(option.value for option in pending.options)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def is_asked(payload: Mapping[str, Any], pending: Pending | None) -> bool:
    """Return True where a button's question waits now.

    A yes or no names its confirmation, and the conversation itself tells whether that is open or was carried out.
    """
    if payload.get("approve") is not None:
        return True
    return pending is not None and payload.get("question") == question_key(pending)


def _button(label: str, answer: dict[str, Any], question: str, icon: str | None = None) -> AnswerButton:
    return AnswerButton(label, {**answer, "question": question}, icon)
