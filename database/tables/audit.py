"""Tables of what was changed on behalf of a customer, and of the answers to repeated writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class AuditEntry(Base):
    """A change of a customer's data: written in the transaction of the change, never altered."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_customer_at", "customer_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    # No foreign key: the run's own row is written when the run ends.
    run_id: Mapped[str | None] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    operation: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))


class IdempotencyRecord(Base):
    """The first answer to a write, returned again for every repetition with the same key."""

    __tablename__ = "idempotency_records"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    operation: Mapped[str] = mapped_column(String(60))
    arguments_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None]
    begun: Mapped[dict[str, Any] | None]
    """A change that an outside system was asked for, as it is noted once it is known to be done; NULL for our own."""
    created_at: Mapped[datetime]
