"""Tables of everything that customers read and that prompt engineers change without a release: versions and labels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


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
