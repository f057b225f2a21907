"""Tables of what customers read and prompt engineers change without a release: versions, labels, roll-outs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base

_RUNS = text("ended_at IS NULL")


class TextVersion(Base):
    """One version of a text; it is never altered."""

    __tablename__ = "text_versions"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    """As a path: ``prompts/respond.md``, ``prompts/answers.yaml``, ``knowledge/bills.md``."""
    number: Mapped[int] = mapped_column(Integer)
    """From 1 on, by name."""
    sha: Mapped[str] = mapped_column(String(64))
    """First 12 hex digits of the SHA-256 of the text."""
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class TextLabel(Base):
    """One move of a label; the newest row of a name and a label says where it stands. Rows are only added."""

    __tablename__ = "text_labels"
    __table_args__ = (Index("ix_text_labels_place", "name", "label", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    label: Mapped[str] = mapped_column(String(40))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("text_versions.id"))
    """The version that carries the label; None where it was taken off, so that the files are served."""
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class TextRollout(Base):
    """Versions of texts that a share of the conversations gets; rows are only ended, never deleted."""

    __tablename__ = "text_rollouts"
    __table_args__ = (
        Index("uq_text_rollouts_running", "label", unique=True, sqlite_where=_RUNS, postgresql_where=_RUNS),
    )
    """One roll-out of a label runs at a time: the sides of two would be mixed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(40))
    """The services of this label take part."""
    texts: Mapped[dict[str, Any]]
    """Number of the version by the text's name."""
    share: Mapped[int] = mapped_column(Integer)
    """How many of a hundred conversations get them."""
    measures: Mapped[list[str]] = mapped_column(JSON(none_as_null=True))
    """What takes it back by itself: see ``database.rollouts.MEASURES``."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(254))
    how: Mapped[str | None] = mapped_column(String(20))
    """How it ended: worse, returned, served, replaced."""
    figures: Mapped[dict[str, Any] | None]
    """What was found when it ended."""
