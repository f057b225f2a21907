"""Our table of fault tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from database import tables
from database.own.tables import OwnTables
from ports.errors import RequestRefused
from ports.outcome import ChangeMade
from ports.tickets import NewTicket, Ticket
from ports.values import UNFINISHED_TICKET, TicketStatus


class OwnTickets(OwnTables):
    """See ``ports.tickets.TicketsPort``."""

    async def tickets(self, customer_id: int) -> Sequence[Ticket]:
        """See ``TicketsPort.tickets``."""
        query = (
            select(tables.TicketRow)
            .where(tables.TicketRow.customer_id == customer_id)
            .order_by(tables.TicketRow.created_at.desc(), tables.TicketRow.id.desc())
        )
        async with self._database.joined() as session:
            return [_ticket(row) for row in await session.scalars(query)]

    async def open(self, customer_id: int, ticket: NewTicket, *, key: str) -> ChangeMade:
        """See ``TicketsPort.open``."""
        async with self._database.joined() as session:
            session.add(
                tables.TicketRow(
                    id=ticket.ticket_id, customer_id=customer_id, description=ticket.description,
                    category=ticket.category, priority=ticket.priority, status=TicketStatus.OPEN,
                    created_at=ticket.created_at, estimated_resolution=ticket.estimated_resolution,
                )
            )  # fmt: skip
            try:
                await session.flush()
            except SQLAlchemyError as refusal:
                raise RequestRefused("TICKET_CREATION_FAILED") from refusal
        return ChangeMade(ticket.ticket_id)

    async def add_note(self, customer_id: int, ticket_id: str, note: str, *, key: str) -> ChangeMade:
        """See ``TicketsPort.add_note``."""
        async with self._database.joined() as session:
            row = await _unfinished(session, customer_id, ticket_id)
            row.customer_notes = f"{row.customer_notes}\n{note}" if row.customer_notes else note
        return ChangeMade(ticket_id)

    async def close(self, customer_id: int, ticket_id: str, resolution: str, at: datetime, *, key: str) -> ChangeMade:
        """See ``TicketsPort.close``."""
        async with self._database.joined() as session:
            row = await _unfinished(session, customer_id, ticket_id)
            row.status, row.resolved_at, row.resolution = TicketStatus.CLOSED, at, resolution
        return ChangeMade(ticket_id)


async def _unfinished(session: AsyncSession, customer_id: int, ticket_id: str) -> tables.TicketRow:
    row = await session.get(tables.TicketRow, ticket_id)
    if row is None or row.customer_id != customer_id:
        raise RequestRefused("TICKET_NOT_FOUND")
    if row.status not in UNFINISHED_TICKET:
        raise RequestRefused("TICKET_ALREADY_CLOSED")
    return row


def _ticket(row: tables.TicketRow) -> Ticket:
    return Ticket(
        ticket_id=row.id, description=row.description, category=row.category, priority=row.priority, status=row.status,
        created_at=row.created_at, estimated_resolution=row.estimated_resolution, resolved_at=row.resolved_at,
        resolution=row.resolution, notes=row.notes, customer_notes=row.customer_notes,
    )  # fmt: skip
