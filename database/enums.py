"""The values of status and kind columns: those that outside systems share (``ports.values``), and our own records'.

Every value is the English code that clients see.
"""

from __future__ import annotations

from enum import StrEnum

from ports.values import (
    UNFINISHED_TICKET,
    BillStatus,
    CustomerKind,
    LineKind,
    LineStatus,
    PaymentMethod,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)

__all__ = [
    "MESSAGES_OF_TURNS",
    "UNFINISHED_HANDOVER",
    "UNFINISHED_TICKET",
    "AccountRole",
    "BillStatus",
    "CustomerKind",
    "HandoverReason",
    "HandoverStatus",
    "LineKind",
    "LineStatus",
    "MessageRole",
    "PaymentMethod",
    "PaymentStatus",
    "TicketCategory",
    "TicketPriority",
    "TicketStatus",
]


class PaymentStatus(StrEnum):
    """State of one attempt to pay."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    """The payment system said no; nothing was charged."""
    RELEASED = "released"
    """The payment system never heard of the attempt; the bill's next attempt goes on under its key."""


class AccountRole(StrEnum):
    """Role of an account; each of the operator's own roles has rights that no other one includes."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    """Reads recorded turns and runs them again."""
    STAFF = "staff"
    """Takes hand-overs and reads their conversations."""
    ADMIN = "admin"
    """Manages accounts."""


class MessageRole(StrEnum):
    """Author of a message of a thread."""

    USER = "user"
    ASSISTANT = "assistant"
    COLLEAGUE = "colleague"
    """A person of the operator's staff who has taken the conversation."""
    NOTICE = "notice"
    """What became of a hand-over or of a photo, told by the service."""


class HandoverReason(StrEnum):
    """Reason why a conversation was handed over to a person."""

    ASKED = "asked"
    """The customer asked for a person."""
    UNCLEAR = "unclear"
    """The agent did not understand, after asking back."""
    ANGRY = "angry"
    """The customer is furious."""
    OUT_OF_REACH = "out_of_reach"
    """The agent has no operation for what the customer needs."""


class HandoverStatus(StrEnum):
    """State of a hand-over."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


MESSAGES_OF_TURNS = (MessageRole.USER, MessageRole.ASSISTANT)
"""Roles of the messages that are said in turns; the others stand between the turns."""

UNFINISHED_HANDOVER = (HandoverStatus.OPEN, HandoverStatus.TAKEN)
"""A thread has at most one hand-over in these states; the database enforces it."""
