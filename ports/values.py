"""The codes that the data of outside systems carry; an adapter translates its own system's words into them.

Every value is the English code that clients see; Turkish synonyms are in ``tools``. Those of our own records alone are
in ``database.enums``.
"""

from __future__ import annotations

from enum import StrEnum


class BillStatus(StrEnum):
    """State of a bill."""

    PAID = "paid"
    UNPAID = "unpaid"
    OVERDUE = "overdue"
    PROCESSING = "processing"
    """A payment of it is under way here; no billing system states it, code works it out (``tools.bills``)."""
    CANCELLED = "cancelled"


class PaymentMethod(StrEnum):
    """Method of payment of a bill."""

    CREDIT_CARD = "credit_card"
    BANK_TRANSFER = "bank_transfer"
    DIGITAL_WALLET = "digital_wallet"
    CASH = "cash"


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


class ContactType(StrEnum):
    """The contact information that a customer can change."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


UNFINISHED_TICKET = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)
"""States in which somebody still looks after a fault; a customer has one such ticket for each fault."""
