"""Fault tickets that exist: the state of one, and for older REST clients the list and the closing.

``ticket_opening.py`` opens new ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import Field

from ports.tickets import Ticket
from ports.values import UNFINISHED_TICKET, TicketCategory, TicketPriority, TicketStatus
from tools.caller import Caller, Context
from tools.errors import TicketAlreadyClosed, TicketNotFound
from tools.once import write_once
from tools.schema import Arguments, ListArguments, Preview, Result
from tools.writes import Change, Planned

_CLOSED = "Müşterinin isteğiyle kapatıldı."


class TicketArguments(Arguments):
    """Arguments of ``get_fault_ticket_status``."""

    ticket_id: str | None = Field(
        None, min_length=1, max_length=32, description="The ticket's number; leave out for the newest one"
    )


class CloseTicketArguments(Arguments):
    """Arguments of ``close_ticket``."""

    ticket_id: str = Field(min_length=1, max_length=32, description="The ticket's number")


class TicketState(Result):
    """The state of a ticket."""

    ticket_id: str
    status: TicketStatus
    resolution: str | None
    created_at: datetime
    resolved_at: datetime | None
    technician_notes: str | None
    estimated_resolution: datetime | None


class ListedTicket(Result):
    """One ticket in the list."""

    ticket_id: str
    issue_description: str
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: datetime
    estimated_resolution: datetime | None


class TicketList(Result):
    """Tickets, newest first; ``total_count`` counts those not listed too."""

    tickets: list[ListedTicket]
    total_count: int


class ClosingPreview(Preview):
    """The ticket that would be closed."""

    ticket_id: str
    status: TicketStatus


async def get_fault_ticket_status(context: Context, caller: Caller, arguments: TicketArguments) -> TicketState:
    """Show how far a fault ticket is, with the technician's notes; without a number the newest one."""
    return _state(await _owned_ticket(context, caller, arguments.ticket_id))


async def list_tickets(context: Context, caller: Caller, arguments: ListArguments) -> TicketList:
    """List the customer's fault tickets, newest first."""
    tickets = await context.ports.tickets.tickets(caller.customer_id)
    return TicketList(
        tickets=[
            ListedTicket(
                ticket_id=ticket.ticket_id,
                issue_description=ticket.description,
                category=ticket.category,
                priority=ticket.priority,
                status=ticket.status,
                created_at=ticket.created_at,
                estimated_resolution=ticket.estimated_resolution,
            )
            for ticket in tickets[: arguments.limit]
        ],
        total_count=len(tickets),
    )


async def close_ticket(context: Context, caller: Caller, arguments: CloseTicketArguments) -> TicketState:
    """Close an open fault ticket at the customer's wish."""

    async def plan() -> Planned[TicketState]:
        ticket = await unfinished_ticket(context, caller, arguments.ticket_id)
        now, closed = context.now(), TicketStatus.CLOSED
        result = _state(replace(ticket, status=closed, resolved_at=now, resolution=_CLOSED))
        before = {"ticket_id": ticket.ticket_id, "status": ticket.status.value}
        return Planned(
            Change(result, before, after={"ticket_id": ticket.ticket_id, "status": closed.value}),
            lambda key: context.ports.tickets.close(caller.customer_id, ticket.ticket_id, _CLOSED, now, key=key),
            details={"ticket_id": ticket.ticket_id},
        )

    return await write_once(context, caller, "close_ticket", arguments, TicketState, plan, writes="tickets")


async def preview_closing(context: Context, caller: Caller, arguments: CloseTicketArguments) -> ClosingPreview:
    """Return the preview of ``close_ticket``."""
    ticket = await unfinished_ticket(context, caller, arguments.ticket_id)
    return ClosingPreview(
        operation="close_ticket",
        arguments={"ticket_id": ticket.ticket_id},
        ticket_id=ticket.ticket_id,
        status=ticket.status,
    )


async def _owned_ticket(context: Context, caller: Caller, ticket_id: str | None) -> Ticket:
    tickets = await context.ports.tickets.tickets(caller.customer_id)
    if ticket_id is not None:
        tickets = [ticket for ticket in tickets if ticket.ticket_id.upper() == ticket_id.upper()]
    if not tickets and ticket_id is None:
        raise TicketNotFound(message="Kayıtlı bir arıza kaydınız bulunmuyor.", ticket_id=None)
    if not tickets:
        raise TicketNotFound(ticket_id=ticket_id)
    return tickets[0]


async def unfinished_ticket(context: Context, caller: Caller, ticket_id: str) -> Ticket:
    """Return an open ticket of the customer's.

    Raises:
        TicketNotFound: The customer has no ticket of this number.
        TicketAlreadyClosed: It is resolved or closed.
    """
    ticket = await _owned_ticket(context, caller, ticket_id)
    if ticket.status not in UNFINISHED_TICKET:
        raise TicketAlreadyClosed(ticket_id=ticket.ticket_id, status=ticket.status.value)
    return ticket


def _state(ticket: Ticket) -> TicketState:
    return TicketState(
        ticket_id=ticket.ticket_id,
        status=ticket.status,
        resolution=ticket.resolution,
        created_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
        technician_notes=ticket.notes,
        estimated_resolution=ticket.estimated_resolution,
    )
