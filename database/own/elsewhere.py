"""A simulated operator: the same tables in a database of their own, as outside systems that can fail on demand.

Nothing here takes part in a transaction of ours. Each changing call is one transaction over there, which also notes its
key, so that the same key changes nothing twice. Tests, the contract's own tests and measurements stand it in the place
of an operator's billing, customers, catalogue, orders, usage and tickets.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from core.clock import Clock
from database import tables
from database.enums import PaymentStatus
from database.own.billing import OwnBilling
from database.own.catalogue import OwnCatalogue
from database.own.customers import OwnCustomers
from database.own.orders import OwnOrders
from database.own.tables import OwnTables
from database.own.tickets import OwnTickets
from database.own.usage import OwnUsage
from database.session import Database
from ports import Adapters
from ports.billing import Bill, MadePayment, StandingOrder
from ports.catalogue import Package
from ports.customers import Customer, Line
from ports.errors import RefusalCode, RequestRefused, SystemUnavailable
from ports.orders import Order
from ports.outcome import ChangeMade, KeyStatus
from ports.tickets import NewTicket, Ticket
from ports.usage import Usage
from ports.values import ContactType


@dataclass
class SimulatedTrouble:
    """The trouble of a simulated system; may be changed while it is used.

    Attributes:
        silent: It gives no answer.
        lost: It makes each change, and the answer is lost.
        refuses: It says no to each change, for this reason.
        delay: Seconds before each answer.
        asked: Set once it was called.
    """

    silent: bool = False
    lost: bool = False
    refuses: RefusalCode | None = None
    delay: float = 0.0
    asked: asyncio.Event = field(default_factory=asyncio.Event)


class Elsewhere(OwnTables):
    """Base of the simulated systems.

    Args:
        database: Their database.
        clock: The present.
        trouble: What is wrong with it.
    """

    in_our_transaction = False
    simulated = True

    def __init__(self, database: Database, clock: Clock, trouble: SimulatedTrouble | None = None) -> None:
        super().__init__(database)
        self.trouble = trouble or SimulatedTrouble()
        self._clock = clock

    async def health(self) -> None:
        """Raise where it is silent."""
        await self._asked()

    async def find(self, *, key: str, customer_id: int) -> KeyStatus:
        """See ``ports.outcome.ChangingPort.find``."""
        await self._asked()
        async with self._database.session() as session:
            record = await session.get(tables.IdempotencyRecord, (customer_id, key))
        return KeyStatus("unknown") if record is None else KeyStatus("done", (record.result or {})["reference"])

    async def _asked(self) -> None:
        self.trouble.asked.set()
        if self.trouble.delay:
            await asyncio.sleep(self.trouble.delay)
        if self.trouble.silent:
            raise SystemUnavailable("the simulated system did not answer")

    async def _once(
        self, customer_id: int, key: str, request: object, change: Callable[[], Awaitable[ChangeMade]]
    ) -> ChangeMade:
        """Make a change in one transaction with its key, or give the answer that the key got before."""
        await self._asked()
        if self.trouble.refuses is not None:
            raise RequestRefused(self.trouble.refuses)
        asked = hashlib.sha256(repr(request).encode()).hexdigest()
        async with self._database.write_session() as session:
            await session.scalar(
                select(tables.CustomerRow.id).where(tables.CustomerRow.id == customer_id).with_for_update()
            )
            record = await session.get(tables.IdempotencyRecord, (customer_id, key))
            if record is not None and record.arguments_hash != asked:
                raise RequestRefused("OTHER", "the key was used for another request")
            if record is None:
                done = await change()
                record = tables.IdempotencyRecord(
                    customer_id=customer_id, key=key, operation=type(self).__name__, arguments_hash=asked,
                    result={"reference": done.reference}, created_at=self._clock(),
                )  # fmt: skip
                session.add(record)
        if self.trouble.lost:
            raise SystemUnavailable("the change was made, but its answer was lost")
        return ChangeMade((record.result or {})["reference"])


class BillingElsewhere(Elsewhere, OwnBilling):
    """See ``ports.billing.BillingPort``."""

    async def bills(self, customer_id: int) -> Sequence[Bill]:
        """See ``BillingPort.bills``."""
        await self._asked()
        return await super().bills(customer_id)

    async def payments(self, customer_id: int) -> Sequence[MadePayment]:
        """See ``BillingPort.payments``."""
        await self._asked()
        return await super().payments(customer_id)

    async def book(self, customer_id: int, payment: MadePayment) -> None:
        """See ``BillingPort.book``."""
        await self._asked()
        async with self._database.write_session() as session:
            await super().book(customer_id, payment)
            if await session.get(tables.Payment, payment.transaction_id) is None:
                session.add(
                    tables.Payment(
                        transaction_id=payment.transaction_id, bill_id=payment.bill_id, customer_id=customer_id,
                        amount=payment.amount, method=payment.method, status=PaymentStatus.COMPLETED, at=payment.at,
                        idempotency_key=payment.transaction_id,
                    )
                )  # fmt: skip
        if self.trouble.lost:
            raise SystemUnavailable("the payment was booked, but the answer was lost")

    async def standing_order(self, customer_id: int) -> StandingOrder | None:
        """See ``BillingPort.standing_order``."""
        await self._asked()
        return await super().standing_order(customer_id)

    async def set_standing_order(self, customer_id: int, order: StandingOrder, *, key: str) -> ChangeMade:
        """See ``BillingPort.set_standing_order``."""
        change = super().set_standing_order
        return await self._once(customer_id, key, order, lambda: change(customer_id, order, key=key))


class CustomersElsewhere(Elsewhere, OwnCustomers):
    """See ``ports.customers.CustomersPort``."""

    async def customer(self, customer_id: int) -> Customer:
        """See ``CustomersPort.customer``."""
        await self._asked()
        return await super().customer(customer_id)

    async def lines(self, customer_id: int) -> Sequence[Line]:
        """See ``CustomersPort.lines``."""
        await self._asked()
        return await super().lines(customer_id)

    async def set_contact(self, customer_id: int, kind: ContactType, value: str, *, key: str) -> ChangeMade:
        """See ``CustomersPort.set_contact``."""
        change = super().set_contact
        return await self._once(customer_id, key, (kind, value), lambda: change(customer_id, kind, value, key=key))


class CatalogueElsewhere(Elsewhere, OwnCatalogue):
    """See ``ports.catalogue.CataloguePort``."""

    async def packages(self) -> Sequence[Package]:
        """See ``CataloguePort.packages``."""
        await self._asked()
        return await super().packages()


class OrdersElsewhere(Elsewhere, OwnOrders):
    """See ``ports.orders.OrdersPort``."""

    async def place(self, customer_id: int, order: Order, *, key: str) -> ChangeMade:
        """See ``OrdersPort.place``."""
        place = super().place

        async def placed() -> ChangeMade:
            await place(customer_id, order, key=key)
            return ChangeMade(f"ORD-{hashlib.sha256(key.encode()).hexdigest()[:10].upper()}")

        # The times of an order are those of the request, which may come again later.
        wanted = [value for value in astuple(order) if not isinstance(value, date)]
        return await self._once(customer_id, key, (type(order).__name__, wanted), placed)


class UsageElsewhere(Elsewhere, OwnUsage):
    """See ``ports.usage.UsagePort``."""

    async def usage(self, customer_id: int, line_number: str) -> Usage | None:
        """See ``UsagePort.usage``."""
        await self._asked()
        return await super().usage(customer_id, line_number)


class TicketsElsewhere(Elsewhere, OwnTickets):
    """See ``ports.tickets.TicketsPort``."""

    async def tickets(self, customer_id: int) -> Sequence[Ticket]:
        """See ``TicketsPort.tickets``."""
        await self._asked()
        return await super().tickets(customer_id)

    async def open(self, customer_id: int, ticket: NewTicket, *, key: str) -> ChangeMade:
        """See ``TicketsPort.open``; the request is the same, whatever number is proposed for it."""
        request, change = (ticket.description, ticket.category, ticket.priority), super().open
        return await self._once(customer_id, key, request, lambda: change(customer_id, ticket, key=key))

    async def add_note(self, customer_id: int, ticket_id: str, note: str, *, key: str) -> ChangeMade:
        """See ``TicketsPort.add_note``."""
        change = super().add_note
        return await self._once(customer_id, key, ticket_id, lambda: change(customer_id, ticket_id, note, key=key))

    async def close(self, customer_id: int, ticket_id: str, resolution: str, at: datetime, *, key: str) -> ChangeMade:
        """See ``TicketsPort.close``."""
        change = super().close
        return await self._once(
            customer_id, key, ticket_id, lambda: change(customer_id, ticket_id, resolution, at, key=key)
        )


def systems_elsewhere(database: Database, clock: Clock) -> Adapters:
    """Return the simulated operator's systems over a database of theirs."""
    return Adapters(
        billing=BillingElsewhere(database, clock),
        customers=CustomersElsewhere(database, clock),
        catalogue=CatalogueElsewhere(database, clock),
        orders=OrdersElsewhere(database, clock),
        usage=UsageElsewhere(database, clock),
        tickets=TicketsElsewhere(database, clock),
    )
