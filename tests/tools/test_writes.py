"""What every write shares: once for a key, an audit row, nothing left behind by a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from database.tables import AuditEntry, IdempotencyRecord
from tests.tools.conftest import World
from tools.errors import ToolError

WRITES: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = [
    ("pay_bill", 1, {"method": "cash"}, {"method": "bank_transfer"}),
    ("setup_autopay", 1, {"status": True, "payment_method": "cash"}, {"status": False}),
    ("change_package", 1, {"new_package_name": "Premium Paket"}, {"new_package_name": "Mega İnternet"}),
    ("enable_roaming", 1, {"status": True}, {"status": False}),
    ("create_fault_ticket", 1, {"issue_description": "İnternet hiç yok"}, {"issue_description": "İnternet çok yavaş"}),
    (
        "update_customer_contact",
        1,
        {"contact_type": "phone", "new_value": "05325551234"},
        {"contact_type": "phone", "new_value": "05325551235"},
    ),
    ("suspend_line", 1, {"reason": "uzun tatil"}, {"reason": "kayıp telefon"}),
    ("reactivate_line", 3, {}, {"line_number": "05320000003"}),
]


@pytest.mark.parametrize(("operation", "customer", "args", "other"), WRITES)
async def test_write_same_key_gives_first_answer_and_other_arguments_conflict(
    world: World, operation: str, customer: int, args: dict[str, object], other: dict[str, object]
) -> None:
    first = await world.run(operation, customer, "key-1", **args)
    assert await world.run(operation, customer, "key-1", **args) == first
    refusal = await world.refuse(operation, customer, "key-1", **other)
    assert (refusal.code, refusal.status) == ("IDEMPOTENCY_CONFLICT", 409)
    [entry] = await world.rows(AuditEntry)
    assert (entry.operation, entry.customer_id, entry.idempotency_key) == (operation, customer, "key-1")
    assert (entry.run_id, entry.channel, entry.at) == ("run-1", "rest", world.clock())


async def test_write_same_key_for_another_operation_is_conflict(world: World) -> None:
    await world.run("suspend_line", 1, "key-1")
    assert (await world.refuse("reactivate_line", 1, "key-1")).code == "IDEMPOTENCY_CONFLICT"


async def test_write_without_key_gets_one_of_its_own(world: World) -> None:
    await world.run("enable_roaming", 1, status=True)
    await world.run("enable_roaming", 1, status=True)
    keys = {entry.idempotency_key for entry in await world.audit("enable_roaming")}
    assert len(keys) == 2 and None not in keys


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_write_impossible_key_is_refused(world: World, key: str) -> None:
    assert (await world.refuse("enable_roaming", 1, key, status=True)).code == "VALIDATION_ERROR"


async def test_write_refused_leaves_nothing_behind(world: World) -> None:
    await world.refuse("suspend_line", 2, "key-1")
    assert not await world.rows(AuditEntry)
    assert not await world.rows(IdempotencyRecord)


async def test_write_twenty_at_once_with_one_key_happen_once(world: World) -> None:
    outcomes = await asyncio.gather(*(world.run("suspend_line", 1, "key-1") for _ in range(20)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert len(await world.rows(AuditEntry)) == 1


async def test_write_twenty_at_once_with_different_keys_pass_the_guard_once(world: World) -> None:
    calls = (world.run("suspend_line", 1, f"key-{n}") for n in range(20))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, ToolError)]
    assert refusals == ["LINE_ALREADY_SUSPENDED"] * 19
