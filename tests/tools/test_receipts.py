"""Receipts of writes: in the transaction of the change, once a key, and only where a customer consented."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from database.receipt_chain import verify_receipts
from database.receipts import ConsentEvidence, erase_words, receipts_of
from database.tables import Receipt
from tests.tools.conftest import NOW, World
from tools.caller import Caller
from tools.catalog import _OPERATIONS
from tools.errors import ToolError
from tools.toolbox import WRITE

CONSENT = ConsentEvidence("Onaylıyor musunuz?", {"amount": "1"}, "evet", {"reply": {"yes": 0.99}}, {"policy": "p"})
CALLER = Caller(1, run_id="run-1", idempotency_key="k1", takes_defaults=True, consent=CONSENT)


async def receipts(world: World, customer: int = 1) -> list[Receipt]:
    assert (await verify_receipts(world.database)).broken == []
    return list(await receipts_of(world.database, customer))


async def test_words_of_a_ticket_a_suspension_and_a_contact_are_erased(world: World) -> None:
    said = "GIZLISOZCUK internetim yavaş"
    consent = replace(CONSENT, question=f"{said}?", facts={"said": said})
    for operation, arguments in {
        "create_fault_ticket": {"issue_description": said, "category": "network"},
        "suspend_line": {"reason": said},
        "update_customer_contact": {"contact_type": "address", "new_value": f"{said} Sokak No: 5, Konak, İzmir"},
    }.items():
        await world.toolbox.run(operation, arguments, replace(CALLER, idempotency_key=operation, consent=consent))
    assert len(await receipts(world)) == 3
    await erase_words(world.database, 1, NOW)
    left = str([[getattr(row, name.name) for name in Receipt.__table__.columns] for row in await receipts(world)])
    assert "GIZLISOZCUK" not in left


def test_receipts_of_bills_packages_and_switches_keep_their_facts() -> None:
    kept = {one.path for one in _OPERATIONS if one.kind == WRITE and not one.arguments.free_text}
    assert kept == {"/billing/pay", "/billing/autopay", "/packages/change", "/services/roaming"}


def test_every_change_that_takes_words_of_the_customers_own_says_so() -> None:
    for operation in _OPERATIONS:
        fields = operation.arguments.model_fields.values() if operation.kind == WRITE else ()
        lengths = [limit.max_length for field in fields for limit in field.metadata if hasattr(limit, "max_length")]
        assert operation.arguments.free_text or max(lengths, default=0) <= 80, operation.path


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
