"""A colleague has the conversation: the assistant passes messages on, asks nothing, and goes on afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from conversation.colleagues import Colleagues
from conversation.events import HandoverState, pending_of
from conversation.live import follow
from conversation.service import User, WithColleague
from database.handover_records import HandoverNotTaken, HandoverTaken
from database.handovers import Handovers
from database.messages import TurnMessage
from ports.speed_test import SpeedReading
from tests.graph.conftest import EveryLine, MakeWorld, World

SELIN = User(10, 9, "selin@example.com", "staff", "Selin Arslan")
ALI = User(11, 9, "ali@example.com", "staff", "Ali Demir")
MEANINGS = {
    "insanla konuşayım": "talk:person",
    "Faturamı kredi kartıyla öde": "pay_bill",
    "faturamı öde": "pay_bill",
    "internetim yavaş": "test_internet_speed",
    "Bu ayki faturam ne kadar?": "get_current_bill",
    "evet": "talk:thanks",
}
ARGUMENTS = {"Faturamı kredi kartıyla öde": {"method": "credit_card"}}


def colleagues_of(world: World) -> tuple[Colleagues, Handovers]:
    handovers = Handovers(world.database)
    return Colleagues(handovers, world.conversations, world.clock), handovers


async def handed_over(world: World, customer: int = 1) -> str:
    await world.say("insanla konuşayım", customer=customer)
    record = await Handovers(world.database).unfinished(world.sessions[customer])
    assert record is not None
    return record.id


async def said(world: World, customer: int = 1) -> list[tuple[str, str]]:
    detail = await world.conversations.get(world.user(customer), world.sessions[customer])
    return [(message.role, message.text) for message in detail.messages]


async def test_messages_are_passed_on_until_the_colleague_ends_it(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    desk, _ = colleagues_of(world)
    id = await handed_over(world)
    assert (await world.say("Bu ayki faturam ne kadar?")).tool_calls, "who waits may go on with the assistant"
    await desk.take(SELIN, id)
    result = await world.say("Bu ayki faturam ne kadar?")
    assert (result.response, result.tool_calls, result.intent) == (
        "Mesajınız Selin Arslan'a iletildi.",
        [],
        "passed_on",
    )
    message = await desk.write(SELIN, id, "Merhaba, bakıyorum.")
    assert (message.role, message.author) == ("colleague", "Selin Arslan")
    await desk.close(SELIN, id, "Faturanız düzeltildi.")
    assert (await said(world))[-3:-1] == [
        ("assistant", "Mesajınız Selin Arslan'a iletildi."),
        ("colleague", "Merhaba, bakıyorum."),
    ]
    assert (await said(world))[-1][1].startswith("Selin Arslan görüşmeyi tamamladı. Notu: Faturanız düzeltildi.")
    assert (await world.say("Bu ayki faturam ne kadar?")).tool_calls


@pytest.mark.parametrize("question", ["Faturamı kredi kartıyla öde", "faturamı öde", "internetim yavaş"])
async def test_open_question_ends_when_a_colleague_takes_over(make_world: MakeWorld, question: str) -> None:
    world = await make_world(MEANINGS, ARGUMENTS)
    desk, handovers = colleagues_of(world)
    world.speed_test.readings, world.network.incidents = EveryLine(SpeedReading(3.1, 0.8, 140, "Ankara")), {}
    id = await handed_over(world)
    asked = await world.say(question)
    assert asked.pending is not None
    await desk.take(SELIN, id)
    state = await world.graph.aget_state({"configurable": {"thread_id": asked.session_id}})
    assert pending_of(state) is None
    assert "Yukarıdaki soru kapandı, onunla ilgili bir işlem yapılmadı." in (await said(world))[-1][1]
    with pytest.raises(WithColleague):
        await world.say(approve=True)
    await desk.write(SELIN, id, "Adresiniz değişti mi?")
    assert (await world.say("evet")).intent == "passed_on"
    await desk.hand_back(SELIN, id, None)
    await world.say("evet")
    assert await world.payments() == [], "a yes to the colleague, or after him, is no yes to the old question"
    record = await handovers.get(id)
    assert (record.handed_back, record.closed_by) == (True, SELIN.login)


async def test_only_who_took_it_speaks_and_one_takes_it(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    desk, _ = colleagues_of(world)
    id = await handed_over(world)
    with pytest.raises(HandoverNotTaken):
        await desk.write(ALI, id, "Merhaba")
    with pytest.raises(HandoverNotTaken):
        await desk.hand_back(ALI, id, None)
    await desk.take(SELIN, id)
    await desk.take(SELIN, id)
    for refused in (desk.take(ALI, id), desk.write(ALI, id, "Merhaba"), desk.hand_back(ALI, id, None)):
        with pytest.raises(HandoverTaken):
            await refused
    assert [role for role, _ in await said(world)].count("notice") == 1
    await desk.close(ALI, id, None)
    assert (await said(world))[-1][1].startswith("Ali Demir görüşmeyi tamamladı.")


async def test_customer_sees_how_many_wait_before_him_and_who_took_it(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    desk, _ = colleagues_of(world)
    first = await handed_over(world, 1)
    world.clock.advance(timedelta(minutes=1))
    await handed_over(world, 2)
    mine = await world.conversations.handover(world.sessions[2])
    assert mine is not None and (mine.status, mine.ahead, mine.colleague) == ("open", 1, None)
    await desk.take(SELIN, first)
    behind = await world.conversations.handover(world.sessions[2])
    taken = await world.conversations.handover(world.sessions[1])
    assert behind is not None and behind.ahead == 0
    assert taken is not None and (taken.status, taken.colleague) == ("taken", "Selin Arslan")


async def test_who_follows_sees_each_message_and_each_change_once(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversation.live.LOOK_SECONDS", 0.01)
    world = await make_world(MEANINGS)
    desk, _ = colleagues_of(world)
    id = await handed_over(world)
    holds = True

    async def still(_: User) -> bool:
        return holds

    events = follow(world.conversations, world.user(), world.sessions[1], 0, still)
    assert [message.role for message in await messages(events, 2)] == ["user", "assistant"]
    waiting = await anext(events)
    assert isinstance(waiting, HandoverState) and waiting.status == "open"
    await desk.take(SELIN, id)
    assert [message.role for message in await messages(events, 1)] == ["notice"]
    taken = await anext(events)
    assert isinstance(taken, HandoverState) and taken.colleague == "Selin Arslan"
    await desk.write(SELIN, id, "Merhaba")
    await desk.close(SELIN, id, None)
    assert [message.role for message in await messages(events, 2)] == ["colleague", "notice"]
    assert await anext(events) is None
    holds = False
    assert await anext(events, "the end") == "the end", "a login that has ended is told nothing more"


async def test_who_follows_hears_nothing_more_once_the_login_has_ended(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversation.live.LOOK_SECONDS", 0.01)
    world = await make_world(MEANINGS)
    desk, _ = colleagues_of(world)
    id = await handed_over(world)
    holds = [True]

    async def still(_: User) -> bool:
        return holds[0]

    events = follow(world.conversations, world.user(), world.sessions[1], 0, still)
    assert [message.role for message in await messages(events, 2)] == ["user", "assistant"]
    holds[0] = False
    await desk.take(SELIN, id)
    assert [each async for each in events if isinstance(each, TurnMessage)] == []


async def messages(events: AsyncIterator[object], count: int) -> list[TurnMessage]:
    found = [await anext(events) for _ in range(count)]
    assert all(isinstance(each, TurnMessage) for each in found), found
    return [each for each in found if isinstance(each, TurnMessage)]


async def test_deleted_conversation_can_be_taken_and_closed_and_nothing_is_said_in_it(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    desk, handovers = colleagues_of(world)
    id = await handed_over(world)
    await world.conversations.delete(world.user(), world.sessions[1])
    await desk.take(SELIN, id)
    with pytest.raises(LookupError):
        await desk.write(SELIN, id, "Merhaba")
    await desk.close(SELIN, id, "Silinmiş.")
    assert await world.conversations._threads.between_turns(world.sessions[1]) == []
    assert (await handovers.get(id)).note == "Silinmiş."
