"""Fault tickets: opening one, its state, and for older REST clients the list and the closing."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import randbelow

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import UNFINISHED_TICKET, TicketCategory, TicketPriority, TicketStatus
from database.tables import Ticket
from tools.caller import Caller, Context
from tools.errors import DuplicateTicketFound, TicketAlreadyClosed, TicketCreationFailed, TicketNotFound
from tools.schema import Arguments, Category, ListArguments, Preview, Priority, Result
from tools.writes import Change, write_once

RESOLUTION_HOURS = {
    TicketPriority.CRITICAL: 4,
    TicketPriority.HIGH: 24,
    TicketPriority.MEDIUM: 48,
    TicketPriority.LOW: 96,
}


class CreateTicketArguments(Arguments):
    """Arguments of ``create_fault_ticket``."""

    issue_description: str = Field(min_length=10, max_length=1000, description="The problem in the customer's words")
    category: Category = Field(TicketCategory.TECHNICAL, description="What the problem is about")
    priority: Priority = Field(TicketPriority.MEDIUM, description="How urgent it is, if the customer says so")


class TicketArguments(Arguments):
    """Arguments of ``get_fault_ticket_status``."""

    ticket_id: str | None = Field(
        None, min_length=1, max_length=32, description="The ticket's number; leave out for the newest one"
    )


class CloseTicketArguments(Arguments):
    """Arguments of ``close_ticket``."""

    ticket_id: str = Field(min_length=1, max_length=32, description="The ticket's number")


class CreatedTicket(Result):
    """A ticket that was opened."""

    ticket_id: str
    issue_description: str
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: datetime
    estimated_resolution: datetime


class TicketState(Result):
    """The state of a ticket."""

    ticket_id: str
    status: TicketStatus
    resolution: str | None
    created_at: datetime
    resolved_at: datetime | None
    technician_notes: str | None


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


class TicketPreview(Preview):
    """The ticket as it would be opened."""

    issue_description: str
    category: TicketCategory
    priority: TicketPriority


class ClosingPreview(Preview):
    """The ticket that would be closed."""

    ticket_id: str
    status: TicketStatus


async def create_fault_ticket(context: Context, caller: Caller, arguments: CreateTicketArguments) -> CreatedTicket:
    """Open a fault ticket, so that a technician looks after the problem. One open ticket for each category."""

    async def change(session: AsyncSession) -> Change[CreatedTicket]:
        plan = await _plan_ticket(session, caller, arguments)
        now = context.now()
        hours = RESOLUTION_HOURS[plan.priority]
        result = CreatedTicket(
            ticket_id=f"TKT-{now:%Y%m%d}-{randbelow(1_000_000):06d}",
            issue_description=plan.issue_description,
            category=plan.category,
            priority=plan.priority,
            status=TicketStatus.OPEN,
            created_at=now,
            estimated_resolution=now + timedelta(hours=hours),
        )
        session.add(_row(caller, result))
        try:
            await session.flush()
        except SQLAlchemyError as refusal:
            raise TicketCreationFailed from refusal
        return Change(result, before={}, after=result.model_dump(mode="json"))

    return await write_once(context, caller, "create_fault_ticket", arguments, CreatedTicket, change)


async def preview_ticket(context: Context, caller: Caller, arguments: CreateTicketArguments) -> TicketPreview:
    """Return the preview of ``create_fault_ticket``."""
    async with context.database.session() as session:
        return await _plan_ticket(session, caller, arguments)


async def get_fault_ticket_status(context: Context, caller: Caller, arguments: TicketArguments) -> TicketState:
    """Show how far a fault ticket is, with the technician's notes; without a number the newest one."""
    async with context.database.session() as session:
        return _state(await _owned_ticket(session, caller, arguments.ticket_id))


