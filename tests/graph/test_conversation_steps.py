"""Dual control: a step that the customer tries, a second check, and a ticket only for what is still broken."""

from __future__ import annotations

import pytest

from ports.network import SimulatedNetwork
from ports.speed_test import SpeedReading
from tests.graph.conftest import EveryLine, MakeWorld, World

SLOW = "internet çok yavaş"
READINGS = {
    "modemi kapatıp açtım, düzeldi": {"step": "fixed"},
    "yine aynı": {"step": "still"},
    "düzelmedi": {"step": "still"},
    "modem bende değil": {"step": "unable"},
    "kayıt açın": {"step": "ticket"},
}


CRAWLING = EveryLine(SpeedReading(3.1, 0.8, 140, "Ankara"))
FAST = EveryLine(SpeedReading(96.0, 24.0, 12, "Ankara"))


async def slow_world(make_world: MakeWorld) -> World:
    world = await make_world({SLOW: "test_internet_speed", "kaç GB'ım kaldı": "get_remaining_quotas"}, None, READINGS)
    world.speed_test.readings = CRAWLING
    world.network.incidents = {}
    return world


async def test_slow_line_is_measured_and_a_step_is_asked_for(make_world: MakeWorld) -> None:
    world = await slow_world(make_world)
    asked = await world.say(SLOW)
    assert [call.arac_adi for call in asked.tool_calls] == ["test_internet_speed"]
    assert asked.pending is not None and asked.pending.kind == "step" and len(asked.pending.options) == 3


@pytest.mark.parametrize("reply", ["modemi kapatıp açtım, düzeldi", "Düzeldi", "1"])
async def test_step_that_helps_ends_without_a_ticket(make_world: MakeWorld, reply: str) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    ended = await world.say(reply)
    assert ended.pending is None and ended.tool_calls == [] and ended.intent == "step_fixed"
    assert await world.audit() == []


async def test_fault_that_stays_is_checked_again_and_becomes_a_confirmed_ticket(make_world: MakeWorld) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    again = await world.say("yine aynı")
    assert [call.arac_adi for call in again.tool_calls] == ["test_internet_speed"]
    assert again.pending is not None and again.pending.kind == "confirmation" and SLOW in again.pending.text
    assert await world.audit() == []
    opened = await world.say("evet")
    assert [call.arac_adi for call in opened.tool_calls] == ["create_fault_ticket"] and opened.tool_results[0].success
    assert opened.pending is None


async def test_word_that_is_spelt_nearly_like_an_option_is_read_not_matched(make_world: MakeWorld) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    again = await world.say("düzelmedi")
    assert [call.arac_adi for call in again.tool_calls] == ["test_internet_speed"]


async def test_second_check_that_finds_nothing_opens_no_ticket(make_world: MakeWorld) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    world.speed_test.readings = FAST
    again = await world.say("yine aynı")
    assert again.pending is None and await world.audit() == []
    assert world.answers.small_talk("condition_not_met", "tr")[0] in again.response


@pytest.mark.parametrize("reply", ["modem bende değil", "kayıt açın"])
async def test_customer_who_cannot_or_will_not_gets_the_ticket_put_up(make_world: MakeWorld, reply: str) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    asked = await world.say(reply)
    assert asked.pending is not None and asked.pending.kind == "confirmation" and asked.tool_calls == []


async def test_other_words_are_answered_and_the_step_is_asked_for_once_more(make_world: MakeWorld) -> None:
    world = await slow_world(make_world)
    await world.say(SLOW)
    aside = await world.say("kaç GB'ım kaldı")
    assert [call.arac_adi for call in aside.tool_calls] == ["get_remaining_quotas"]
    assert aside.pending is not None and aside.pending.kind == "step"
    assert (await world.say("kaç GB'ım kaldı")).pending is None


async def test_own_region_without_a_known_fault_brings_a_step_and_a_named_one_does_not(make_world: MakeWorld) -> None:
    world = await make_world(
        {"hiç çekmiyor": "check_network_status", "Ankara'da sorun var mı": "check_network_status"},
        {"Ankara'da sorun var mı": {"region": "Ankara"}},
        READINGS,
    )
    assert isinstance(world.network, SimulatedNetwork)
    world.network.incidents = {}
    assert (await world.say("Ankara'da sorun var mı")).pending is None
    asked = await world.say("hiç çekmiyor")
    assert asked.pending is not None and asked.pending.kind == "step"
