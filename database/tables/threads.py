"""Tables of conversations and of their messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import MessageRole


class Thread(Base):
    """A conversation; its id is a UUID or made by the client, and it always belongs to the same customer."""

    # Not "threads": chat pages and checkpoint stores that share the database use such names.
    __tablename__ = "chat_threads"
    __table_args__ = (Index("ix_chat_threads_customer_updated", "customer_id", "updated_at"),)

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted: Mapped[bool] = mapped_column(default=False)


class ThreadMessage(Base):
    """One message of a thread; ``id`` gives the order."""

    __tablename__ = "chat_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("chat_threads.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[MessageRole]
    author: Mapped[str | None] = mapped_column(String(120))
    """The name of a colleague who speaks, or of whom a notice tells."""
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
