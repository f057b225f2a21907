"""The table of conversations handed over to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import HandoverReason, HandoverStatus

_UNFINISHED = text("status IN ('open', 'taken')")


class Handover(Base):
    """A conversation handed over to a person; a thread has at most one that is not closed."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index(
            "uq_handovers_unfinished",
            "thread_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index("ix_handovers_status_created", "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("chat_threads.id"), index=True)
    # No foreign key: a hand-over must not fail because a turn was not recorded.
    run_id: Mapped[str | None] = mapped_column(String(64))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    reason: Mapped[HandoverReason]
    summary: Mapped[str] = mapped_column(Text)
    tried: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[HandoverStatus]
    created_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(254))
    taken_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(254))
    closed_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
    colleague: Mapped[str | None] = mapped_column(String(120))
    """The name under which the customer knows the person who took it."""
    handed_back: Mapped[bool] = mapped_column(default=False, server_default=false())
