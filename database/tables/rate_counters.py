"""The table of the counters against which logins and sign-ups are limited."""

from __future__ import annotations

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class RateCounter(Base):
    """Count of what was done in the window that runs; the key is a digest, which names nobody."""

    __tablename__ = "rate_counters"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[float] = mapped_column(Float, index=True)
    """End of the window, seconds since 1970."""
