"""The values that ``database.handovers`` returns, and the errors that it raises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from database.enums import HandoverReason, HandoverStatus


class HandoverError(Exception):
    """A request on a hand-over was refused; nothing was changed.

    - ``HandoverNotFound``: no hand-over has this id
    - ``HandoverClosed``: the hand-over is closed already
    - ``HandoverTaken``: another person has taken the hand-over
    - ``HandoverNotTaken``: nobody has taken the hand-over yet
    """


class HandoverNotFound(HandoverError):
    """There is no hand-over with this id."""


class HandoverClosed(HandoverError):
    """The hand-over is closed already."""


class HandoverTaken(HandoverError):
    """Another person has taken the hand-over."""


class HandoverNotTaken(HandoverError):
    """Nobody has taken the hand-over yet, so nobody speaks in its conversation."""


@dataclass(frozen=True)
class Tried:
    """An operation that the agent ran before it handed over.

    Attributes:
        tool: Name of the operation.
        success: True if the operation was done.
        error: The code of the error if it was not.
    """

    tool: str
    success: bool
    error: str | None = None


@dataclass(frozen=True)
class HandoverRecord:
    """The state of one hand-over at the time of the query.

    Attributes:
        id: A UUID.
        thread_id: The conversation.
        run_id: The turn that opened the hand-over.
        customer_id: The owner of the conversation.
        reason: The reason for the hand-over.
        summary: Turkish, short: what the customer wants and what was tried; empty once the customer has deleted the
            conversation.
        tried: The operations that the agent ran, in their order.
        language: The language in which the customer writes.
        status: Open (waiting), taken or closed.
        created_at: The time of the hand-over; the customer has been waiting since then.
        taken_by: Login of the person who took the hand-over.
        taken_at: The time when it was taken.
        closed_by: Login of the person who closed it.
        closed_at: The time when it was closed.
        note: The note of the person who closed it.
        colleague: The name under which the customer knows the person who took it.
        handed_back: The person gave the conversation back to the assistant, for it to go on.
    """

    id: str
    thread_id: str
    run_id: str | None
    customer_id: int
    reason: HandoverReason
    summary: str
    tried: tuple[Tried, ...]
    language: str
    status: HandoverStatus
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    note: str | None
    colleague: str | None = None
    handed_back: bool = False
