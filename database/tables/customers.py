"""Tables of the customers and of their logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base
from database.enums import AccountRole, CustomerKind


class CustomerRow(Base):
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
    signed_up: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The person came by the sign-up page, and is none of the operator's own systems."""
    erased_at: Mapped[datetime | None]
    """When the person was erased (``database.erasure``); the row stays for what points to it."""


class Account(Base):
    """A login; ``customer_id`` is the only customer that it may act for."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    """Empty where no password was chosen yet, so that none is right."""
    role: Mapped[AccountRole]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    disabled_at: Mapped[datetime | None]
    token_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tokens of an earlier version are no login any more."""
    link_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Links for a password of an earlier version are no good any more."""


class AccountIdentity(Base):
    """A login at an OpenID provider, and the account that it leads to."""

    __tablename__ = "account_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    """Who it is to the provider: never given to another person there, as an e-mail address may be."""
    at: Mapped[datetime]


class AccountChange(Base):
    """A deed on an account, with who did it: written in the transaction of the change, never altered."""

    __tablename__ = "account_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # No foreign keys: the entry stays when a person is erased, without the logins.
    account_id: Mapped[int] = mapped_column(index=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    login: Mapped[str] = mapped_column(String(254))
    by: Mapped[str] = mapped_column(String(254))
    change: Mapped[str] = mapped_column(String(20))
    """added, disabled, enabled, password, role, link, identity or logged_out."""
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[str | None] = mapped_column(String(40))
