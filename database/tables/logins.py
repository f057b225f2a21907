"""The table of the logins that are open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class Login(Base):
    """A login in a browser or of a program: its tokens are good while its row is there."""

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    """The version of the account's tokens when it began."""
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    refresh_digest: Mapped[str | None] = mapped_column(String(64))
    """Digest of the only refresh token that is good now; None for a login that is not renewed."""
