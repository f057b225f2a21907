"""An outside system that does not answer is named to the customer, in both languages; the rest goes on."""

from __future__ import annotations

from tests.graph.conftest import MakeWorld

OUTAGE, SPEED = "Van'da kesinti var mı", "internet hızımı ölç"


async def test_silent_system_is_named_and_the_next_wish_is_served(make_world: MakeWorld) -> None:
    world = await make_world(
        {OUTAGE: "check_network_status", SPEED: "test_internet_speed", "faturam ne kadar": "get_current_bill"}
    )
    world.network.unavailable = world.speed_test.unavailable = True
    assert (await world.say(OUTAGE)).response.startswith("Şebeke izleme sistemine ")
    assert "Hız testi sistemine " in (await world.say(SPEED)).response
    bill = await world.say("faturam ne kadar")
    assert bill.tool_results[0].success and "TL" in bill.response


async def test_silent_system_is_named_in_english(make_world: MakeWorld) -> None:
    english = "is there an outage in Van"
    world = await make_world({english: "check_network_status"}, None, {english: {"language": "en"}})
    world.network.unavailable = True
    assert "the network monitor" in (await world.say(english)).response
