"""A client that goes away: a change that has begun is told in the thread, anything else is stopped."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select

from conversation.events import Step
from database.tables import Run
from tests.graph.conftest import MakeWorld, World


async def left_in_mid_payment(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> tuple[World, str]:
    """A payment that has begun, and the thread of it; its client has left."""
    world = await make_world(**asked_to_pay, delay=0.3)
    session = (await world.say("faturamı kredi kartıyla öde")).session_id
    stream = world.conversations.stream(world.user(), session_id=session, resume=True)
    async for event in stream:
        if isinstance(event, Step) and event.kind == "tool":
            break
    await stream.aclose()  # type: ignore[attr-defined]
    return world, session


async def test_client_that_leaves_in_the_middle_of_a_payment_finds_its_answer_in_the_thread(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world, session = await left_in_mid_payment(make_world, asked_to_pay)
    await world.conversations.finish(20)
    kept = await world.conversations.get(world.user(), session)
    [payment] = await world.payments()
    assert kept.messages[-1].role == "assistant" and payment.transaction_id in kept.messages[-1].text
    assert len(world.payment.receipts) == 1


async def test_message_behind_a_payment_whose_client_has_left_waits_for_its_end(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world, session = await left_in_mid_payment(make_world, asked_to_pay)
    assert await world.conversations.catch_up(world.user(), session) is None, "it is still at work"
    behind = await world.say("ne kadar kotam kaldı")
    [payment] = await world.payments()
    assert [call.arac_adi for call in behind.tool_calls] == ["get_remaining_quotas"]
    kept = await world.conversations.get(world.user(), session)
    assert [message.role for message in kept.messages] == ["user", "assistant"] * 3
    assert payment.transaction_id in kept.messages[3].text and payment.transaction_id not in behind.response
    async with world.database.session() as stored:
        [run] = await stored.scalars(select(Run).where(Run.id == kept.messages[3].run_id))
    assert run.tools == ",pay_bill," and run.error is None and run.answer == kept.messages[3].text


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
