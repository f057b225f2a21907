"""Tables of what a customer has: phone lines, the packages on them, and the use of a period."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base
from database.enums import LineKind, LineStatus


class PackageRow(Base):
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
    on_sale: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Lines keep a package that is off sale; nobody can move to it."""


class LineRow(Base):
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

    package: Mapped[PackageRow] = relationship(lazy="selectin")


class Quota(Base):
    """The use of a line in one period; the row with the latest ``period_end`` is the current one."""

    __tablename__ = "quotas"

    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"), primary_key=True)
    period_end: Mapped[date] = mapped_column(primary_key=True)
    internet_used_gb: Mapped[Decimal]
    voice_used: Mapped[int]
    sms_used: Mapped[int]
