"""The node counts messages that were not understood, and passes on what the intent reader found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from langgraph.runtime import Runtime

from agent.prompt_files import load_prompts
from core.clock import istanbul_now
from evaluation.scripted import ScriptedChatModel
from evaluation.understanding.agent_under_test import schema_toolbox
from graph.after_answers import AfterAnswers
from graph.answers.approved import load_answers
from graph.asked.declared import load_facts
from graph.done_corrections import DoneCorrections
from graph.nodes.detect_intent import DetectIntent
from graph.state import ConversationState, TurnContext
from graph.turn_input import fresh_turn
from graph.understanding.arguments import ArgumentReader
from graph.understanding.asked import AskedReader
from graph.understanding.focus import PackageReader
from graph.understanding.follow_ups import FollowUpReader
from graph.understanding.general_questions import GeneralQuestionReader
from graph.understanding.intents import IntentReader
from graph.understanding.line_reader import LineReader
from graph.understanding.replies import ReplyReader
from graph.understanding.written_arguments import ArgumentWriter
from tests.graph.readings import TableDecisionModel, message_reader
from tools.caller import Caller

UNCLEAR = {"operation": {"none": 0.9}, "topic": {"unclear": 0.8, "request": 0.2}}
CLEAR = {"operation": {"get_current_bill": 0.9}, "second_operation": {"none": 1.0}, "topic": {"request": 1.0}}


class KnowsNoLines(LineReader):
    """Finds nothing of the customer's own in any text."""

    async def without_own(self, text: str, caller: Caller) -> str | None:
        return None


class KnowsNoPackages(PackageReader):
    """Finds no package in any text."""

    async def named(self, message: str, caller: Caller) -> Sequence[str]:
        return ()


async def detect(answers: dict[str, Any], **state: Any) -> ConversationState:
    messages = message_reader(TableDecisionModel({"bir mesaj": answers}))
    follow_ups = FollowUpReader(ReplyReader())
    lines = KnowsNoLines(schema_toolbox())
    intents = IntentReader(messages, 0.45)
    asked = AskedReader(load_facts(), lines.toolbox, istanbul_now)
    asked.packages = KnowsNoPackages(lines.toolbox, load_facts().facts)
    general = GeneralQuestionReader(None)
    answers_read = load_answers()
    writer = ArgumentWriter(ScriptedChatModel(), load_prompts()["arguments"])
    corrections = DoneCorrections(ArgumentReader(lines.toolbox, writer), lines, answers_read.wording["named_by"])
    after_answers = AfterAnswers(messages, follow_ups, answers_read, lines.toolbox, corrections, 3)
    node = DetectIntent(messages, intents, after_answers, lines, asked, general, 2, max_digressions=2)
    turn: ConversationState = {**fresh_turn("bir mesaj"), **state}  # type: ignore[typeddict-item]
    return await node(turn, Runtime(context=TurnContext(Caller(customer_id=1, channel="chat"))))


async def test_first_unclear_message_is_counted() -> None:
    found = await detect(UNCLEAR)
    assert (found["topic"], found["unclear"]) == ("unclear", 1)


async def test_second_unclear_message_in_a_row_goes_to_a_person() -> None:
    found = await detect(UNCLEAR, unclear=1)
    assert (found["topic"], found["unclear"], found["choices"]) == ("unclear_again", 2, [])


async def test_understood_message_begins_the_count_again() -> None:
    assert (await detect(CLEAR, unclear=1))["unclear"] == 0


@pytest.mark.parametrize("topic", ["misuse", "person"])
async def test_wish_for_a_person_leaves_the_count(topic: str) -> None:
    assert "unclear" not in await detect({"topic": {topic: 0.9}}, unclear=1)
