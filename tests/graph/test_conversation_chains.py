"""One thing after another: conditions, look-ups before a change, things picked from a list, several wishes."""

from __future__ import annotations

from typing import Any

import pytest

from agent.prompt_files import load_prompts
from conversation.service import ChatResult
from database.tables import RunRecord
from tests.graph.conftest import MakeWorld, World

IF_OWED = "borcum varsa kartla öde"
CHEAPEST = "beni en ucuz pakete geçir"


def operations(result: ChatResult) -> list[str]:
    return [call.arac_adi for call in result.tool_calls]


async def conditional_payment(make_world: MakeWorld) -> World:
    return await make_world(
        {IF_OWED: ("get_current_bill", "pay_bill")},
        {IF_OWED: {"method": "credit_card"}},
        {IF_OWED: {"conditional": True}},
    )


async def test_condition_that_holds_puts_the_change_up_after_the_look_up(make_world: MakeWorld) -> None:
    world = await conditional_payment(make_world)
    asked = await world.say(IF_OWED)
    assert operations(asked) == ["get_current_bill"]
    assert asked.pending is not None and asked.pending.kind == "confirmation"
    assert asked.pending.calls[0].arac_adi == "pay_bill" and await world.payments() == []
    assert operations(await world.say("evet")) == ["pay_bill"]


async def test_condition_that_does_not_hold_changes_nothing_and_says_so(make_world: MakeWorld) -> None:
    world = await conditional_payment(make_world)
    told = await world.say(IF_OWED, customer=0)
    assert operations(told) == ["get_current_bill"] and told.pending is None
    assert world.answers.small_talk("condition_not_met", "tr")[0] in told.response
    assert await world.audit() == []


@pytest.mark.parametrize(("sum_named", "asks"), [("10", True), ("9999", False)])
async def test_bill_over_the_sum_that_is_named_decides(make_world: MakeWorld, sum_named: str, asks: bool) -> None:
    message = f"faturam {sum_named} lirayı geçiyorsa Premium Paket olsun"
    world = await make_world(
        {message: ("get_current_bill", "change_package")},
        {message: {"new_package_name": "Premium Paket"}},
        {message: {"conditional": True}},
    )
    told = await world.say(message)
    assert (told.pending is not None) is asks


async def test_cheapest_package_is_looked_up_then_put_up(make_world: MakeWorld) -> None:
    world = await make_world({CHEAPEST: "change_package"}, None, {CHEAPEST: {"pick": "cheapest"}})
    asked = await world.say(CHEAPEST)
    assert operations(asked) == ["get_available_packages"]
    listed = asked.tool_results[0].result["packages"]  # type: ignore[index]
    cheapest = min(listed, key=lambda package: float(package["monthly_fee"]))["name"]
    assert asked.pending is not None and cheapest in asked.pending.text


@pytest.mark.parametrize("read", ["dearest", "most_minutes", "none"])
async def test_stated_superlative_goes_before_the_one_that_the_model_reads(make_world: MakeWorld, read: str) -> None:
    wish = "görüşmelerim yetmiyor artık, en ucuz olanına alın"
    world = await make_world({wish: "change_package"}, None, {wish: {"pick": read}})
    asked = await world.say(wish)
    listed = asked.tool_results[0].result["packages"]  # type: ignore[index]
    cheapest = min(listed, key=lambda package: float(package["monthly_fee"]))["name"]
    assert asked.pending is not None and asked.pending.calls[0].parametreler["new_package_name"] == cheapest


async def test_thing_on_the_list_is_picked_by_its_place(make_world: MakeWorld) -> None:
    world = await make_world(
        {"paketler neler": "get_available_packages", "ikincisinin ayrıntısı ne": "get_package_details"},
        None,
        {"ikincisinin ayrıntısı ne": {"pick": "second"}},
    )
    listed = await world.say("paketler neler")
    second = listed.tool_results[0].result["packages"][1]["name"]  # type: ignore[index]
    told = await world.say("ikincisinin ayrıntısı ne")
    assert told.tool_calls[0].parametreler == {"package_name": second}


async def test_that_package_is_the_one_that_was_shown(make_world: MakeWorld) -> None:
    world = await make_world(
        {"Premium Paket nasıl": "get_package_details", "tamam ona geçelim": "change_package"},
        {"Premium Paket nasıl": {"package_name": "Premium Paket"}},
        {"tamam ona geçelim": {"pick": "same"}},
    )
    await world.say("Premium Paket nasıl")
    asked = await world.say("tamam ona geçelim")
    assert asked.pending is not None and "Premium Paket" in asked.pending.text


