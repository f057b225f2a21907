"""Calls from wishes: twins, bounds, missing arguments, look-ups."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.runtime import Runtime

from core.clock import istanbul_now
from evaluation.understanding.agent_under_test import schema_toolbox
from graph.asked.declared import load_facts
from graph.calls import certain
from graph.nodes.select_tools import TOO_MANY, SelectTools
from graph.state import ConversationState, TurnContext
from graph.turn_input import fresh_turn
from graph.understanding.arguments import ArgumentReader
from tests.graph.readings import TableDecisionModel, message_reader
from tools.caller import Caller

NOTHING_STATED: dict[str, Any] = {
    "method": {"unstated": 1.0}, "switch": {"unstated": 1.0}, "contact_type": {"unstated": 1.0},
    "described": {"false": 1.0}, "pick": {"none": 1.0},
}  # fmt: skip


class NoWriter:
    """Writes no argument."""

    async def write(self, operation: str, message: str, contact_type: str | None) -> dict[str, Any]:
        return {}


async def select(*operations: str, most_steps: int = 6, answers: dict[str, Any] | None = None) -> ConversationState:
    toolbox = schema_toolbox()
    messages = message_reader(TableDecisionModel({"bir mesaj": {**NOTHING_STATED, **(answers or {})}}))
    arguments = ArgumentReader(toolbox, NoWriter())  # type: ignore[arg-type]
    node = SelectTools(messages, arguments, load_facts(), toolbox, istanbul_now, most_steps)
    intents = [intent for operation in operations for intent in certain(operation)]
    state: ConversationState = {**fresh_turn("bir mesaj"), "intents": intents}
    return await node(state, Runtime(context=TurnContext(Caller(customer_id=1, channel="chat"))))


def view(found: ConversationState) -> list[tuple[str, str]]:
    return [(call["operation"], call["status"]) for call in found["calls"]]


async def test_read_without_arguments_is_ready() -> None:
    assert view(await select("get_current_bill")) == [("get_current_bill", "ready")]


async def test_equal_reads_become_one_call() -> None:
    assert view(await select("get_current_bill", "get_current_bill")) == [("get_current_bill", "ready")]


async def test_required_argument_that_nobody_stated_is_missing() -> None:
    [call] = (await select("setup_autopay"))["calls"]
    assert (call["status"], call["missing"], call["key"]) == ("missing", ["status"], None)


async def test_calls_beyond_the_bound_are_left_out_with_a_remark() -> None:
    found = await select("get_current_bill", "get_past_bills", "get_available_packages", most_steps=2)
    assert len(found["calls"]) == 2 and found["remarks"] == [TOO_MANY]


@pytest.mark.parametrize("reference", ["cheapest", "most_data"])
async def test_change_to_a_superlative_waits_for_the_list(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_names(*_: Any) -> list[str]:
        return []

    monkeypatch.setattr("tools.toolbox.Toolbox.names_in", no_names)
    found = await select("change_package", answers={"pick": {reference: 0.9}})
    assert view(found) == [("get_available_packages", "ready"), ("change_package", "waiting")]
    assert found["calls"][1]["reference"] == reference
