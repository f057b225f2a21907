"""The compiled graph: its nodes have names for customers, and its state speaks LangChain."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from graph.answers.approved import load_answers
from graph.build import GraphConfig
from graph.turn_input import fresh_turn, turn_from_messages
from tests.graph.conftest import MakeWorld, World


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_every_node_has_a_name_for_customers(make_world: MakeWorld, language: str) -> None:
    world = await make_world({})
    nodes = set(world.graph.get_graph().nodes) - {"__start__", "__end__"}
    assert set(load_answers().wording["nodes"]) - nodes == {"plan"}, "it belongs to the planning graph alone"
    nodes.add("plan")
    labels = {load_answers().node_label(node, language) for node in nodes}  # type: ignore[arg-type]
    assert len(labels) == len(nodes)


def test_new_turn_clears_the_last_one_only() -> None:
    cleared = fresh_turn("merhaba")
    assert [message.text for message in cleared["messages"]] == ["merhaba"]
    assert not {"context", "mentioned", "unclear", "language"} & set(cleared)


@pytest.mark.parametrize(
    "messages",
    [
        [HumanMessage("merhaba", id="m1")],
        [{"type": "human", "content": "merhaba", "id": "m1"}],
        [AIMessage("Buyurun"), {"role": "user", "content": "merhaba", "id": "m1"}],
        [HumanMessage([{"type": "text", "text": "merhaba"}], id="m1")],
    ],
)
def test_turn_begins_from_messages_as_langgraph_clients_send_them(messages: list[Any]) -> None:
    turn = turn_from_messages(messages)
    assert turn["message"] == "merhaba"
    assert turn["messages"] == [HumanMessage("merhaba", id="m1")]


async def messages_of(world: World, session_id: str) -> list[Any]:
    found: list[Any] = (await world.graph.aget_state({"configurable": {"thread_id": session_id}})).values["messages"]
    return found


async def test_messages_hold_what_was_said_questions_included(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    asked = await world.say("faturamı kredi kartıyla öde")
    paid = await world.say(approve=True)
    messages = await messages_of(world, paid.session_id)
    assert asked.pending is not None
    assert [message.text for message in messages if isinstance(message, AIMessage)] == [
        asked.pending.text,
        paid.response,
    ]
    human = [message.text for message in messages if isinstance(message, HumanMessage)]
    assert human == ["faturamı kredi kartıyla öde", "Evet"]


async def test_messages_are_bounded_also_where_a_question_never_ends(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say("faturamı kredi kartıyla öde")
    for _ in range(12):
        asked = await world.say("havaleyle olsun")
        assert asked.pending is not None
    assert len(await messages_of(world, asked.session_id)) <= GraphConfig().history_messages
