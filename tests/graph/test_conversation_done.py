"""Replies to what is no open question: a yes said again, a yes to an offer, acknowledgements."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

PAY = "faturamı kredi kartıyla öde"


async def test_yes_said_again_is_told_the_result(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    paid = await world.say("evet")
    again = await world.say("evet")
    assert "zaten yapıldı" in again.response and again.tool_results[0].result == paid.tool_results[0].result
    assert again.tool_calls == [] and again.pending is None
    assert len(await world.payments()) == 1 and len(await world.audit()) == 1


async def test_yes_said_many_times_is_never_a_misunderstanding(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    answers = [await world.say("evet") for _ in range(4)]
    assert [answer.intent for answer in answers] == ["pay_bill", *["already_done"] * 3]


async def test_wish_after_the_change_is_served(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say("evet")
    assert [call.arac_adi for call in (await world.say("ne kadar kotam kaldı")).tool_calls] == ["get_remaining_quotas"]


async def test_change_is_forgotten_after_some_messages(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say("evet")
    for _ in range(3):
        await world.say("ne kadar kotam kaldı")
    assert (await world.say("evet")).intent == "acknowledged"


async def test_declined_change_is_not_told_as_done(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say("hayır")
    assert (await world.say("evet")).intent == "acknowledged"


async def test_acknowledgements_are_answered_and_never_handed_over(make_world: MakeWorld) -> None:
    world = await make_world({"teşekkürler": "talk:thanks"})
    told = [await world.say(words) for words in ("teşekkürler", "tamam", "👍", "...", "olur", "🙂🙂")]
    assert [answer.intent for answer in told] == ["thanks", *["acknowledged"] * 5]
    assert all(answer.response for answer in told)


@pytest.mark.parametrize("words", ["tamam", "tmm", "peki o zaman", "süper"])
async def test_taking_note_of_a_done_change_is_an_acknowledgement(make_world: MakeWorld, words: str) -> None:
    wish = "paketimi Genç Paket yap"
    world = await make_world(
        {wish: "change_package"}, {wish: {"new_package_name": "Genç Paket"}}, {words: {"reply": "yes"}}
    )
    await world.say(wish)
    assert [call.arac_adi for call in (await world.say("evet")).tool_calls] == ["change_package"]
    told = await world.say(words)
    assert told.intent == "acknowledged" and "zaten yapıldı" not in told.response
    assert (await world.say("evet")).intent == "already_done"


async def test_two_messages_that_mean_nothing_are_still_handed_over(make_world: MakeWorld) -> None:
    world = await make_world({})
    assert [(await world.say(words)).intent for words in ("şey olmuş ya", "👍", "öyle değil şey")] == [
        "unclear", "acknowledged", "unclear_again",
    ]  # fmt: skip


BILL = "Bu ayki faturam ne kadar?"
OFFER = (
    "Henüz ödenmemiş faturanızın tutarı {amount}, vadesi ise {due_date}. "
    "İsterseniz ödeme işlemini hemen başlatabilirim."
)


async def test_yes_to_an_offer_is_a_wish_that_is_asked_for_in_its_own_question(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    world.writer.says = [OFFER]
    assert "İsterseniz" in (await world.say(BILL)).response
    taken = await world.say("evet")
    assert taken.intent == "pay_bill" and taken.pending is not None and taken.pending.kind == "clarification"
    asked = await world.say("Kredi kartı")
    assert asked.pending is not None and asked.pending.kind == "confirmation" and await world.payments() == []
    await world.say("evet")
    assert len(await world.payments()) == 1


async def test_yes_to_an_answer_without_an_offer_proposes_nothing(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    assert "sterseniz" not in (await world.say(BILL)).response
    assert (await world.say("evet")).intent == "acknowledged"


async def test_offer_stands_for_one_message(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    world.writer.says = [OFFER]
    await world.say(BILL)
    await world.say("ne kadar kotam kaldı")
    assert (await world.say("evet")).intent == "acknowledged"
