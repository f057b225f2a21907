"""The values of status and kind columns.

Every value is the English code that clients see; Turkish synonyms are in ``tools``.
"""

from __future__ import annotations

from enum import StrEnum


class BillStatus(StrEnum):
    """State of a bill."""

    PAID = "paid"
    UNPAID = "unpaid"
    OVERDUE = "overdue"
    PROCESSING = "processing"
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    """Method of payment of a bill."""

    CREDIT_CARD = "credit_card"
    BANK_TRANSFER = "bank_transfer"
    DIGITAL_WALLET = "digital_wallet"
    CASH = "cash"


class PaymentStatus(StrEnum):
    """State of one attempt to pay."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    """The payment system said no; nothing was charged."""
    RELEASED = "released"
    """The payment system never heard of the attempt; the bill's next attempt goes on under its key."""


class TicketStatus(StrEnum):
    """State of a fault ticket."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TicketPriority(StrEnum):
    """Urgency of a fault ticket."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class TicketCategory(StrEnum):
    """Subject of a fault ticket."""

    TECHNICAL = "technical"
    BILLING = "billing"
    NETWORK = "network"
    DEVICE = "device"
    OTHER = "other"


class LineStatus(StrEnum):
    """State of a line."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    PENDING = "pending"


class LineKind(StrEnum):
    """A mobile number or a fixed one."""

    MOBILE = "mobile"
    HOME = "home"


class CustomerKind(StrEnum):
    """A person or a company."""

    INDIVIDUAL = "individual"
    BUSINESS = "business"


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
    """What became of a hand-over, told by the service."""


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


UNFINISHED_TICKET = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)
"""A customer has at most one ticket of a category in these states; the database enforces it."""

MESSAGES_OF_TURNS = (MessageRole.USER, MessageRole.ASSISTANT)
"""Roles of the messages that are said in turns; the others stand between the turns."""

UNFINISHED_HANDOVER = (HandoverStatus.OPEN, HandoverStatus.TAKEN)
"""A thread has at most one hand-over in these states; the database enforces it."""
