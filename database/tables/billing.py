"""Tables of bills, payments and standing orders.

At most one live payment per bill is a constraint here, so that it holds whoever writes.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base
from database.enums import BillStatus, PaymentMethod, PaymentStatus


class BillRow(Base):
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

    items: Mapped[list[BillItemRow]] = relationship(
        lazy="selectin", order_by="BillItemRow.id", cascade="all, delete-orphan"
    )


class BillItemRow(Base):
    """One service on a bill."""

    __tablename__ = "bill_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[str] = mapped_column(ForeignKey("bills.id"), index=True)
    service_name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[Decimal]


_LIVE_PAYMENT = text("status IN ('processing', 'completed')")


class Payment(Base):
    """An attempt to pay a bill; a bill has at most one that is processing or completed.

    It is our own record whichever system bills: that a bill is paid once rests on it.
    """

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
    # No foreign key: the bill may stand in the operator's billing system.
    bill_id: Mapped[str] = mapped_column(String(32))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    amount: Mapped[Decimal]
    method: Mapped[PaymentMethod]
    status: Mapped[PaymentStatus]
    at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(String(200))
    to_book: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True while an outside billing system has still to be told of the completed payment."""


class Autopay(Base):
    """A customer's standing order; a customer without a row never set one up."""

    __tablename__ = "autopays"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    enabled: Mapped[bool]
    method: Mapped[PaymentMethod]
