"""A world for each test: a fresh copy of the demo in a real SQLite file, simulated outside systems, a clock to set."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import select

from core.clock import ISTANBUL
from database.seed.demo import seed_demo
from database.session import Database
from database.tables import AuditEntry, Base, Bill
from ports import Ports
from ports.network import SimulatedNetwork
from ports.payment import PaymentReceipt, SimulatedPayment
from ports.speed_test import SimulatedSpeedTest
from tools.caller import Caller
from tools.catalog import build_rest_only_tools, build_tools
from tools.errors import ToolError
from tools.schema import Preview
from tools.toolbox import Toolbox

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=ISTANBUL)
RowT = TypeVar("RowT", bound=Base)


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


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


class World:
    """The real tools on a real database, with short ways to call them and to look at the rows."""

    def __init__(self, database: Database) -> None:
        self.clock = SettableClock()
        self.database = database
        self.payment = ObservedPayment()
        self.speed_test = SimulatedSpeedTest()
        self.network = SimulatedNetwork(self.clock)
        ports = Ports(payment=self.payment, speed_test=self.speed_test, network=self.network)
        self.tools = build_tools(database, ports, self.clock)
        self.rest_only = build_rest_only_tools(database, ports, self.clock)
        self.toolbox = Toolbox([*self.tools, *self.rest_only])

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

    async def bill(self, customer: int) -> Bill:
        """The customer's newest bill."""
        return max(await self.rows(Bill, Bill.customer_id == customer), key=lambda bill: bill.bill_date)

    async def audit(self, operation: str) -> Sequence[AuditEntry]:
        return await self.rows(AuditEntry, AuditEntry.operation == operation)

    async def add(self, *rows: Base) -> None:
        async with self.database.write_session() as session:
            session.add_all(rows)

    async def change(self, statement: Any) -> None:
        async with self.database.write_session() as session:
            await session.execute(statement)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, seeded once; tests copy it."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"

    async def seed() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await database.migrate()
        await seed_demo(database, NOW, lambda password: f"hash of {password}", "demo-1234")
        await database.close()

    asyncio.run(seed())
    return path


@pytest_asyncio.fixture
async def world(demo_file: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The demo of 22 November 2026, fresh for the test."""
    path = shutil.copy(demo_file, tmp_path / "test.sqlite3")
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield World(database)
    await database.close()
