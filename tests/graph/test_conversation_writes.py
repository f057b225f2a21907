"""Changing: nothing moves without an explicit yes to its own facts, and money moves once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from conversation.service import ConversationError, NothingPending
from tests.graph.conftest import MakeWorld

PAY = "faturamı kredi kartıyla öde"


async def test_payment_asks_first_and_changes_nothing(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    asked = await world.say(PAY)
    assert asked.pending is not None and asked.pending.kind == "confirmation"
    assert "TL" in asked.pending.text and "kredi kartı" in asked.pending.text
    assert [call.arac_adi for call in asked.pending.calls] == ["pay_bill"]
    assert asked.tool_calls == [] and await world.payments() == [] and await world.audit() == []


@pytest.mark.parametrize("yes", ["evet", "olur", None])
async def test_yes_pays_the_bill_once(make_world: MakeWorld, asked_to_pay: dict[str, Any], yes: str | None) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    paid = await (world.say(yes) if yes else world.say(approve=True))
    assert [call.arac_adi for call in paid.tool_calls] == ["pay_bill"]
    assert paid.tool_results[0].success and paid.pending is None
    assert len(await world.payments()) == 1
    entry = (await world.audit())[0]
    assert entry.run_id == paid.run_id and entry.idempotency_key


@pytest.mark.parametrize("no", ["hayır", "vazgeçtim", None])
async def test_no_leaves_everything_as_it_was(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], no: str | None
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    declined = await (world.say(no) if no else world.say(approve=False))
    assert declined.intent == "declined" and declined.pending is None
    assert await world.payments() == [] and await world.audit() == []


async def test_unclear_reply_is_not_a_yes_and_the_question_returns(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    again = await world.say("bilmem ki acaba")
    assert again.pending is not None and again.pending.kind == "confirmation"
    assert await world.payments() == []


async def test_digression_is_answered_and_the_question_returns(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    aside = await world.say("ne kadar kotam kaldı")
    assert [call.arac_adi for call in aside.tool_calls] == ["get_remaining_quotas"]
    assert "GB" in aside.response
    assert aside.pending is not None and "kredi kartı" in aside.pending.text
    assert (await world.say("evet")).tool_results[0].success


async def test_correction_updates_the_call_and_confirms_again(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    corrected = await world.say("havaleyle olsun")
    assert corrected.pending is not None and "havale" in corrected.pending.text
    assert await world.payments() == []
    await world.say("evet")
    assert [payment.method for payment in await world.payments()] == ["bank_transfer"]


async def test_twenty_simultaneous_yeses_pay_one_bill(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    asked = await world.say(PAY)

    async def agree() -> str:
        try:
            answer = await world.conversations.run(world.user(), session_id=asked.session_id, resume=True)
        except ConversationError as error:
            return type(error).__name__
        return answer.intent

    ends = await asyncio.gather(*(agree() for _ in range(20)))
    assert sorted(set(ends)) == ["already_done", "pay_bill"]
    assert ends.count("pay_bill") == 1
    assert len(await world.payments()) == 1 and len(await world.audit()) == 1


async def test_twenty_simultaneous_evet_messages_pay_one_bill(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    asked = await world.say(PAY)
    answers = await asyncio.gather(
        *(world.conversations.run(world.user(), session_id=asked.session_id, message="evet") for _ in range(20))
    )
    assert sum(bool(answer.tool_calls) for answer in answers) == 1
    assert len(await world.payments()) == 1


async def test_old_confirmation_is_asked_again_not_executed(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    world.clock.advance(timedelta(minutes=16))
    renewed = await world.say("evet")
    assert renewed.pending is not None and renewed.tool_calls == [] and await world.payments() == []
    assert (await world.say("evet")).tool_results[0].success


async def test_bill_paid_elsewhere_is_not_paid_again(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    first = await world.say(PAY)
    world.sessions.clear()
    await world.say(PAY)
    await world.say("evet")
    late = await world.conversations.run(world.user(), session_id=first.session_id, message="evet")
    assert late.tool_results[0].success is False and late.tool_calls == []
    assert len(await world.payments()) == 1


async def test_missing_method_is_asked_with_choices_and_filled_by_the_next_message(
    make_world: MakeWorld,
) -> None:
    world = await make_world({"faturamı öde": "pay_bill"})
    asked = await world.say("faturamı öde")
    assert asked.pending is not None and asked.pending.kind == "clarification"
    assert {option.value for option in asked.pending.options} >= {"credit_card", "bank_transfer"}
    confirm = await world.say("kredi kartı")
    assert confirm.pending is not None and confirm.pending.kind == "confirmation"
    assert (await world.say("evet")).tool_results[0].success


async def test_commitment_fee_is_stated_before_a_package_change(make_world: MakeWorld) -> None:
    message = "Ekonomik Paket'e geçmek istiyorum"
    world = await make_world({message: "change_package"}, {message: {"new_package_name": "Ekonomik Paket"}})
    asked = await world.say(message, customer=5)
    assert asked.pending is not None
    assert "cayma" in asked.pending.text and "taahhüd" in asked.pending.text
    changed = await world.say("evet", customer=5)
    assert changed.tool_results[0].success


async def test_customer_with_several_lines_is_asked_which(make_world: MakeWorld) -> None:
    message = "hattımı dondur"
    world = await make_world({message: "suspend_line"}, {message: {}})
    asked = await world.say(message, customer=7)
    assert asked.pending is not None and asked.pending.kind == "clarification"
    assert len(asked.pending.options) >= 2
    confirm = await world.say(asked.pending.options[1].value, customer=7)
    assert confirm.pending is not None and asked.pending.options[1].value in confirm.pending.text


async def test_declined_card_is_explained_and_the_bill_stays_unpaid(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay, decline="CARD_DECLINED")
    await world.say(PAY)
    refused = await world.say("evet")
    error = refused.tool_results[0].error
    assert error is not None and error["code"] == "CARD_DECLINED"
    assert refused.response
    bill = await world.say("Bu ayki faturam ne kadar?")
    result = bill.tool_results[0].result
    assert result is not None and result["status"] == "unpaid"


async def test_resume_with_nothing_pending_is_refused(make_world: MakeWorld) -> None:
    world = await make_world({"merhaba": "talk:greeting"})
    await world.say("merhaba")
    with pytest.raises(NothingPending):
        await world.say(approve=True)


async def test_paid_bill_is_refused_before_the_method_is_asked(make_world: MakeWorld) -> None:
    world = await make_world({"faturamı öde": "pay_bill"})
    told = await world.say("faturamı öde", customer=0)
    assert told.pending is None and told.tool_calls == []
    assert told.tool_results[0].error is not None and told.tool_results[0].error["code"] == "BILL_ALREADY_PAID"
