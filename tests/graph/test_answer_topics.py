"""The topics of an answer beside the asked facts: a leave is taken, and who has not thanked is not thanked back."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from core.clock import istanbul_now
from graph.answer_topics import Topics
from graph.answers.approved import load_answers
from graph.answers.composed import Composer, Composition
from graph.asked.declared import load_facts

ANSWERS = load_answers()
TOPICS = Topics(ANSWERS, Composer(load_facts(), ANSWERS, istanbul_now))


def turn(message: str, topic: str = "", **state: Any) -> Any:
    return {"message": message, "topic": topic, "outcomes": [], "calls": [], "choices": [], **state}


@pytest.mark.parametrize(
    ("message", "topic", "said"),
    [
        ("iyi günler", "greeting", "goodbye"),
        ("merhaba", "greeting", "greeting"),
        ("teşekkürler", "thanks", "thanks"),
        ("elinize sağlık", "thanks", "thanks"),
        ("tamam süper", "thanks", "acknowledged"),
    ],
)
def test_words_are_answered_as_what_they_are(message: str, topic: str, said: str) -> None:
    [found] = TOPICS.of(turn(message, topic, messages=[AIMessage("Faturanız ödenmiş.")]), Composition(), "tr")
    assert found.approved == ANSWERS.small_talk(said, "tr")


def test_greeting_that_begins_a_conversation_says_who_answers() -> None:
    [found] = TOPICS.of(turn("iyi günler", "greeting"), Composition(), "tr")
    assert found.template == ANSWERS.fixed_topic("first_greeting", "tr")


@pytest.mark.parametrize(("was_on", "said"), [(False, "bir şey değişmedi"), (True, "")])
def test_switch_that_was_off_already_is_not_told_as_switched_off(was_on: bool, said: str) -> None:
    call = {
        "id": "1", "operation": "enable_roaming", "status": "done", "arguments": {"status": False},
        "preview": {"currently_enabled": was_on},
    }  # fmt: skip
    result = {"roaming_enabled": False, "activation_time": None, "daily_fee": None, "data_package": None}
    outcome = {
        "call_id": "1", "operation": "enable_roaming", "arguments": {"status": False}, "success": True,
        "executed": True, "result": result, "error": None, "ms": 1,
    }  # fmt: skip
    [found] = TOPICS.of(turn("evet", calls=[call], outcomes=[outcome]), Composition(), "tr")
    assert (said in found.template) and (bool(found.approved) is was_on)
