"""Opening a fault ticket: one open ticket for each fault, and more words on an open one become a note on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import randbelow
from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg
from pydantic import Field

from core.clock import ISTANBUL
from ports.tickets import NewTicket, Ticket
from ports.values import UNFINISHED_TICKET, TicketCategory, TicketPriority, TicketStatus
from tools.caller import Caller, Context
from tools.errors import DuplicateTicketFound, SimilarTicketFound
from tools.faults import likeness
from tools.once import write_once
from tools.schema import Arguments, Category, Preview, Priority, Result
from tools.support import unfinished_ticket
from tools.writes import Change, Planned


class CreateTicketArguments(Arguments):
    """Arguments of ``create_fault_ticket``.

    No model sees ``separate`` and ``note_for``: the customer is asked, or a REST client states them.
    """

    issue_description: str = Field(min_length=10, max_length=1000, description="The problem in the customer's words")
    category: Category = Field(TicketCategory.TECHNICAL, description="What the problem is about")
    priority: Priority = Field(TicketPriority.MEDIUM, description="How urgent it is, if the customer says so")
    separate: Annotated[bool | None, InjectedToolArg] = Field(
        None, description="true for another fault than an open ticket's, false for the same one"
    )
    note_for: Annotated[str | None, InjectedToolArg] = Field(
        None, min_length=1, max_length=32,
        description="The open ticket to which the description is added as a note, instead of a ticket of its own",
    )  # fmt: skip


class CreatedTicket(Result):
    """A ticket that was opened, or an open one that got a note."""

    ticket_id: str
    issue_description: str
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: datetime
    estimated_resolution: datetime | None
    note: str | None = None


class TicketPreview(Preview):
    """The ticket as it would be opened."""

    issue_description: str
    category: TicketCategory
    priority: TicketPriority
    ticket_id: str | None
    open_description: str | None
    resolution_hours: int | None


async def create_fault_ticket(context: Context, caller: Caller, arguments: CreateTicketArguments) -> CreatedTicket:
    """Open a fault ticket, so that a technician looks after the problem. One open ticket for each fault."""

    async def plan() -> Planned[CreatedTicket]:
        preview, noted = await _plan_ticket(context, caller, arguments)
        if noted is not None:
            return _noted(context, caller, noted, arguments.issue_description)
        now = context.now()
        ticket = NewTicket(
            ticket_id=f"TKT-{now:%Y%m%d}-{randbelow(1_000_000):06d}",
            description=preview.issue_description,
            category=preview.category,
            priority=preview.priority,
            created_at=now,
            estimated_resolution=now + timedelta(hours=_resolution_hours(context, preview.priority)),
        )
        result = CreatedTicket(
            ticket_id=ticket.ticket_id, issue_description=ticket.description, category=ticket.category,
            priority=ticket.priority, status=TicketStatus.OPEN, created_at=now,
            estimated_resolution=ticket.estimated_resolution,
        )  # fmt: skip
        return Planned(
            Change(result, before={}, after=result.model_dump(mode="json")),
            lambda key: context.ports.tickets.open(caller.customer_id, ticket, key=key),
            numbered="ticket_id",
        )

    return await write_once(context, caller, "create_fault_ticket", arguments, CreatedTicket, plan, writes="tickets")


async def preview_ticket(context: Context, caller: Caller, arguments: CreateTicketArguments) -> TicketPreview:
    """Return the preview of ``create_fault_ticket``.

    Raises:
        SimilarTicketFound: A ticket is open that may be of the same fault, and nobody has said whether it is.
    """
    preview, _ = await _plan_ticket(context, caller, arguments, ask=True)
    return preview


async def _plan_ticket(
    context: Context, caller: Caller, arguments: CreateTicketArguments, *, ask: bool = False
) -> tuple[TicketPreview, Ticket | None]:
    """Return the plan, and the open ticket that gets a note; None for a new ticket.

    Args:
        context: The operation's parts.
        caller: The customer.
        arguments: The description and what it is about.
        ask: Whether somebody can be asked where code cannot tell if an open ticket is of the same fault.
    """
    noted = None
    if arguments.note_for is not None:
        noted = await unfinished_ticket(context, caller, arguments.note_for)
    else:
        await _check_new(context, caller, arguments, ask=ask)
    facts: dict[str, Any] = {
        "issue_description": arguments.issue_description,
        "category": str(noted.category if noted else arguments.category),
        "priority": str(noted.priority if noted else arguments.priority),
    }
    decided = {"separate": arguments.separate, "note_for": noted.ticket_id if noted else None}
    plan = TicketPreview(
        operation="create_fault_ticket",
        arguments=facts | {name: value for name, value in decided.items() if value is not None},
        **facts,
        ticket_id=noted.ticket_id if noted else None,
        open_description=noted.description if noted else None,
        resolution_hours=None if noted else _resolution_hours(context, arguments.priority),
    )
    return plan, noted


async def _check_new(context: Context, caller: Caller, arguments: CreateTicketArguments, *, ask: bool) -> None:
    """Refuse a second ticket for the fault of an open one; a customer who calls it another fault is believed."""
    if arguments.separate:
        return
    tickets = [
        ticket
        for ticket in await context.ports.tickets.tickets(caller.customer_id)
        if ticket.category == arguments.category and ticket.status in UNFINISHED_TICKET
    ]
    judged = [(ticket, likeness(arguments.issue_description, _described(ticket))) for ticket in tickets]
    same = next((ticket for ticket, found in judged if found == "same"), None)
    unsure = next((ticket for ticket, found in judged if found == "unsure"), None)
    if arguments.separate is False:
        same = same or unsure or (judged[0][0] if judged else None)
    if same is not None:
        raise DuplicateTicketFound(ticket_id=same.ticket_id, open_description=same.description)
    if ask and unsure is not None:
        raise SimilarTicketFound(ticket_id=unsure.ticket_id, open_description=unsure.description)


def _noted(context: Context, caller: Caller, ticket: Ticket, note: str) -> Planned[CreatedTicket]:
    """Plan to add the customer's words to an open ticket; what was written before stays."""
    line = f"{context.now().astimezone(ISTANBUL):%d.%m.%Y %H:%M} {note}"
    notes = f"{ticket.customer_notes}\n{line}" if ticket.customer_notes else line
    result = CreatedTicket(
        ticket_id=ticket.ticket_id, issue_description=ticket.description, category=ticket.category,
        priority=ticket.priority, status=ticket.status, created_at=ticket.created_at,
        estimated_resolution=ticket.estimated_resolution, note=note,
    )  # fmt: skip
    return Planned(
        Change(
            result,
            before={"ticket_id": ticket.ticket_id, "customer_notes": ticket.customer_notes},
            after={"ticket_id": ticket.ticket_id, "customer_notes": notes},
        ),
        lambda key: context.ports.tickets.add_note(caller.customer_id, ticket.ticket_id, line, key=key),
        details={"ticket_id": ticket.ticket_id},
    )


def _described(ticket: Ticket) -> str:
    return " ".join(filter(None, (ticket.description, ticket.customer_notes)))


def _resolution_hours(context: Context, priority: TicketPriority) -> int:
    return int(getattr(context.operator.resolution_hours, priority.value))
