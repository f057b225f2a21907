"""The embedded model's readings on which the conversation relies: by itself or in context, wishes, anger, sarcasm."""

from __future__ import annotations

import pytest

from core.settings import Settings
from evaluation.served_agent import ServedAgent, load_served_agent
from evaluation.understanding.agent_under_test import served_understanding
from evaluation.understanding.score import EarlierTurn, Understood
from graph.reading import MessageReader, Utterance
from graph.state import ConversationState, TurnContext
from graph.understanding.context import ContextReader
from graph.understanding.intents import IntentReader
from graph.understanding.parts import PartReader
from tools.caller import Caller

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def agent() -> ServedAgent:
    return load_served_agent(Settings())


async def understood(agent: ServedAgent, message: str, before: str) -> Understood:
    context = agent.prompts["questions"].data["contexts"][before]
    async with served_understanding(agent) as understand:
        return await understand(message, EarlierTurn(before, context))


async def read(agent: ServedAgent, message: str) -> ConversationState:
    messages = MessageReader(agent.models.decision_model, agent.prompts["questions"].data)
    reading = await ContextReader(messages).read(message, "", TurnContext(Caller(1)))
    return await IntentReader(messages, agent.config.intent_threshold).read(reading)


@pytest.mark.parametrize("before", ["get_current_bill", "check_network_status", "setup_autopay"])
async def test_clear_message_is_read_the_same_behind_any_turn(agent: ServedAgent, before: str) -> None:
    assert (await understood(agent, "bu ay kaç dakikam kalmış", before)).names == {"get_remaining_quotas"}


async def test_message_that_points_back_is_read_with_what_was_before(agent: ServedAgent) -> None:
    assert (await understood(agent, "onu ödeyelim o zaman", "get_current_bill")).names == {"pay_bill"}


async def test_anger_by_itself_is_no_thanks(agent: ServedAgent) -> None:
    assert (await read(agent, "yeter artık, bıktım usandım sizden"))["topic"] == "angry"


async def test_three_wishes_are_all_taken_up_or_named(agent: ServedAgent) -> None:
    found = await read(agent, "dakikam ne kadar kaldı, bu ayın faturası ne kadar, bir de hangi paketteyim")
    taken = {intent["operation"] for intent in found["intents"]} | set(found.get("left_out", []))
    assert {"get_remaining_quotas", "get_current_bill", "get_customer_package"} <= taken


async def test_count_stays_with_its_wish(agent: ServedAgent) -> None:
    messages = MessageReader(agent.models.decision_model, agent.prompts["questions"].data)
    message, context = "kalan dakikam ve son 4 faturam", TurnContext(Caller(1))
    found = await PartReader(messages).divide(message, ["get_remaining_quotas", "get_past_bills"], context)
    assert found == {"get_remaining_quotas": "kalan dakikam", "get_past_bills": "son 4 faturam"}
    spans = await messages.read(Utterance(found["get_past_bills"])).spans()
    assert [span.kind for span in spans] == ["limit"]
