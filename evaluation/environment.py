"""The demo environment: the real operations on a real database, with outside systems that can fail on demand.

``DemoEnvironment`` is what measurements, scenarios and tests share; ``evaluation.conversation_environment`` adds
conversations to it. ``open_environment`` opens one in memory: each seed is another day, other extras on the bills, and
other states of lines, tickets, quotas and speeds.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import ISTANBUL
from core.operator_facts import OperatorFacts, load_operator
from core.settings import Settings
from database.enums import BillStatus, TicketCategory, TicketPriority, TicketStatus
from database.seed.demo import seed_demo
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import BillRow, CustomerRow, LineRow, Quota, TicketRow
from ports import Adapters
from ports.network import Incident, NetworkStatus, SimulatedNetwork
from ports.notification import SimulatedNotification
from ports.payment import SimulatedPayment
from ports.speed_test import SimulatedSpeedTest, SpeedReading
from service.catalogue import bring_catalogue
from tools.caller import Caller
from tools.catalog import build_rest_only_tools, build_tools
from tools.errors import ToolError
from tools.toolbox import Toolbox

NEWCOMER = {"name": "Can Yıldırım", "email": "can.yildirim@example.com", "phone": "05320000099"}
"""The customer who registered today."""

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=ISTANBUL)
_DAYS = 730
_SPEEDS = (4.2, 12.5, 24.8, 48.3, 96.7, 142.0)
SLOW_REGION = "Eskişehir Tepebaşı"
SLOW = Incident(NetworkStatus.DEGRADED, "Bakım sonrası mobil internette yavaşlama", 3, 5, 8.0)
_TICKETS = (
    (1, TicketStatus.IN_PROGRESS, "Modem sık sık yeniden başlıyor.", "Ekip yarın 10:00 ile 12:00 arasında gelecek."),
    (2, TicketStatus.CLOSED, "Faturada tanımadığım bir ücret var.", None),
    (3, TicketStatus.CANCELLED, "Ev telefonundan arama yapılamıyor.", "Müşteri sorunun geçtiğini bildirdi."),
    (4, TicketStatus.OPEN, "Bodrum katta telefon çekmiyor.", None),
)


@dataclass(frozen=True)
class OperationResult:
    """The result or refusal of one operation, with the facts of its preview where there is one."""

    operation: str
    arguments: Mapping[str, Any]
    preview: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    error: ToolError | None


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


class DemoEnvironment:
    """A database with the operations, the simulated outside systems and a clock.

    Args:
        database: Holds the demo data; the caller closes it.
        now: The present at the beginning.
        payment: The payment system; one where everything succeeds by default.
        operator: Whose fees and limits hold; the demo operator's by default.

    Attributes:
        clock: The present; it does not move by itself.
        payment: The payment system.
        speed_test: The speed test.
        network: The network monitor.
        notification: The sender of messages.
        ports: The four of them.
        tools: The operations of conversations.
        rest_only: The operations that only REST clients have.
        toolbox: All of them.
        operations: Names of the operations of conversations.
        newcomer: A customer who registered today: no bill, no payment, no ticket; -1 where there is none.
        customers: Every customer's id, where they were read.
    """

    def __init__(
        self, database: Database, now: datetime, payment: SimulatedPayment | None = None,
        operator: OperatorFacts | None = None,
    ) -> None:  # fmt: skip
        self.database = database
        self.clock = ManualClock(now)
        self.payment = payment or SimulatedPayment()
        self.speed_test = SimulatedSpeedTest()
        self.network = SimulatedNetwork(self.clock)
        self.notification = SimulatedNotification()
        self.ports = Adapters(
            payment=self.payment, speed_test=self.speed_test, network=self.network, notification=self.notification
        )
        self.tools = build_tools(database, self.ports, self.clock, operator)
        self.rest_only = build_rest_only_tools(database, self.ports, self.clock, operator)
        self.toolbox = Toolbox([*self.tools, *self.rest_only])
        self.operations = [tool.name for tool in self.tools]
        self.newcomer = -1
        self.customers: list[int] = []

    @property
    def now(self) -> datetime:
        """The present."""
        return self.clock.now

    async def attempt(
        self,
        operation: str,
        customer: int,
        arguments: Mapping[str, Any],
        *,
        takes_defaults: bool = True,
        key: str | None = None,
        confirmed: bool = True,
    ) -> OperationResult:
        """Run an operation as the graph does: a write's preview first, then the write with the preview's arguments.

        Args:
            operation: Its name.
            customer: Who calls.
            arguments: What the customer stated.
            takes_defaults: Whether the caller takes defaults instead of being asked.
            key: The idempotency key of a write.
            confirmed: False runs a write as it was asked, without a preview.
        """
        caller = Caller(customer, idempotency_key=key, takes_defaults=takes_defaults)
        preview: Mapping[str, Any] | None = None
        try:
            if confirmed and self.toolbox.is_write(operation):
                plan = await self.toolbox.preview(operation, arguments, caller)
                preview, arguments = plan.facts, plan.arguments
            result = await self.toolbox.run(operation, arguments, caller)
        except ToolError as refusal:
            return OperationResult(operation, arguments, preview, None, refusal)
        return OperationResult(operation, arguments, preview, result.model_dump(mode="json"), None)

    async def change(self, *statements: Any) -> None:
        """Change rows directly."""
        async with self.database.write_session() as session:
            for statement in statements:
                await session.execute(statement)


def random_moment(rng: Random, opens: int, closes: int) -> datetime:
    """Return a moment of some day of 2026 or 2027.

    Args:
        rng: Chooses.
        opens: First minute of the day.
        closes: Minute of the day before which the moment lies.
    """
    return _FIRST_DAY + timedelta(days=rng.randrange(_DAYS), minutes=rng.randrange(opens, closes))


async def create_demo(database: Database, now: datetime, seed: int = 0, settings: Settings | None = None) -> None:
    """Create the tables and the demo data, with accounts that nobody can log in to.

    Args:
        database: A database without tables.
        now: The day of the demo data.
        seed: See ``seed_demo``.
        settings: Name the folder of an operator whose packages and fees the demo customers have.
    """
    await database.migrate()
    if settings is not None:
        await bring_catalogue(settings, database)
    operator = load_operator(settings.facts_folder if settings is not None else None)
    await seed_demo(database, now, lambda password: "no login here", "", seed, operator)


async def copy_database(file: Path, copy: Path) -> Database:
    """Return a database in a copy of a file.

    A file and not memory: operations of one turn run at the same time, each in a transaction of its own, and SQLite
    gives a database in memory one connection only.
    """
    await asyncio.to_thread(shutil.copyfile, file, copy)
    return file_database(copy)


def file_database(file: Path) -> Database:
    """Return the SQLite database in a file."""
    return Database(f"sqlite+aiosqlite:///{file}")


@asynccontextmanager
async def open_environment(seed: int) -> AsyncIterator[DemoEnvironment]:
    """Open the demo environment of a seed."""
    rng = Random(f"world-{seed}")
    now = random_moment(rng, 8 * 60, 22 * 60)
    database = Database("sqlite+aiosqlite://")
    try:
        await create_demo(database, now, seed)
        environment = DemoEnvironment(database, now)
        environment.network.incidents[SLOW_REGION] = SLOW
        await _vary(environment, rng)
        yield environment
    finally:
        await database.close()


async def _vary(environment: DemoEnvironment, rng: Random) -> None:
    """Add the states that the demo lacks: of bills, tickets, quotas and speeds, and a new customer."""
    async with environment.database.write_session() as session:
        environment.newcomer = (await create_customer(session, **NEWCOMER, now=environment.now)).id
        await _vary_lines(session, environment, rng)
        for customer, status, description, notes in _TICKETS:
            session.add(_ticket(customer, status, description, notes, environment.now, rng))
        for customer, bill_status in ((8, BillStatus.PROCESSING), (9, BillStatus.CANCELLED)):
            newest = (
                select(BillRow.id).where(BillRow.customer_id == customer).order_by(BillRow.bill_date.desc()).limit(1)
            )
            chosen = await session.scalar(newest)
            await session.execute(update(BillRow).where(BillRow.id == chosen).values(status=bill_status))
        environment.customers = list(await session.scalars(select(CustomerRow.id).order_by(CustomerRow.id)))


async def _vary_lines(session: AsyncSession, environment: DemoEnvironment, rng: Random) -> None:
    quotas = await session.execute(
        select(Quota, LineRow).join(LineRow, LineRow.id == Quota.line_id).order_by(LineRow.id)
    )
    for quota, line in quotas:
        share = rng.choice((0.15, 0.4, 0.66, 0.86, 0.98))
        package = line.package
        quota.internet_used_gb = Decimal(str(round(package.internet_gb * share, 2)))
        quota.voice_used = int(package.voice_minutes * rng.random())
        quota.sms_used = int(package.sms_count * rng.random())
        speed, ping = rng.choice(_SPEEDS), rng.randrange(9, 90)
        server = rng.choice(("İstanbul", "Ankara", "İzmir"))
        environment.speed_test.readings[line.number] = SpeedReading(speed, round(speed / 4, 1), ping, server)


def _ticket(
    customer: int, status: TicketStatus, description: str, notes: str | None, now: datetime, rng: Random
) -> TicketRow:
    created = now - timedelta(hours=rng.randrange(3, 90))
    closed = status == TicketStatus.CLOSED
    return TicketRow(
        id=f"TKT-{created:%Y%m%d}-{rng.randrange(1_000_000):06d}",
        customer_id=customer,
        description=description,
        category=rng.choice([kind for kind in TicketCategory if kind != TicketCategory.TECHNICAL]),
        priority=rng.choice(list(TicketPriority)),
        status=status,
        created_at=created,
        estimated_resolution=created + timedelta(days=2),
        resolved_at=created + timedelta(hours=2) if closed else None,
        resolution="Ücret bir sonraki faturadan düşülecek." if closed else None,
        notes=notes,
    )
