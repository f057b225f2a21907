"""The table of the idempotency keys of turns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class TurnKey(Base):
    """A turn that a client sent under a key of its own: its first answer is given again to every repetition."""

    __tablename__ = "chat_turn_keys"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[str] = mapped_column(String(64), index=True)
    # No foreign key: the run's own row is written when its turn begins.
    run_id: Mapped[str] = mapped_column(String(64))
    """The run of the last attempt."""
    holder: Mapped[str] = mapped_column(String(36))
    """Names the attempt, so that one that was given up does not speak for the next one."""
    held_until: Mapped[datetime]
    """A running turn moves it on; one whose process died does not."""
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
