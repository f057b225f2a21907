"""The pictures and the steps' line of a conversation that is shown again, made anew from its recorded turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chainlit.element import ElementDict

from chat.cards import cards_of
from chat.rendering import CARD, STEPS
from chat.steps import recorded_props
from chat.words import wording
from conversation.events import ThreadHistory
from conversation.service import ChatResult
from core.languages import Language
from database.threads import ThreadTurn


def language_of(history: ThreadHistory) -> Language:
    """Return the language of the last turn; Turkish where none has one."""
    outcomes = [turn.run.outcome or {} for turn in history.turns]
    language: Language = next((each["language"] for each in reversed(outcomes) if "language" in each), "tr")
    return language


def turn_elements(turn: ThreadTurn, thread_id: str, answer_id: str) -> list[ElementDict]:
    """Return what stands below an answer.

    Args:
        turn: The turn.
        thread_id: Its conversation.
        answer_id: The id of the step that shows the answer.
    """
    result = _recorded(turn, thread_id)
    if result is None:
        return []
    # A turn of an earlier version does not tell what was asked: no picture rather than one too many.
    cards = cards_of(result, wording()) if "asked" in (turn.run.outcome or {}) else []
    drawn: list[tuple[str, Mapping[str, Any]]] = [(CARD, card) for card in cards]
    drawn.append((STEPS, recorded_props(result, wording())))
    return [_element(name, props, thread_id, answer_id, place) for place, (name, props) in enumerate(drawn)]


def _recorded(turn: ThreadTurn, thread_id: str) -> ChatResult | None:
    run = turn.run
    if turn.answer is None or run.outcome is None:
        return None
    return ChatResult.model_validate(
        {
            **run.outcome, "response": turn.answer, "session_id": thread_id, "run_id": run.id,
            "intent": run.intent or "", "confidence": run.confidence or 0.0, "model": "",
            "processing_time_ms": run.ms or 0, "pending": None,
        }
    )  # fmt: skip


def _element(name: str, props: Mapping[str, Any], thread_id: str, answer_id: str, place: int) -> ElementDict:
    return ElementDict(
        id=f"{answer_id}-{place}", threadId=thread_id, type="custom", name=name, display="inline", forId=answer_id,
        props=dict(props), mime="application/json",
    )  # fmt: skip
