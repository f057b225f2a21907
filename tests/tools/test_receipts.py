"""Receipts of writes: in the transaction of the change, once a key, and only where a customer consented."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from database.receipt_chain import verify_receipts
from database.receipts import ConsentEvidence, receipts_of
from database.tables import Receipt
from tests.tools.conftest import World
from tools.caller import Caller
from tools.errors import ToolError

CONSENT = ConsentEvidence("Onaylıyor musunuz?", {"amount": "1"}, "evet", {"reply": {"yes": 0.99}}, {"policy": "p"})
CALLER = Caller(1, run_id="run-1", idempotency_key="k1", takes_defaults=True, consent=CONSENT)


async def receipts(world: World, customer: int = 1) -> list[Receipt]:
    assert (await verify_receipts(world.database)).broken == []
    return list(await receipts_of(world.database, customer))


async def test_write_of_a_program_leaves_no_receipt(world: World) -> None:
    await world.run("pay_bill", 1, "k1", method="credit_card")
    assert await receipts(world) == []


async def test_repeated_write_leaves_one_receipt(world: World) -> None:
    for _ in range(2):
        await world.toolbox.run("enable_roaming", {"status": True}, CALLER)
    [done] = await receipts(world)
    assert (done.kind, done.idempotency_key, done.words) == ("done", "k1", "evet")


async def test_refused_write_is_kept_and_changes_nothing(world: World) -> None:
    await world.toolbox.run("enable_roaming", {"status": True}, CALLER)
    with pytest.raises(ToolError) as refusal:
        await world.toolbox.run("enable_roaming", {"status": False}, CALLER)
    [_, refused] = await receipts(world)
    assert refused.kind == "refused"
    assert json.loads(refused.outcome or "")["error"]["code"] == refusal.value.code


async def test_payments_at_once_under_one_key_leave_one_consent_and_one_outcome(world: World) -> None:
    paying = (world.toolbox.run("pay_bill", {"method": "credit_card"}, CALLER) for _ in range(10))
    await asyncio.gather(*paying)
    assert [row.kind for row in await receipts(world)] == ["begun", "done"]
    assert len(world.payment.receipts) == 1


async def test_payment_that_was_declined_and_tried_again_leaves_both(world: World) -> None:
    world.payment.decline = "CARD_DECLINED"
    with pytest.raises(ToolError):
        await world.toolbox.run("pay_bill", {"method": "credit_card"}, CALLER)
    world.payment.decline = None
    again = replace(CALLER, idempotency_key="k2")
    await world.toolbox.run("pay_bill", {"method": "credit_card"}, again)
    assert [row.kind for row in await receipts(world)] == ["begun", "refused", "begun", "done"]


async def test_payment_settled_by_a_call_without_consent_states_the_outcome(world: World) -> None:
    world.payment.timeout = True
    with pytest.raises(ToolError):
        await world.toolbox.run("pay_bill", {"method": "credit_card"}, CALLER)
    assert [row.kind for row in await receipts(world)] == ["begun"]
    world.payment.timeout = False
    settled: Any = await world.toolbox.run("pay_bill", {"method": "credit_card"}, replace(CALLER, consent=None))
    [begun, done] = await receipts(world)
    assert (done.kind, done.about) == ("done", begun.id)
    assert json.loads(done.outcome or "")["result"]["transaction_id"] == settled.transaction_id