@pytest.mark.parametrize(("reply", "pick"), [("ikincisi", "second"), ("en ucuzu olsun", "cheapest")])
async def test_question_for_a_package_is_answered_by_reference(make_world: MakeWorld, reply: str, pick: str) -> None:
    world = await make_world({"paketimi değiştir": "change_package"}, None, {reply: {"pick": pick}})
    asked = await world.say("paketimi değiştir")
    assert asked.pending is not None and asked.pending.kind == "clarification"
    names = [option.value for option in asked.pending.options]
    proposed = await world.say(reply)
    assert proposed.pending is not None and proposed.pending.kind == "confirmation"
    if pick == "second":
        assert names[1] in proposed.pending.text


async def test_other_words_at_a_question_are_a_message_of_their_own_and_the_question_returns(
    make_world: MakeWorld,
) -> None:
    world = await make_world({"paketimi değiştir": "change_package", "kaç GB'ım kaldı": "get_remaining_quotas"})
    await world.say("paketimi değiştir")
    aside = await world.say("kaç GB'ım kaldı")
    assert operations(aside) == ["get_remaining_quotas"]
    assert aside.pending is not None and aside.pending.kind == "clarification"


async def test_fault_that_is_described_when_asked_becomes_the_ticket(make_world: MakeWorld) -> None:
    described = "modemin ışıkları yanmıyor"
    world = await make_world({"kayıt açın": "create_fault_ticket"}, None, {described: {"reply": "answer"}})
    await world.say("kayıt açın")
    asked = await world.say(described)
    assert asked.pending is not None and asked.pending.kind == "confirmation" and described in asked.pending.text
    assert world.answers.say("ticket_hint", "tr") in asked.pending.text


async def test_two_changes_are_confirmed_in_one_question(make_world: MakeWorld) -> None:
    both: dict[str, Any] = {"method": "credit_card", "status": "true"}
    message = "faturayı kartla öde, yurt dışını da aç"
    world = await make_world({message: ("pay_bill", "enable_roaming")}, {message: both})
    asked = await world.say(message)
    assert asked.pending is not None
    assert [call.arac_adi for call in asked.pending.calls] == ["pay_bill", "enable_roaming"]
    assert sorted(operations(await world.say("evet"))) == ["enable_roaming", "pay_bill"]


async def test_three_wishes_of_one_message_are_all_served(make_world: MakeWorld) -> None:
    message = "faturam ne kadar, kaç GB'ım kaldı ve paketimin adı ne"
    world = await make_world(
        {
            message: ("get_current_bill", "get_remaining_quotas"),
            "faturam ne kadar": "get_current_bill",
            "kaç GB'ım kaldı": "get_remaining_quotas",
            "paketimin adı ne": "get_customer_package",
        }
    )
    told = await world.say(message)
    assert operations(told) == ["get_current_bill", "get_remaining_quotas", "get_customer_package"]


async def test_run_keeps_the_hash_of_the_policy(make_world: MakeWorld) -> None:
    world = await make_world({"kaç GB'ım kaldı": "get_remaining_quotas"})
    told = await world.say("kaç GB'ım kaldı")
    async with world.database.session() as session:
        record = await session.get_one(RunRecord, told.run_id)
    assert record.setup["prompts"]["policy"] == load_prompts()["policy"].sha


async def test_more_wishes_than_a_turn_may_run_are_left_and_the_customer_is_told(make_world: MakeWorld) -> None:
    wishes = {
        "faturam ne kadar": "get_current_bill",
        "eski faturalarım neler": "get_past_bills",
        "ödemelerim ulaştı mı": "get_payment_history",
        "paketimin adı ne": "get_customer_package",
        "kaç GB'ım kaldı": "get_remaining_quotas",
        "paketleriniz neler": "get_available_packages",
        "bilgilerim doğru mu": "get_customer_profile",
        "kesinti var mı": "check_network_status",
    }
    message = ", ".join(wishes)
    world = await make_world({message: ("get_current_bill", "get_past_bills"), **wishes})
    told = await world.say(message)
    assert operations(told) == list(wishes.values())[:6]
    assert world.answers.small_talk("too_many_steps", "tr")[0] in told.response
