"""Another wish beside a refusal: the refused change is dropped and said so, and a yes runs the other one alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

FREEZE, ROAMING = "hattımı dondur", "roamingi aç"
STATED: dict[str, Any] = {ROAMING: {"status": True}, "roamingi kapat": {"status": False}}


@pytest.mark.parametrize("read", ["yes", "correction", "other"])
@pytest.mark.parametrize("begin", ["dondurmaya gerek yok, sen", "dondurma kalsın da", "çok, onun yerine"])
async def test_turned_down_change_is_dropped_and_only_the_other_runs(
    make_world: MakeWorld, begin: str, read: str
) -> None:
    reply = f"{begin} {ROAMING}"
    world = await make_world({FREEZE: "suspend_line", ROAMING: "enable_roaming"}, STATED, {reply: {"reply": read}})
    await world.say(FREEZE)
    asked = await world.say(reply)
    assert asked.pending is not None and len(asked.pending.calls) == 1
    assert "Hattı dondurma" in asked.response and "yapmadım" in asked.response
    await world.say("evet")
    assert [row.operation for row in await world.audit()] == ["enable_roaming"]


@pytest.mark.parametrize("read", ["yes", "correction", "other"])
async def test_state_that_is_to_stay_drops_the_change(make_world: MakeWorld, read: str) -> None:
    reply = "yaz sonuna kadar açık kalsın"
    world = await make_world({"roamingi kapat": "enable_roaming"}, STATED, {reply: {"reply": read}})
    await world.say("roamingi kapat", customer=6)
    answer = await world.say(reply, customer=6)
    await world.say("evet", customer=6)
    assert answer.pending is None and await world.audit() == []


async def test_bare_yes_after_words_against_several_changes_is_asked_again(make_world: MakeWorld) -> None:
    both, against = "hattımı dondur, roamingi aç", "ikisi de olmasın ya biri yeter"
    world = await make_world(
        {both: ["suspend_line", "enable_roaming"]}, {both: {"status": True}}, {against: {"reply": "other"}}
    )
    await world.say(both)
    await world.say(against)
    asked = await world.say("evet")
    assert "tersi" in asked.response and asked.pending is not None and await world.audit() == []


async def test_second_wish_behind_a_joining_word_is_asked_beside_the_first(make_world: MakeWorld) -> None:
    world = await make_world({FREEZE: "suspend_line", ROAMING: "enable_roaming"}, STATED)
    await world.say(ROAMING)
    asked = await world.say(f"sonra {FREEZE}")
    assert asked.pending is not None and len(asked.pending.calls) == 2
