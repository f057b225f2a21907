"""Tables of the customers and of their logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import AccountRole, CustomerKind


class Customer(Base):
    """A person or company with a contract; ``email`` and ``phone`` are contact details, never a login."""

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
    """A login; ``customer_id`` is the only customer that it may act for."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[AccountRole]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
