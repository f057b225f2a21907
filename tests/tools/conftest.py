"""A world for each test: a fresh copy of the demo in a real SQLite file, simulated outside systems, a clock to set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import select

from core.clock import ISTANBUL
from database.session import Database
from database.tables import AuditEntry, Base, BillRow
from evaluation.environment import DemoEnvironment, copy_database, create_demo, file_database
from ports.payment import PaymentReceipt, SimulatedPayment
from tools.caller import Caller
from tools.errors import ToolError
from tools.schema import Preview

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=ISTANBUL)
RowT = TypeVar("RowT", bound=Base)


class ObservedPayment(SimulatedPayment):
    """The simulated payment system, which also tells when it has been asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def charge(
        self, *, key: str, amount: Decimal, currency: str, method: str, customer_id: int
    ) -> PaymentReceipt:
        self.asked.set()
        return await super().charge(key=key, amount=amount, currency=currency, method=method, customer_id=customer_id)


class World(DemoEnvironment):
    """A demo environment with short ways to call the operations and to look at the rows."""

    payment: ObservedPayment

    def __init__(self, database: Database) -> None:
        super().__init__(database, NOW, ObservedPayment())

    async def run(self, operation: str, customer: int, key: str | None = None, /, **args: Any) -> dict[str, Any]:
        """Run an operation as a REST client and give its JSON data."""
        caller = Caller(customer, run_id="run-1", idempotency_key=key, takes_defaults=True)
        return (await self.toolbox.run(operation, args, caller)).model_dump(mode="json")

    async def refuse(self, operation: str, customer: int, key: str | None = None, /, **args: Any) -> ToolError:
        """Run an operation that must be refused, and give the refusal."""
        with pytest.raises(ToolError) as refusal:
            await self.run(operation, customer, key, **args)
        assert refusal.value.message and refusal.value.next_step
        return refusal.value

    async def preview(self, operation: str, customer: int, /, **args: Any) -> Preview:
        return await self.toolbox.preview(operation, args, Caller(customer))

    async def rows(self, model: type[RowT], *where: Any) -> Sequence[RowT]:
        async with self.database.session() as session:
            return (await session.scalars(select(model).where(*where))).all()

    async def bill(self, customer: int) -> BillRow:
        """The customer's newest bill."""
        return max(await self.rows(BillRow, BillRow.customer_id == customer), key=lambda bill: bill.bill_date)

    async def told(self, customer: int) -> str:
        """The status of the customer's newest bill, as the customer is told."""
        return str((await self.run("get_current_bill", customer))["status"])

    async def audit(self, operation: str) -> Sequence[AuditEntry]:
        return await self.rows(AuditEntry, AuditEntry.operation == operation)

    async def add(self, *rows: Base) -> None:
        async with self.database.write_session() as session:
            session.add_all(rows)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, seeded once; tests copy it."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"

    async def seed() -> None:
        database = file_database(path)
        await create_demo(database, NOW)
        await database.close()

    asyncio.run(seed())
    return path


@pytest_asyncio.fixture
async def world(demo_file: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The demo of 22 November 2026, fresh for the test."""
    database = await copy_database(demo_file, tmp_path / "test.sqlite3")
    yield World(database)
    await database.close()
