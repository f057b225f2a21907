"""Changes in outside systems: once for a key, never forgotten when the answer is lost, refusals told as ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, select

from core.channels import Channel
from database.own.elsewhere import Elsewhere, SimulatedTrouble, systems_elsewhere
from database.receipts import ConsentEvidence
from database.session import Database
from database.tables import AuditEntry, BillItemRow, BillRow, IdempotencyRecord, LineRow, Payment, Receipt, TicketRow
from evaluation.environment import copy_database
from ports import Adapters
from ports.guard import GuardLimits, guarded
from tests.tools.conftest import World
from tests.tools.test_writes import WRITES
from tools.caller import Caller, Context
from tools.catalog import build_rest_only_tools, build_tools
from tools.errors import ToolError
from tools.outside_writes import WRITE_LEASE, settle_begun
from tools.settlement import book_untold
from tools.toolbox import Toolbox
from tools.unfinished import settle_unfinished
from tools.written import WrittenChanges

PORTS = {
    "setup_autopay": "billing",
    "change_package": "orders",
    "enable_roaming": "orders",
    "create_fault_ticket": "tickets",
    "update_customer_contact": "customers",
    "suspend_line": "orders",
    "reactivate_line": "orders",
}
CHANGES = [write for write in WRITES if write[0] in PORTS]
ONE_TRY = GuardLimits(call=60.0, whole=60.0, charge=60.0, tries=1, failures=100)


class Operator(World):
    """A demo whose bills, lines, packages, usage and tickets stand in another database than our records."""

    def __init__(self, database: Database, elsewhere: Database) -> None:
        super().__init__(database)
        self.elsewhere = elsewhere
        self.systems = systems_elsewhere(elsewhere, self.clock)
        adapters = Adapters(**{**self.ports.given(), **self.systems.given()})
        whole = Context.of(database, adapters, self.clock)
        self.context = Context.of(database, guarded(whole.ports, ONE_TRY), self.clock)
        tools = (build(database, self.context.ports, self.clock) for build in (build_tools, build_rest_only_tools))
        self.toolbox = Toolbox([tool for part in tools for tool in part])

    def trouble(self, port: str) -> SimulatedTrouble:
        system: Elsewhere = self.systems.given()[port]
        return system.trouble

    async def there(self, model: Any, *where: Any) -> Any:
        async with self.elsewhere.session() as session:
            return (await session.scalars(select(model).where(*where))).all()

    async def agreed(self, operation: str, customer: int, key: str, **args: Any) -> Any:
        """Run a write that the customer consented to, as a conversation does."""
        consent = ConsentEvidence("Onaylıyor musunuz?", {}, "evet", {}, {})
        caller = Caller(customer, idempotency_key=key, takes_defaults=True, consent=consent)
        return await self.toolbox.run(operation, args, caller)


@pytest_asyncio.fixture
async def operator(demo_file: Path, tmp_path: Path) -> AsyncIterator[Operator]:
    """Two databases: ours keeps no bill, line detail or ticket that an operation may read."""
    ours = await copy_database(demo_file, tmp_path / "ours.sqlite3")
    elsewhere = await copy_database(demo_file, tmp_path / "elsewhere.sqlite3")
    async with ours.write_session() as session:
        for table in (BillItemRow, BillRow, TicketRow):
            await session.execute(delete(table))
    yield Operator(ours, elsewhere)
    await ours.close()
    await elsewhere.close()


@pytest.mark.parametrize(("operation", "customer", "args", "other"), CHANGES)
async def test_change_is_made_there_once_for_its_key(
    operator: Operator, operation: str, customer: int, args: dict[str, Any], other: dict[str, Any]
) -> None:
    first = await operator.run(operation, customer, "key-1", **args)
    assert await operator.run(operation, customer, "key-1", **args) == first
    refusal = await operator.refuse(operation, customer, "key-1", **other)
    assert refusal.code == "IDEMPOTENCY_CONFLICT"
    assert len(await operator.there(IdempotencyRecord)) == len(await operator.audit(operation)) == 1
    [record] = await operator.rows(IdempotencyRecord)
    assert (record.result, record.begun) == (first, None)


@pytest.mark.parametrize(("operation", "customer", "args", "_other"), CHANGES)
async def test_lost_answer_is_found_by_the_same_key(
    operator: Operator, operation: str, customer: int, args: dict[str, Any], _other: dict[str, Any]
) -> None:
    operator.trouble(PORTS[operation]).lost = True
    unknown = await operator.refuse(operation, customer, "key-1", **args)
    assert (unknown.code, unknown.status) == ("TOOL_TIMEOUT", 503)
    assert (await WrittenChanges(operator.database).of(customer, "key-1")).state == "begun"
    assert not await operator.audit(operation)
    operator.trouble(PORTS[operation]).lost = False
    again = await operator.run(operation, customer, "key-1", **args)
    assert again == await operator.run(operation, customer, "key-1", **args)
    assert len(await operator.there(IdempotencyRecord)) == len(await operator.audit(operation)) == 1


@pytest.mark.parametrize(("operation", "customer", "args", "_other"), CHANGES)
async def test_lost_answer_is_settled_by_the_service(
    operator: Operator, operation: str, customer: int, args: dict[str, Any], _other: dict[str, Any]
) -> None:
    operator.trouble(PORTS[operation]).lost = True
    with pytest.raises(ToolError):
        await operator.agreed(operation, customer, "key-1", **args)
    operator.trouble(PORTS[operation]).lost = False
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["begun"]
    assert await asyncio.gather(settle_begun(operator.context), settle_begun(operator.context))
    [entry] = await operator.audit(operation)
    assert (entry.channel, entry.idempotency_key) == (Channel.SERVICE, "key-1")
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["begun", "done"]
    assert (await WrittenChanges(operator.database).of(customer, "key-1")).state == "done"
    assert await settle_begun(operator.context) == 0


async def test_change_that_never_arrived_is_given_up_after_its_lease(operator: Operator) -> None:
    operator.trouble("orders").silent = True
    with pytest.raises(ToolError):
        await operator.agreed("enable_roaming", 1, "key-1", status=True)
    assert await settle_begun(operator.context) == 0, "the system is still silent"
    operator.trouble("orders").silent = False
    assert await settle_begun(operator.context) == 0, "the request may still be on its way"
    operator.clock.advance(WRITE_LEASE)
    assert await settle_begun(operator.context) == 1
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["begun", "refused"]
    assert not await operator.rows(IdempotencyRecord)
    assert (await operator.run("enable_roaming", 1, "key-1", status=True))["roaming_enabled"]


async def test_answer_that_comes_after_its_change_was_given_up_still_counts(operator: Operator) -> None:
    operator.trouble("orders").delay = 0.1
    slow = asyncio.create_task(operator.agreed("enable_roaming", 1, "key-1", status=True))
    await operator.trouble("orders").asked.wait()
    operator.trouble("orders").delay = 0.0
    operator.clock.advance(WRITE_LEASE)
    assert await settle_begun(operator.context) == 1, "nobody keeps to the lease here"
    assert (await slow).roaming_enabled
    assert len(await operator.audit("enable_roaming")) == 1
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["begun", "refused", "done"]
    assert (await operator.run("enable_roaming", 1, "key-1", status=True))["roaming_enabled"]
    assert len(await operator.there(IdempotencyRecord)) == 1


async def test_refusal_there_is_told_as_ours_and_leaves_nothing(operator: Operator) -> None:
    operator.trouble("orders").refuses = "LINE_ALREADY_SUSPENDED"
    refusal = await operator.refuse("suspend_line", 1, "key-1")
    assert (refusal.code, refusal.status) == ("LINE_ALREADY_SUSPENDED", 409)
    assert refusal.message.startswith("05000000001")
    operator.trouble("orders").refuses = "OTHER"
    assert (await operator.refuse("suspend_line", 1, "key-2")).code == "OUTSIDE_SYSTEM_REFUSED"
    assert not await operator.rows(IdempotencyRecord)
    operator.trouble("orders").refuses = None
    assert (await operator.run("suspend_line", 1, "key-1"))["line_number"] == "05000000001"


async def test_refusal_of_a_consented_change_is_receipted_once(operator: Operator) -> None:
    operator.trouble("orders").refuses = "OTHER"
    with pytest.raises(ToolError):
        await operator.agreed("enable_roaming", 1, "key-1", status=True)
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["begun", "refused"]


@pytest.mark.parametrize("keys", [["same"] * 10, [f"key-{n}" for n in range(10)]])
async def test_many_at_once_change_once_for_each_key(operator: Operator, keys: list[str]) -> None:
    operator.trouble("orders").delay = 0.01
    calls = (operator.run("enable_roaming", 1, key, status=True) for key in keys)
    assert all(state["roaming_enabled"] for state in await asyncio.gather(*calls))
    assert len(await operator.there(IdempotencyRecord)) == len(await operator.audit("enable_roaming")) == len(set(keys))


async def test_number_of_the_outside_system_is_the_one_that_counts(operator: Operator) -> None:
    change = await operator.run("change_package", 1, "key-1", new_package_name="Premium Paket")
    assert change["change_id"].startswith("ORD-")
    [line] = await operator.there(LineRow, LineRow.number == "05000000001")
    assert line.package.name == "Premium Paket"


async def test_bill_elsewhere_is_paid_once_and_booked_there(operator: Operator) -> None:
    bill = await operator.run("get_current_bill", 1)
    paid = await operator.run("pay_bill", 1, "key-1", method="cash")
    assert paid["bill_id"] == bill["bill_id"]
    assert await operator.run("pay_bill", 1, "key-1", method="cash") == paid
    [booked] = await operator.there(Payment, Payment.transaction_id == paid["transaction_id"])
    assert (booked.bill_id, float(booked.amount)) == (paid["bill_id"], paid["amount"])
    assert (await operator.run("get_current_bill", 1))["status"] == "paid"
    [payment] = await operator.rows(Payment, Payment.bill_id == paid["bill_id"])
    assert not payment.to_book
    [entry] = await operator.audit("pay_bill")
    assert entry.before == {"bill_id": bill["bill_id"], "status": "unpaid"}


async def test_billing_that_is_away_after_the_charge_hears_of_it_later(operator: Operator) -> None:
    class ChargesAndSilences(type(operator.payment)):  # type: ignore[misc]
        async def charge(self, **request: Any) -> Any:
            operator.trouble("billing").silent = True
            return await super().charge(**request)

    operator.payment.__class__ = ChargesAndSilences
    paid = await operator.run("pay_bill", 1, "key-1", method="cash")
    assert await book_untold(operator.context) == 0
    operator.trouble("billing").silent = False
    assert (await operator.run("get_current_bill", 1))["status"] == "paid", "by our own record"
    history = await operator.run("get_payment_history", 1)
    assert history["payments"][0]["transaction_id"] == paid["transaction_id"]
    assert (await operator.refuse("pay_bill", 1, "key-2", method="cash")).code == "BILL_ALREADY_PAID"
    assert await settle_unfinished(operator.context) == 1
    assert len(await operator.there(Payment, Payment.transaction_id == paid["transaction_id"])) == 1
    assert (await operator.run("get_payment_history", 1))["total_payments"] == history["total_payments"]


async def test_silent_system_costs_its_own_operations_and_is_named(operator: Operator) -> None:
    operator.trouble("billing").silent = True
    refusal = await operator.refuse("get_current_bill", 1)
    assert (refusal.code, refusal.status) == ("OUTSIDE_SYSTEM_UNAVAILABLE", 503)
    assert refusal.message == "Faturalama sistemine şu anda ulaşılamıyor."
    assert refusal.details == {"system": "billing_system"}
    with pytest.raises(ToolError) as unbilled:
        await operator.agreed("pay_bill", 1, "key-1", method="cash")
    assert unbilled.value.code == "OUTSIDE_SYSTEM_UNAVAILABLE"
    assert [receipt.kind for receipt in await operator.rows(Receipt)] == ["refused"]
    assert not operator.payment.requests
    assert (await operator.run("get_customer_package", 1))["package_name"]
    assert (await operator.run("enable_roaming", 1, status=True))["roaming_enabled"]


async def test_silent_system_holds_no_lock_of_ours(operator: Operator) -> None:
    operator.trouble("billing").delay = 30.0
    slow = asyncio.create_task(operator.run("pay_bill", 1, "key-1", method="cash"))
    await operator.trouble("billing").asked.wait()
    assert (await operator.run("enable_roaming", 2, status=True))["roaming_enabled"]
    slow.cancel()
    await asyncio.wait([slow])


async def test_known_key_is_answered_while_the_system_is_away(operator: Operator) -> None:
    first = await operator.run("pay_bill", 1, "key-1", method="cash")
    roaming = await operator.run("enable_roaming", 1, "key-2", status=True)
    for port in ("billing", "orders", "customers"):
        operator.trouble(port).silent = True
    assert await operator.run("pay_bill", 1, "key-1", method="cash") == first
    assert await operator.run("enable_roaming", 1, "key-2", status=True) == roaming


async def test_names_are_not_read_while_the_catalogue_is_away(operator: Operator) -> None:
    words = "Premium Paket istiyorum"
    assert await operator.toolbox.names_in("change_package", "new_package_name", words) == ["Premium Paket"]
    operator.trouble("catalogue").silent = True
    assert await operator.toolbox.names_in("change_package", "new_package_name", words) == []
    assert (await operator.refuse("get_available_packages", 1)).details == {"system": "catalogue_system"}


async def test_own_orders_beside_an_outside_catalogue_wait_for_it_without_a_lock(operator: Operator) -> None:
    mixed = Adapters(catalogue=operator.systems.catalogue)
    toolbox = Toolbox(build_tools(operator.database, mixed, operator.clock))
    operator.trouble("catalogue").delay = 0.3
    caller = Caller(1, idempotency_key="key-1", takes_defaults=True)
    moving = asyncio.create_task(toolbox.run("change_package", {"new_package_name": "Premium Paket"}, caller))
    await operator.trouble("catalogue").asked.wait()
    async with operator.database.write_session() as session:
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    await moving
    [line] = await operator.rows(LineRow, LineRow.number == "05000000001")
    assert line.package.name == "Premium Paket"


async def test_message_of_a_changed_contact_is_sent_once_and_its_failure_changes_nothing(world: World) -> None:
    args = {"contact_type": "phone", "new_value": "05325551234"}
    for _ in range(2):
        await world.run("update_customer_contact", 1, "key-1", **args)
    [message] = world.notification.sent
    assert (message.customer_id, message.way, message.to) == (1, "sms", "05325551234")
    world.notification.unavailable = True
    changed = await world.run("update_customer_contact", 1, "key-2", contact_type="email", new_value="a@example.com")
    assert changed["new_value"] == "a@example.com"
    world.clock.advance(timedelta(hours=1))
    assert len(world.notification.sent) == 1
