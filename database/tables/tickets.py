"""The table of fault tickets.

At most one unfinished ticket per customer and category is a constraint here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import TicketCategory, TicketPriority, TicketStatus

_UNFINISHED_TICKET = text("status IN ('open', 'in_progress')")


class Ticket(Base):
    """A fault record; one unfinished per customer and category."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "uq_tickets_unfinished",
            "customer_id",
            "category",
            unique=True,
            sqlite_where=_UNFINISHED_TICKET,
            postgresql_where=_UNFINISHED_TICKET,
        ),
        Index("ix_tickets_customer_created", "customer_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[TicketCategory]
    priority: Mapped[TicketPriority]
    status: Mapped[TicketStatus]
    created_at: Mapped[datetime]
    estimated_resolution: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
