"""Operators that the contract is tried on: one that keeps it, and some that break one promise each."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.clock import istanbul_now
from database.own.elsewhere import (
    BillingElsewhere,
    CustomersElsewhere,
    OrdersElsewhere,
    TicketsElsewhere,
    systems_elsewhere,
)
from database.session import Database
from ports import Adapters
from ports.errors import PaymentDeclined
from ports.network import SimulatedNetwork
from ports.notification import SimulatedNotification
from ports.payment import PaymentFinding, PaymentReceipt, SimulatedPayment
from ports.speed_test import SimulatedSpeedTest

DECLINED = Decimal("13.37")


class Bank(SimulatedPayment):
    """A bank whose test mode refuses one amount."""

    async def charge(self, *, amount: Decimal, **request: Any) -> PaymentReceipt:
        self.decline = "CARD_DECLINED" if amount == DECLINED else None
        return await super().charge(amount=amount, **request)


@asynccontextmanager
async def _opened(**replaced: Any) -> AsyncIterator[Adapters]:
    folder = Path(os.environ["CONTRACT_FOLDER"])
    database = Database(f"sqlite+aiosqlite:///{folder / 'operator.sqlite3'}")
    others = Adapters(
        payment=Bank(folder / "bank.sqlite3"), network=SimulatedNetwork(istanbul_now),
        speed_test=SimulatedSpeedTest(), notification=SimulatedNotification(),
    )  # fmt: skip
    whole = {**systems_elsewhere(database, istanbul_now).given(), **others.given()}
    made = {name: make(database, folder) for name, make in replaced.items()}
    try:
        yield Adapters(**{**whole, **made})
    finally:
        await database.close()


def build() -> Any:
    return _opened()


class Forgetful(SimulatedPayment):
    """Charges again for a key that came before."""

    async def charge(self, *, key: str, **request: Any) -> PaymentReceipt:
        self.requests += 1
        return await super().charge(key=f"{key}-{self.requests}-{id(self)}", **request)


class Inexact(SimulatedPayment):
    """Gives amounts as floats."""

    async def charge(self, **request: Any) -> PaymentReceipt:
        receipt = await super().charge(**request)
        return replace(receipt, amount=float(receipt.amount))  # type: ignore[arg-type]


class Speechless(SimulatedPayment):
    """Refuses without one of our codes."""

    async def charge(self, *, amount: Decimal, **request: Any) -> PaymentReceipt:
        if amount == DECLINED:
            raise PaymentDeclined("51")  # type: ignore[arg-type]
        return await super().charge(amount=amount, **request)


class Blind(SimulatedPayment):
    """Knows no key afterwards."""

    async def find(self, *, key: str, customer_id: int) -> PaymentFinding:
        return PaymentFinding("unknown")


class OnePage(BillingElsewhere):
    """Reads the first page of the bills only."""

    async def bills(self, customer_id: int) -> Any:
        return (await super().bills(customer_id))[:3]


class Zoneless(BillingElsewhere):
    """Gives times without their zone."""

    async def bills(self, customer_id: int) -> Any:
        def bare(moment: datetime | None) -> datetime | None:
            return moment and moment.replace(tzinfo=None)

        return [replace(bill, paid_at=bare(bill.paid_at)) for bill in await super().bills(customer_id)]


class Careless(BillingElsewhere):
    """Notes no keys."""

    async def set_standing_order(self, customer_id: int, order: Any, *, key: str) -> Any:
        return await super().set_standing_order(customer_id, order, key=f"{key}-{os.urandom(4).hex()}")


class Loose(OrdersElsewhere):
    """Refuses with one code for everything."""

    async def _once(self, *args: Any) -> Any:
        from ports.errors import RequestRefused

        try:
            return await super()._once(*args)
        except RequestRefused as refusal:
            raise RequestRefused("OTHER") from refusal


class Open(CustomersElsewhere):
    """Tells everybody's lines to everybody."""

    async def lines(self, customer_id: int) -> Any:
        return [*await super().lines(1), *await super().lines(2)]


class Twice(TicketsElsewhere):
    """Opens a ticket for each request."""

    async def open(self, customer_id: int, ticket: Any, *, key: str) -> Any:
        fresh = os.urandom(4).hex()
        return await super().open(customer_id, replace(ticket, ticket_id=f"TW-{fresh}"), key=f"{key}-{fresh}")


def _in_book(kind: type[SimulatedPayment]) -> Any:
    return lambda database, folder: kind(folder / "bank.sqlite3")


def _of(kind: Any) -> Any:
    return lambda database, folder: kind(database, istanbul_now)


def forgetful() -> Any:
    return _opened(payment=_in_book(Forgetful))


def inexact() -> Any:
    return _opened(payment=_in_book(Inexact))


def speechless() -> Any:
    return _opened(payment=_in_book(Speechless))


def blind() -> Any:
    return _opened(payment=_in_book(Blind))


def one_page() -> Any:
    return _opened(billing=_of(OnePage))


def zoneless() -> Any:
    return _opened(billing=_of(Zoneless))


def careless() -> Any:
    return _opened(billing=_of(Careless))


def loose() -> Any:
    return _opened(orders=_of(Loose))


def everybodys() -> Any:
    return _opened(customers=_of(Open))


def twice() -> Any:
    return _opened(tickets=_of(Twice))
