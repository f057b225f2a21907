"""The same tools on PostgreSQL, where only row locks keep simultaneous writes apart; needs TEST_POSTGRES_URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from database.seed.demo import seed_demo
from database.session import Database
from database.tables import AuditEntry, IdempotencyRecord, TicketRow
from tests.postgres import own_schema
from tests.tools.conftest import NOW, World
from tests.tools.test_outside_writes import Operator
from tests.tools.test_writes import WRITES
from tools.errors import ToolError


@pytest_asyncio.fixture
async def postgres_world() -> AsyncIterator[World]:
    """The demo in a schema of its own."""
    async with own_schema() as url:
        database = Database(url)
        await database.migrate()
        await seed_demo(database, NOW, lambda password: f"hash of {password}", "demo-1234")
        yield World(database)
        await database.close()


async def test_every_write_on_postgresql_happens_once_for_its_key(postgres_world: World) -> None:
    # The suspension comes last: a suspended line's package cannot be changed.
    for operation, customer, args, _ in sorted(WRITES, key=lambda write: write[0] == "suspend_line"):
        first = await postgres_world.run(operation, customer, operation, **args)
        assert await postgres_world.run(operation, customer, operation, **args) == first
    assert len(await postgres_world.rows(AuditEntry)) == len(WRITES)


@pytest.mark.parametrize("keys", [["same"] * 20, [f"key-{n}" for n in range(20)]])
async def test_pay_bill_twenty_at_once_on_postgresql_charge_once(postgres_world: World, keys: list[str]) -> None:
    postgres_world.payment.delay = 0.05
    calls = (postgres_world.run("pay_bill", 1, key, method="cash") for key in keys)
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    paid = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    refused = {outcome.code for outcome in outcomes if isinstance(outcome, ToolError)}
    assert len(paid) == (20 if keys[0] == "same" else 1)
    assert refused == (set() if keys[0] == "same" else {"BILL_ALREADY_PAID"})
    assert len(postgres_world.payment.receipts) == len(await postgres_world.rows(AuditEntry)) == 1


async def test_create_fault_ticket_twenty_at_once_on_postgresql_open_one(postgres_world: World) -> None:
    calls = (
        postgres_world.run("create_fault_ticket", 1, f"key-{n}", issue_description="İnternet hiç yok")
        for n in range(20)
    )
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, ToolError)]
    assert refusals == ["DUPLICATE_TICKET_FOUND"] * 19
    assert len(await postgres_world.rows(TicketRow, TicketRow.customer_id == 1)) == 1


@pytest.mark.parametrize("keys", [["same"] * 10, [f"key-{n}" for n in range(10)]])
async def test_outside_changes_at_once_on_postgresql_are_made_once_for_each_key(keys: list[str]) -> None:
    async with own_schema() as ours, own_schema() as theirs:
        databases = [Database(url) for url in (ours, theirs)]
        for database in databases:
            await database.migrate()
            await seed_demo(database, NOW, lambda password: f"hash of {password}", "demo-1234")
        operator = Operator(*databases)
        calls = (operator.run("enable_roaming", 1, key, status=True) for key in keys)
        assert all(state["roaming_enabled"] for state in await asyncio.gather(*calls))
        paying = (operator.run("pay_bill", 1, f"pay-{key}", method="cash") for key in keys)
        outcomes = await asyncio.gather(*paying, return_exceptions=True)
        assert {outcome.code for outcome in outcomes if isinstance(outcome, ToolError)} <= {"BILL_ALREADY_PAID"}
        assert len(operator.payment.receipts) == len(await operator.audit("pay_bill")) == 1
        assert len(await operator.audit("enable_roaming")) == len(set(keys))
        assert len(await operator.there(IdempotencyRecord)) == len(set(keys))
        for database in databases:
            await database.close()
