"""Every changing call happens once for its key, and what became of a key can be found out later.

Each case makes one of two changes that undo each other, so that a second effect of a key would be seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import ISTANBUL
from ports.billing import StandingOrder
from ports.contract.plugin import Given, Subject, interrupted
from ports.orders import RoamingOrder
from ports.outcome import ChangeMade
from ports.tickets import NewTicket
from ports.values import ContactType, PaymentMethod, TicketCategory, TicketPriority

pytestmark = pytest.mark.asyncio

_AT_ONCE = 8
_WORDS = ("Contract test: the modem restarts.", "Contract test: no dial tone.")


@dataclass(frozen=True)
class PortChange:
    """A change by one port.

    Attributes:
        port: The port.
        change: Makes the first or the second change (0 or 1) under a key.
        seen: Return what a reader sees of it.
    """

    port: str
    change: Callable[[Given, Subject, int, str], Awaitable[ChangeMade]]
    seen: Callable[[Given, Subject], Awaitable[Any]]


async def _order_autopay(given: Given, subject: Subject, which: int, key: str) -> ChangeMade:
    method = (PaymentMethod.CREDIT_CARD, PaymentMethod.BANK_TRANSFER)[which]
    done: ChangeMade = await given.billing.set_standing_order(subject.customer, StandingOrder(True, method), key=key)
    return done


async def _see_autopay(given: Given, subject: Subject) -> Any:
    return await given.billing.standing_order(subject.customer)


async def _set_address(given: Given, subject: Subject, which: int, key: str) -> ChangeMade:
    address = ("Deneme Mah. 1. Sok. No 1, Van", "Örnek Mah. 2. Sok. No 2, Rize")[which]
    done: ChangeMade = await given.customers.set_contact(subject.customer, ContactType.ADDRESS, address, key=key)
    return done


async def _see_address(given: Given, subject: Subject) -> Any:
    return (await given.customers.customer(subject.customer)).address


async def _switch_roaming(given: Given, subject: Subject, which: int, key: str) -> ChangeMade:
    done: ChangeMade = await given.orders.place(subject.customer, RoamingOrder(subject.line, which == 0), key=key)
    return done


async def _see_roaming(given: Given, subject: Subject) -> Any:
    lines = await given.customers.lines(subject.customer)
    return [line.roaming_enabled for line in lines if line.number == subject.line]


async def _open_ticket(given: Given, subject: Subject, which: int, key: str) -> ChangeMade:
    now = datetime.now(ISTANBUL)
    ticket = NewTicket(
        ticket_id=f"CT-{key[-12:].upper()}", description=_WORDS[which], category=TicketCategory.DEVICE,
        priority=TicketPriority.LOW, created_at=now, estimated_resolution=now + timedelta(days=2),
    )  # fmt: skip
    done: ChangeMade = await given.tickets.open(subject.customer, ticket, key=key)
    return done


async def _see_tickets(given: Given, subject: Subject) -> Any:
    tickets = await given.tickets.tickets(subject.customer)
    return sorted(ticket.ticket_id for ticket in tickets if ticket.description in _WORDS)


CASES = (
    PortChange("billing", _order_autopay, _see_autopay),
    PortChange("customers", _set_address, _see_address),
    PortChange("orders", _switch_roaming, _see_roaming),
    PortChange("tickets", _open_ticket, _see_tickets),
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.port for case in CASES])


@each_case
async def test_same_key_changes_once(given: Given, subject: Subject, key: str, case: PortChange) -> None:
    """A key that comes again, even after another change, gives its first answer and changes nothing."""
    first = await case.change(given, subject, 0, key)
    assert isinstance(first, ChangeMade)
    await case.change(given, subject, 1, f"{key}-other")
    seen = await case.seen(given, subject)
    assert await case.change(given, subject, 0, key) == first
    assert await case.seen(given, subject) == seen


@each_case
async def test_same_key_at_once_changes_once(given: Given, subject: Subject, key: str, case: PortChange) -> None:
    """Several processes may bring the same key at the same time."""
    calls = (case.change(given, subject, 0, key) for _ in range(_AT_ONCE))
    answers = await asyncio.gather(*calls)
    assert all(answer == answers[0] for answer in answers), answers
    seen = await case.seen(given, subject)
    await case.change(given, subject, 0, key)
    assert await case.seen(given, subject) == seen


@each_case
async def test_key_is_found(given: Given, subject: Subject, key: str, case: PortChange) -> None:
    """A key is unknown before its change and done after it, with the number that the system gave."""
    port = getattr(given, case.port)
    assert (await port.find(key=key, customer_id=subject.customer)).state == "unknown"
    done = await case.change(given, subject, 0, key)
    found = await port.find(key=key, customer_id=subject.customer)
    assert (found.state, found.reference) == ("done", done.reference)
    assert await port.find(key=key, customer_id=subject.customer) == found


@each_case
async def test_key_belongs_to_its_customer(given: Given, subject: Subject, key: str, case: PortChange) -> None:
    """Another customer's client may count its keys from 1 too."""
    await case.change(given, subject, 0, key)
    found = await getattr(given, case.port).find(key=key, customer_id=subject.stranger)
    assert found.state == "unknown"


@each_case
async def test_lost_answer_is_settled(given: Given, subject: Subject, key: str, case: PortChange) -> None:
    """After a caller went away the same key still changes once, and the system knows that it did."""
    port = getattr(given, case.port)
    await interrupted(case.change(given, subject, 0, key))
    assert (await port.find(key=key, customer_id=subject.customer)).state in ("done", "unknown")
    done = await case.change(given, subject, 0, key)
    seen = await case.seen(given, subject)
    assert await case.change(given, subject, 0, key) == done
    assert await case.seen(given, subject) == seen
    assert (await port.find(key=key, customer_id=subject.customer)).state == "done"
