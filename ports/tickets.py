"""Fault tickets: those that a customer has, new ones, notes on them, and their closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.outcome import ChangeMade, KeyStatus
from ports.values import TicketCategory, TicketPriority, TicketStatus


@dataclass(frozen=True)
class Ticket:
    """A fault record: the technician's notes in ``notes``, the customer's further words in ``customer_notes``."""

    ticket_id: str
    description: str
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: datetime
    estimated_resolution: datetime | None = None
    resolved_at: datetime | None = None
    resolution: str | None = None
    notes: str | None = None
    customer_notes: str | None = None


@dataclass(frozen=True)
class NewTicket:
    """A fault as it is reported; ``ticket_id`` is our proposal, which the system may replace by its own number."""

    ticket_id: str
    description: str
    category: TicketCategory
    priority: TicketPriority
    created_at: datetime
    estimated_resolution: datetime


class TicketsPort(Protocol):
    """The interface of a ticket system, as the tools use it."""

    async def tickets(self, customer_id: int) -> Sequence[Ticket]:
        """Return every ticket of a customer, the newest first.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def open(self, customer_id: int, ticket: NewTicket, *, key: str) -> ChangeMade:
        """Open a ticket; once for a key. The reference is its number, where that is not the proposed one.

        Raises:
            RequestRefused: The answer is no.
            SystemUnavailable: There is no answer; ask again with the same key.
        """
        ...

    async def add_note(self, customer_id: int, ticket_id: str, note: str, *, key: str) -> ChangeMade:
        """Add a line to the customer's notes on a ticket; once for a key. What was written before stays.

        Raises:
            RequestRefused: The answer is no.
            SystemUnavailable: There is no answer; ask again with the same key.
        """
        ...

    async def close(self, customer_id: int, ticket_id: str, resolution: str, at: datetime, *, key: str) -> ChangeMade:
        """Close a ticket at the customer's wish; once for a key.

        Raises:
            RequestRefused: The answer is no.
            SystemUnavailable: There is no answer; ask again with the same key.
        """
        ...

    async def find(self, *, key: str, customer_id: int) -> KeyStatus:
        """See ``ports.outcome.ChangingPort.find``."""
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...
