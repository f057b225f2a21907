"""A dropped change is taken up again with what was stated for it, and asked about in its own question."""

from __future__ import annotations

import pytest

from tests.graph.conftest import MakeWorld

WISH = "genç pakete geç"
PACKAGE = {"new_package_name": "Genç Paket"}


@pytest.mark.parametrize("again", ["yine de geçir", "gene de yap", "yok ya geç"])
async def test_change_that_was_refused_is_asked_about_again(make_world: MakeWorld, again: str) -> None:
    world = await make_world({WISH: "change_package"}, {WISH: PACKAGE})
    await world.say(WISH)
    await world.say("hayır")
    asked = await world.say(again)
    assert asked.pending is not None and "Genç Paket" in asked.pending.text and await world.audit() == []
    await world.say("evet")
    assert [row.operation for row in await world.audit()] == ["change_package"]


async def test_offer_to_do_it_all_the_same_is_taken_by_a_yes(make_world: MakeWorld) -> None:
    wish = "cayma bedeli yoksa genç pakete geç"
    world = await make_world({wish: "change_package"}, {wish: PACKAGE})
    dropped = await world.say(wish, customer=5)
    assert dropped.pending is None
    asked = await world.say("evet", customer=5)
    assert asked.pending is not None and "600,00 TL" in asked.pending.text and await world.audit() == []


@pytest.mark.parametrize("words", ["yine de geçirme", "yine de hayır", "yine de ne kadar?"])
async def test_other_words_take_nothing_up(make_world: MakeWorld, words: str) -> None:
    world = await make_world({WISH: "change_package"}, {WISH: PACKAGE})
    await world.say(WISH)
    await world.say("hayır")
    assert (await world.say(words)).pending is None


async def test_ticket_is_called_off_by_a_colleague_only(make_world: MakeWorld) -> None:
    world = await make_world({"kaydım ne durumda": "get_fault_ticket_status"})
    await world.say("kaydım ne durumda")
    told = await world.say("iptal et onu")
    assert "iptal edemiyorum" in told.response
    handed = await world.say("evet")
    assert "temsilci" in handed.response and await world.audit() == []
