"""The answers about hand-overs, for the operator's staff."""

from __future__ import annotations

import datetime as dt

from telekom_client.models.base import Answer


class TriedOperation(Answer):
    """An operation that the agent ran before it handed over; ``error`` is the code of a failure."""

    tool: str
    success: bool
    error: str | None


class Handover(Answer):
    """A conversation that waits, or waited, for a person.

    Attributes:
        thread_id: The conversation; ``get_session`` reads it.
        run_id: The turn that handed over.
        reason: asked, unclear, angry or out_of_reach.
        summary: Turkish; empty once the customer has deleted the conversation.
        status: open, taken or closed.
        note: The outcome, which the customer has read.
        colleague: The name under which the customer knows the person who took it.
        handed_back: The assistant was to go on.
    """

    id: str
    thread_id: str
    thread_url: str
    run_id: str | None
    customer_id: int
    reason: str
    summary: str
    tried: list[TriedOperation]
    language: str
    status: str
    created_at: dt.datetime
    taken_by: str | None
    taken_at: dt.datetime | None
    closed_by: str | None
    closed_at: dt.datetime | None
    note: str | None
    colleague: str | None
    handed_back: bool


class HandoverPage(Answer):
    """A page of hand-overs: the longest waiting first, closed ones after them; ``total`` is over all pages."""

    handovers: list[Handover]
    total: int
    limit: int
    offset: int
