"""Packages named whole in a message are found, whatever the models make of it."""

from __future__ import annotations

import pytest

from tests.graph.conftest import MakeWorld

MEGA, FAMILY = "mega internete geçmek istiyorum", "aile paketi olsun"


async def test_named_package_is_taken_though_the_model_reads_a_pick(make_world: MakeWorld) -> None:
    world = await make_world({MEGA: "change_package"}, None, {MEGA: {"pick": "cheapest"}})
    asked = await world.say(MEGA)
    assert asked.pending is not None and asked.pending.calls[0].parametreler["new_package_name"] == "Mega İnternet"
    assert asked.tool_calls == []


@pytest.mark.parametrize("reading", ["yes", "other"])
async def test_another_package_beside_a_yes_is_asked_about_and_not_changed(make_world: MakeWorld, reading: str) -> None:
    """A yes to the family package is no yes to the one that was asked about."""
    world = await make_world({MEGA: "change_package", FAMILY: "change_package"}, None, {FAMILY: {"reply": reading}})
    await world.say(MEGA)
    again = await world.say(FAMILY)
    assert again.pending is not None and again.pending.calls[0].parametreler["new_package_name"] == "Aile Paketi"
    assert again.tool_calls == [] and await world.audit() == []
    done = await world.say("evet")
    assert [call.parametreler["new_package_name"] for call in done.tool_calls] == ["Aile Paketi"]


async def test_correction_from_one_named_package_to_another_takes_the_other(make_world: MakeWorld) -> None:
    message = "mega internet değil, aile paketi olsun"
    world = await make_world({MEGA: "change_package", message: "correction"})
    await world.say(MEGA)
    again = await world.say(message)
    assert again.pending is not None and again.pending.calls[0].parametreler["new_package_name"] == "Aile Paketi"


async def test_two_named_packages_are_compared(make_world: MakeWorld) -> None:
    message = "genç paket ile dünya paketini karşılaştırın"
    world = await make_world({message: "get_package_details"})
    told = await world.say(message)
    assert told.tool_calls[0].arac_adi == "get_available_packages"
    assert "Dünya Paketi ayda 210,00 TL daha pahalı" in told.response
    assert "- Genç Paket: 219,90 TL" in told.response


async def test_list_that_is_wished_for_and_needed_is_read_once(make_world: MakeWorld) -> None:
    message = "paketleri göster, en ucuzuna geçir"
    world = await make_world(
        {message: ("get_available_packages", "change_package")}, None, {message: {"pick": "cheapest"}}
    )
    told = await world.say(message)
    assert [call.arac_adi for call in told.tool_calls] == ["get_available_packages"]
    assert told.pending is not None and told.pending.kind == "confirmation"


async def test_doubtful_change_beside_an_open_question_is_not_put_up(make_world: MakeWorld) -> None:
    wait = "bir saniye kapı çaldı"
    world = await make_world({MEGA: "change_package", wait: "suspend_line"})
    await world.say(MEGA)
    world.decisions.confidence = 0.6
    again = await world.say(wait)
    assert again.pending is not None and again.pending.calls[0].arac_adi == "change_package"
    world.decisions.confidence = 0.97
    assert (await world.say("hayır")).pending is None


async def test_yes_that_names_the_package_that_is_left_is_a_yes(make_world: MakeWorld) -> None:
    yes = "evet, süper konuşmadan mega internete geçişi onaylıyorum"
    world = await make_world({MEGA: "change_package"}, None, {yes: {"reply": "yes"}})
    asked = await world.say(MEGA)
    assert asked.pending is not None and "Süper Konuşma" in asked.pending.text
    done = await world.say(yes)
    assert [call.parametreler["new_package_name"] for call in done.tool_calls] == ["Mega İnternet"]
