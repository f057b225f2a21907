"""A second fault while the question about a ticket is open: each has its own ticket, and no words are lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from database.tables import TicketRow
from tests.graph.conftest import MakeWorld, World

FIRST = "evdeki modemin ışığı yanmıyor"
OTHER = "cepten arama yapamıyorum, sinyal yok"
TICKET = "create_fault_ticket"


async def tickets(world: World) -> set[str]:
    async with world.database.session() as session:
        return set(await session.scalars(select(TicketRow.description).where(TicketRow.customer_id == 1)))


async def asked_for(make_world: MakeWorld, *more: str, meaning: str = TICKET, **readings: Any) -> World:
    described = {words: {"issue_description": words} for words in (FIRST, *more)}
    world = await make_world({FIRST: TICKET, **dict.fromkeys(more, meaning)}, described, readings)
    asked = await world.say(FIRST)
    assert asked.pending is not None and FIRST in asked.pending.text
    return world


@pytest.mark.parametrize("meaning", [TICKET, "talk:unclear", "correction"])
async def test_other_fault_becomes_a_ticket_of_its_own(make_world: MakeWorld, meaning: str) -> None:
    world = await asked_for(make_world, OTHER, meaning=meaning)
    before = await tickets(world)
    both = await world.say(OTHER)
    assert both.pending is not None and len(both.pending.calls) == 2
    assert FIRST in both.pending.text and OTHER in both.pending.text
    await world.say("evet")
    assert await tickets(world) - before == {FIRST, OTHER}


async def test_one_of_two_faults_may_be_confirmed_first(make_world: MakeWorld) -> None:
    world = await asked_for(make_world, OTHER)
    before = await tickets(world)
    both = await world.say(OTHER)
    assert both.pending is not None
    first = both.pending.calls[0].parametreler["issue_description"]
    left = await world.say("ilkine evet")
    assert await tickets(world) - before == {first} and left.pending is not None
    await world.say("evet")
    assert await tickets(world) - before == {FIRST, OTHER}


async def test_words_that_may_be_of_the_same_fault_are_added(make_world: MakeWorld) -> None:
    more = "üç gündür böyle, çocuk derse giremiyor"
    world = await asked_for(make_world, more)
    again = await world.say(more)
    assert again.pending is not None and len(again.pending.calls) == 1
    assert FIRST in again.pending.text and more in again.pending.text


async def test_correction_takes_the_place_of_the_description(make_world: MakeWorld) -> None:
    fix = "ışığı değil kablosu kopuk"
    world = await asked_for(make_world, fix, meaning="correction")
    again = await world.say(fix)
    assert again.pending is not None and fix in again.pending.text and FIRST not in again.pending.text


async def test_complaint_that_is_checked_meanwhile_is_told_that_it_may_have_a_ticket(make_world: MakeWorld) -> None:
    world = await asked_for(make_world, OTHER, meaning="check_network_status")
    world.network.incidents = {}
    told = await world.say(OTHER)
    assert "ikinci sorun için de ayrı bir arıza kaydı" in told.response
    assert told.pending is not None and FIRST in told.pending.text
