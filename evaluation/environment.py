"""A demo environment in memory: the real operations on a real database, with outside systems that can fail on demand.

Each seed is another day, other extras on the bills, and other states of lines, tickets, quotas and speeds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import ISTANBUL
from database.enums import BillStatus, TicketCategory, TicketPriority, TicketStatus
from database.seed.demo import seed_demo
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import Bill, Customer, Line, Quota, Ticket
from ports import Ports
from ports.network import DEMO_INCIDENTS, Incident, NetworkStatus, SimulatedNetwork
from ports.payment import SimulatedPayment
from ports.speed_test import SimulatedSpeedTest, SpeedReading
from tools.caller import Caller
from tools.catalog import build_rest_only_tools, build_tools
from tools.errors import ToolError
from tools.toolbox import Toolbox

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=ISTANBUL)
_DAYS = 730
_SPEEDS = (4.2, 12.5, 24.8, 48.3, 96.7, 142.0)
_SLOW = Incident(NetworkStatus.DEGRADED, "Bakım sonrası mobil internette yavaşlama", 3, 5, 8.0)
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


class DemoEnvironment:
    """The demo data on one day, with the operations and the outside systems.

    Attributes:
        now: The present; it does not move by itself.
        payment: The payment system.
        speed_test: The speed test.
        network: The network monitor.
        newcomer: A customer who registered today: no bill, no payment, no ticket.
        customers: Every customer's id.
    """

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.payment = SimulatedPayment()
        self.speed_test = SimulatedSpeedTest()
        self.network = SimulatedNetwork(self._clock, incidents={**DEMO_INCIDENTS, "Eskişehir Tepebaşı": _SLOW})
        self.newcomer = -1
        self.customers: list[int] = []
        ports = Ports(payment=self.payment, speed_test=self.speed_test, network=self.network)
        shared = build_tools(database, ports, self._clock)
        self.operations = [tool.name for tool in shared]
        self.toolbox = Toolbox([*shared, *build_rest_only_tools(database, ports, self._clock)])

    def _clock(self) -> datetime:
        return self.now

    async def run(
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


@asynccontextmanager
async def open_environment(seed: int) -> AsyncIterator[DemoEnvironment]:
    """Open the demo environment of a seed."""
    rng = Random(f"world-{seed}")
    now = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS), minutes=rng.randrange(8 * 60, 22 * 60))
    database = Database("sqlite+aiosqlite://")
    try:
        await database.migrate()
        await seed_demo(database, now, lambda password: "no login here", "", seed)
        environment = DemoEnvironment(database, now)
        await _vary(environment, rng)
        yield environment
    finally:
        await database.close()


async def _vary(environment: DemoEnvironment, rng: Random) -> None:
    """Add the states that the demo lacks: of bills, tickets, quotas and speeds, and a new customer."""
    async with environment.database.write_session() as session:
        new = await create_customer(
            session, name="Can Yıldırım", email="can.yildirim@example.com", phone="05320000099", now=environment.now
        )
        environment.newcomer = new.id
        await _vary_lines(session, environment, rng)
        for customer, status, description, notes in _TICKETS:
            session.add(_ticket(customer, status, description, notes, environment.now, rng))
        for customer, bill_status in ((8, BillStatus.PROCESSING), (9, BillStatus.CANCELLED)):
            newest = select(Bill.id).where(Bill.customer_id == customer).order_by(Bill.bill_date.desc()).limit(1)
            chosen = await session.scalar(newest)
            await session.execute(update(Bill).where(Bill.id == chosen).values(status=bill_status))
        environment.customers = list(await session.scalars(select(Customer.id).order_by(Customer.id)))


async def _vary_lines(session: AsyncSession, environment: DemoEnvironment, rng: Random) -> None:
    quotas = await session.execute(select(Quota, Line).join(Line, Line.id == Quota.line_id).order_by(Line.id))
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
) -> Ticket:
    created = now - timedelta(hours=rng.randrange(3, 90))
    closed = status == TicketStatus.CLOSED
    return Ticket(
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
