"""The tables: what the operator knows about its customers, and what the agent did for them.

Rules that must hold whoever writes are constraints here: one unfinished ticket per customer and category, one live
payment per bill, one main line per customer. Other business rules live in the tools.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base as Base
from database.enums import (
    AccountRole,
    BillStatus,
    CustomerKind,
    LineKind,
    LineStatus,
    MessageRole,
    PaymentMethod,
    PaymentStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)
from database.tables.handovers import Handover as Handover
from database.tables.runs import PromptText as PromptText
from database.tables.runs import ReplayRun as ReplayRun
from database.tables.runs import Run as Run
from database.tables.runs import RunRecord as RunRecord
from database.tables.runs import RunTape as RunTape


class Customer(Base):
    """Someone who has a contract; ``email`` and ``phone`` are contact details, never a login."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(300))
    region: Mapped[str] = mapped_column(String(80))
    tier: Mapped[str] = mapped_column(String(20))
    kind: Mapped[CustomerKind]
    registered_at: Mapped[datetime]


class Account(Base):
    """A login; ``customer_id`` is the only customer it may ever act for."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[AccountRole]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)


class Package(Base):
    """A tariff that can be bought. Allowances are for one month, ``contract_months`` 0 means no commitment."""

    __tablename__ = "packages"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    monthly_fee: Mapped[Decimal]
    setup_fee: Mapped[Decimal]
    internet_gb: Mapped[int]
    voice_minutes: Mapped[int]
    sms_count: Mapped[int]
    international_minutes: Mapped[int]
    roaming_included: Mapped[bool]
    target_audience: Mapped[str] = mapped_column(String(120))
    contract_months: Mapped[int]
    cancellation_fee: Mapped[Decimal]
    business_only: Mapped[bool]


class Line(Base):
    """A phone number with its package; ``number`` is eleven digits that begin with 0."""

    __tablename__ = "lines"
    __table_args__ = (
        Index(
            "uq_lines_main",
            "customer_id",
            unique=True,
            sqlite_where=text("is_main"),
            postgresql_where=text("is_main"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[LineKind]
    is_main: Mapped[bool]
    status: Mapped[LineStatus]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None] = mapped_column(String(200))
    roaming_enabled: Mapped[bool]
    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"))
    package_since: Mapped[date]
    renewal_date: Mapped[date]
    commitment_until: Mapped[date | None]

    package: Mapped[Package] = relationship(lazy="selectin")


class Quota(Base):
    """What a line used in one period; the row with the latest ``period_end`` is the running one."""

    __tablename__ = "quotas"

    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"), primary_key=True)
    period_end: Mapped[date] = mapped_column(primary_key=True)
    internet_used_gb: Mapped[Decimal]
    voice_used: Mapped[int]
    sms_used: Mapped[int]


class Bill(Base):
    """A month's bill; ``amount`` is the sum of its items."""

    __tablename__ = "bills"
    __table_args__ = (Index("ix_bills_customer_date", "customer_id", "bill_date"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    bill_date: Mapped[date]
    due_date: Mapped[date]
    status: Mapped[BillStatus]
    paid_at: Mapped[datetime | None]

    items: Mapped[list[BillItem]] = relationship(lazy="selectin", order_by="BillItem.id", cascade="all, delete-orphan")


class BillItem(Base):
    """One service on a bill."""

    __tablename__ = "bill_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[str] = mapped_column(ForeignKey("bills.id"), index=True)
    service_name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[Decimal]


_LIVE_PAYMENT = text("status IN ('processing', 'completed')")


class Payment(Base):
    """An attempt to pay a bill; a bill has at most one that is running or done."""

    __tablename__ = "payments"
    __table_args__ = (
        # A key is a customer's own: another customer's client may well count its keys from 1 too.
        UniqueConstraint("customer_id", "idempotency_key", name="uq_payments_customer_key"),
        Index(
            "uq_payments_live_bill",
            "bill_id",
            unique=True,
            sqlite_where=_LIVE_PAYMENT,
            postgresql_where=_LIVE_PAYMENT,
        ),
        Index("ix_payments_customer_at", "customer_id", "at"),
    )

    transaction_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    bill_id: Mapped[str] = mapped_column(ForeignKey("bills.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    amount: Mapped[Decimal]
    method: Mapped[PaymentMethod]
    status: Mapped[PaymentStatus]
    at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(String(200))


class Autopay(Base):
    """A customer's standing order; no row means that it was never set up."""

    __tablename__ = "autopays"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    enabled: Mapped[bool]
    method: Mapped[PaymentMethod]


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


class AuditEntry(Base):
    """Who changed what: written in the transaction of the change, never altered."""

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
    """The first answer to a write, given again to every repetition with the same key."""

    __tablename__ = "idempotency_records"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    operation: Mapped[str] = mapped_column(String(60))
    arguments_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


class Thread(Base):
    """A conversation; its id is a UUID or made by the client, and it belongs to one customer for ever."""

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
    """What was said in a thread, in the order of ``id``."""

    __tablename__ = "chat_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("chat_threads.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[MessageRole]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
