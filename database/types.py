"""Column types that keep money exact and times zoned on every database.

SQLite has neither decimals nor zones: amounts are kept there as whole hundredths and times as UTC. PostgreSQL uses
its own ``NUMERIC`` and ``TIMESTAMP WITH TIME ZONE``. Python code sees ``Decimal`` and Europe/Istanbul everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.clock import ISTANBUL

_HUNDREDTH = Decimal("0.01")


class Exact(TypeDecorator[Decimal]):
    """A decimal with two places, for money and gigabytes; comparing and summing in SQL stay exact."""

    impl = Numeric(12, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use whole hundredths on SQLite, NUMERIC(12, 2) elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(12, 2))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | int | None:
        """Refuse a value that two decimal places cannot hold, instead of rounding it silently.

        Raises:
            TypeError: The value is a float or another inexact thing.
            ValueError: The value has more than two decimal places.
        """
        if value is None:
            return None
        if not isinstance(value, Decimal | int):
            raise TypeError(f"an exact amount is a Decimal, not {type(value).__name__}")
        exact = Decimal(value).quantize(_HUNDREDTH)
        if exact != value:
            raise ValueError(f"{value} has more than two decimal places")
        return int(exact * 100) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Return a Decimal with two places."""
        if value is None:
            return None
        exact = Decimal(value) / 100 if dialect.name == "sqlite" else Decimal(value)
        return exact.quantize(_HUNDREDTH)


class Moment(TypeDecorator[datetime]):
    """An aware point in time: stored as UTC, returned in Europe/Istanbul."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone.

        Raises:
            ValueError: The time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the same moment in the zone Europe/Istanbul; at the end of the calendar, where none is, in UTC."""
        if value is None:
            return None
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        try:
            return moment.astimezone(ISTANBUL)
        except OverflowError:  # one such row must not keep a whole table from being read and mended
            return moment
