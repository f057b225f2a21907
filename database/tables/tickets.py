"""The table of fault tickets.

One unfinished ticket for each fault; whether two faults are the same is judged by ``tools.faults`` under the lock on
the customer, not by a constraint.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import TicketCategory, TicketPriority, TicketStatus


class TicketRow(Base):
    """A fault record: the technician's notes in ``notes``, the customer's further words in ``customer_notes``."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_customer_created", "customer_id", "created_at"),)

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
    customer_notes: Mapped[str | None] = mapped_column(Text)