async def list_tickets(context: Context, caller: Caller, arguments: ListArguments) -> TicketList:
    """List the customer's fault tickets, newest first."""
    owned = Ticket.customer_id == caller.customer_id
    async with context.database.session() as session:
        tickets = await session.scalars(
            select(Ticket).where(owned).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(arguments.limit)
        )
        return TicketList(
            tickets=[
                ListedTicket(
                    ticket_id=ticket.id,
                    issue_description=ticket.description,
                    category=ticket.category,
                    priority=ticket.priority,
                    status=ticket.status,
                    created_at=ticket.created_at,
                    estimated_resolution=ticket.estimated_resolution,
                )
                for ticket in tickets
            ],
            total_count=await session.scalar(select(func.count()).select_from(Ticket).where(owned)) or 0,
        )


async def close_ticket(context: Context, caller: Caller, arguments: CloseTicketArguments) -> TicketState:
    """Close an open fault ticket at the customer's wish."""

    async def change(session: AsyncSession) -> Change[TicketState]:
        ticket = await _closable_ticket(session, caller, arguments)
        before = {"ticket_id": ticket.id, "status": ticket.status.value}
        ticket.status, ticket.resolved_at = TicketStatus.CLOSED, context.now()
        ticket.resolution = "Müşterinin isteğiyle kapatıldı."
        return Change(_state(ticket), before, after={"ticket_id": ticket.id, "status": ticket.status.value})

    return await write_once(context, caller, "close_ticket", arguments, TicketState, change)


async def preview_closing(context: Context, caller: Caller, arguments: CloseTicketArguments) -> ClosingPreview:
    """Return the preview of ``close_ticket``."""
    async with context.database.session() as session:
        ticket = await _closable_ticket(session, caller, arguments)
        return ClosingPreview(
            operation="close_ticket",
            arguments={"ticket_id": ticket.id},
            ticket_id=ticket.id,
            status=ticket.status,
        )


async def _plan_ticket(session: AsyncSession, caller: Caller, arguments: CreateTicketArguments) -> TicketPreview:
    open_id = await session.scalar(
        select(Ticket.id).where(
            Ticket.customer_id == caller.customer_id,
            Ticket.category == arguments.category,
            Ticket.status.in_(UNFINISHED_TICKET),
        )
    )
    if open_id is not None:
        raise DuplicateTicketFound(ticket_id=open_id)
    facts = {
        "issue_description": arguments.issue_description,
        "category": arguments.category,
        "priority": arguments.priority,
    }
    return TicketPreview(
        operation="create_fault_ticket",
        arguments={name: str(value) for name, value in facts.items()},
        issue_description=arguments.issue_description,
        category=arguments.category,
        priority=arguments.priority,
    )


async def _owned_ticket(session: AsyncSession, caller: Caller, ticket_id: str | None) -> Ticket:
    query = select(Ticket).where(Ticket.customer_id == caller.customer_id)
    if ticket_id is not None:
        query = query.where(Ticket.id == ticket_id.upper())
    ticket = await session.scalar(query.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(1))
    if ticket is None and ticket_id is None:
        raise TicketNotFound(message="Kayıtlı bir arıza kaydınız bulunmuyor.", ticket_id=None)
    if ticket is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return ticket


async def _closable_ticket(session: AsyncSession, caller: Caller, arguments: CloseTicketArguments) -> Ticket:
    ticket = await _owned_ticket(session, caller, arguments.ticket_id)
    if ticket.status not in UNFINISHED_TICKET:
        raise TicketAlreadyClosed(ticket_id=ticket.id, status=ticket.status.value)
    return ticket


def _row(caller: Caller, ticket: CreatedTicket) -> Ticket:
    return Ticket(
        id=ticket.ticket_id,
        customer_id=caller.customer_id,
        description=ticket.issue_description,
        category=ticket.category,
        priority=ticket.priority,
        status=ticket.status,
        created_at=ticket.created_at,
        estimated_resolution=ticket.estimated_resolution,
    )


def _state(ticket: Ticket) -> TicketState:
    return TicketState(
        ticket_id=ticket.id,
        status=ticket.status,
        resolution=ticket.resolution,
        created_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
        technician_notes=ticket.notes,
    )
