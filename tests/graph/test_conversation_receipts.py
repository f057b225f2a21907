"""Every change of a conversation leaves a receipt: what was asked, replied, read and done."""

from __future__ import annotations

import json
from typing import Any

from database.receipt_chain import verify_receipts
from database.receipts import receipts_of
from database.tables import Receipt
from tests.graph.conftest import MakeWorld, World

PAY = "faturamı kredi kartıyla öde"


async def receipts(world: World, customer: int = 1) -> list[Receipt]:
    found = await verify_receipts(world.database)
    assert found.broken == []
    return list(await receipts_of(world.database, customer))


async def test_yes_in_words_is_kept_with_its_reading(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    question = (await world.say(PAY)).pending
    assert question is not None
    done = await world.say("evet")
    [begun, outcome] = await receipts(world)
    assert (begun.kind, outcome.kind, outcome.about) == ("begun", "done", begun.id)
    assert (begun.question, begun.words) == (question.text, "evet")
    assert begun.operation == "pay_bill" and begun.run_id == done.run_id and begun.channel == "chat"
    facts, reading, versions = (json.loads(text or "") for text in (begun.facts, begun.reading, begun.versions))
    assert float(facts["amount"]) == float(json.loads(outcome.outcome or "")["result"]["amount"])
    assert reading["probabilities"]["reply"]["yes"] > 0.9 and reading["answer"] == "yes"
    assert versions["policy"] == versions["prompts"]["policy"] and len(versions["policy"]) == 12
    assert json.loads(begun.arguments or "")["method"] == "credit_card"
    [payment] = await world.payments()
    assert payment.idempotency_key == begun.idempotency_key


async def test_pressed_button_is_kept_as_one(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say(approve=True)
    [begun, _] = await receipts(world)
    assert begun.words is None and json.loads(begun.reading or "") == {"button": True}


async def test_no_leaves_no_receipt(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say("hayır")
    assert await receipts(world) == []


async def test_refused_payment_is_kept_with_its_error(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay, decline="CARD_DECLINED")
    await world.say(PAY)
    await world.say("evet")
    [begun, outcome] = await receipts(world)
    assert (begun.kind, outcome.kind) == ("begun", "refused")
    assert json.loads(outcome.outcome or "")["error"]["code"] == "CARD_DECLINED"


async def test_payment_without_an_answer_stays_begun(make_world: MakeWorld, asked_to_pay: dict[str, Any]) -> None:
    world = await make_world(**asked_to_pay, timeout=True)
    await world.say(PAY)
    await world.say("evet")
    [begun] = await receipts(world)
    assert begun.kind == "begun" and begun.outcome is None


async def test_change_in_one_transaction_is_one_entry(make_world: MakeWorld) -> None:
    world = await make_world({"roamingi aç": "enable_roaming"}, arguments={"roamingi aç": {"status": True}})
    await world.say("roamingi aç", customer=2)
    await world.say("evet", customer=2)
    [done] = await receipts(world, 2)
    assert (done.kind, done.operation, done.words) == ("done", "enable_roaming", "evet")
    assert "result" in json.loads(done.outcome or "")
