"""The table of photos that customers send with a fault."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class Photo(Base):
    """A photo: it waits in its conversation, or belongs to a ticket.

    It stands in the database and not in a folder, so that every replica and every backup has it.
    """

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_customer_created", "customer_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    thread_id: Mapped[str | None] = mapped_column(ForeignKey("chat_threads.id"), index=True)
    """The conversation that it came in; None for one that was sent to a ticket, or whose conversation is deleted."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("chat_messages.id"))
    """The notice that told the customer of it, below which it is shown."""
    # No foreign key: the ticket may be one of an outside system.
    ticket_id: Mapped[str | None] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """A JPEG that we have written ourselves."""
    created_at: Mapped[datetime]
