"""A client that goes away: a change that has begun is told in the thread, anything else is stopped."""

from __future__ import annotations

import asyncio
from typing import Any

from conversation.events import Step
from tests.graph.conftest import MakeWorld


async def test_client_that_leaves_in_the_middle_of_a_payment_finds_its_answer_in_the_thread(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay, delay=0.3)
    session = (await world.say("faturamı kredi kartıyla öde")).session_id
    stream = world.conversations.stream(world.user(), session_id=session, resume=True)
    async for event in stream:
        if isinstance(event, Step) and event.kind == "tool":
            break
    await stream.aclose()  # type: ignore[attr-defined]
    await world.conversations.finish(20)
    kept = await world.conversations.get(world.user(), session)
    [payment] = await world.payments()
    assert kept.messages[-1].role == "assistant" and payment.transaction_id in kept.messages[-1].text
    assert len(world.ports.payment.receipts) == 1


async def test_client_that_leaves_before_anything_changes_stops_its_turn(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    stream = world.conversations.stream(world.user(), session_id="s", message="Bu ayki faturam ne kadar?")
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    await asyncio.wait_for(world.conversations.finish(20), 5)
    kept = await world.conversations.get(world.user(), "s")
    assert [message.role for message in kept.messages] == ["user"]
