"""The gate before every change: only a certain yes to unchanged facts lets a call run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.state import TurnContext
from tests.graph.conftest import MakeWorld, World
from tools.caller import Caller

PAY = "faturamı kredi kartıyla öde"


async def open_call(world: World, session_id: str) -> dict[str, Any]:
    state = await world.graph.aget_state({"configurable": {"thread_id": session_id}})
    [call] = state.values["calls"]
    found: dict[str, Any] = call
    return found


async def test_proposed_call_waits_with_a_key_its_facts_and_the_time(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    call = await open_call(world, (await world.say(PAY)).session_id)
    assert call["status"] == "awaiting" and call["key"] and call["preview"]["amount"]
    assert call["proposed_at"] == world.now.isoformat()


async def test_question_asked_again_has_a_new_key(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    first = await open_call(world, (await world.say(PAY)).session_id)
    world.clock.advance(timedelta(minutes=16))
    second = await open_call(world, (await world.say("evet")).session_id)
    assert second["key"] != first["key"] and second["proposed_at"] > first["proposed_at"]


@pytest.mark.parametrize("reply", ["bilmem ki acaba", "Bu ayki faturam ne kadar?"])
async def test_other_words_leave_the_call_as_it_was(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], reply: str
) -> None:
    world = await make_world(**asked_to_pay)
    first = await open_call(world, (await world.say(PAY)).session_id)
    after = await world.say(reply)
    state = await world.graph.aget_state({"configurable": {"thread_id": after.session_id}})
    [waiting] = [call for call in state.values["calls"] if call["id"] == first["id"]]
    noted = {} if reply.endswith("?") else {"unmet": "unread"}
    assert {**waiting, "digressions": 0} == {**first, "discussed": True, **noted} and await world.payments() == []


async def test_question_of_an_older_version_is_still_answered(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    asked = await world.say(PAY)
    config = {"configurable": {"thread_id": asked.session_id}}
    call = await open_call(world, asked.session_id)
    call["put_up_at"] = call.pop("proposed_at")
    await world.graph.aupdate_state(config, {"calls": [call]}, as_node="select_tools")
    context = TurnContext(Caller(customer_id=1, channel="chat"), asked.session_id)
    await world.graph.ainvoke(None, config, context=context)  # the question stands again, as it was stored
    assert (await world.say("evet")).tool_results[0].success
