"""The base class of the tables: column types by Python type, and names of constraints."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from database.enums import (
    AccountRole,
    BillStatus,
    CustomerKind,
    HandoverReason,
    HandoverStatus,
    LineKind,
    LineStatus,
    MessageRole,
    PaymentMethod,
    PaymentStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)
from database.types import Exact, Moment


def _stored(enum: type[StrEnum]) -> Enum:
    """Store an enumeration's values as plain text: a new value then needs no migration on any database."""
    return Enum(enum, native_enum=False, length=20, values_callable=lambda kind: [str(word) for word in kind])


_ENUMS = (
    AccountRole,
    BillStatus,
    CustomerKind,
    HandoverReason,
    HandoverStatus,
    LineKind,
    LineStatus,
    MessageRole,
    PaymentMethod,
    PaymentStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)


class Base(DeclarativeBase):
    """Base class of all tables; the migrations are compared with its metadata."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Exact(),
        datetime: Moment(),
        dict[str, Any]: JSON(none_as_null=True),
        **{enum: _stored(enum) for enum in _ENUMS},
    }
