"""Tables of sets of recorded turns and of the experiments on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base

_List = JSON(none_as_null=True)


class RunSet(Base):
    """A set of recorded turns that versions of texts and models are tried on."""

    __tablename__ = "replay_sets"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    made_from: Mapped[dict[str, Any]]
    """The conditions of the filter that found the turns; empty where they were chosen by hand."""
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class RunSetTurn(Base):
    """One turn of a set, as it was masked when the set was made; it goes with the inside of its turn."""

    __tablename__ = "replay_set_turns"

    set_name: Mapped[str] = mapped_column(ForeignKey("replay_sets.name", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("chat_runs.id", ondelete="CASCADE"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(Integer)
    """From 0 on; the oldest turn first."""
    message: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    expected: Mapped[dict[str, Any]]
    """What must hold of the turn: see ``replay.checks.Expected``."""


class Experiment(Base):
    """The turns of a set under several sides, of which the first is what the others are compared with."""

    __tablename__ = "replay_experiments"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    set_name: Mapped[str] = mapped_column(ForeignKey("replay_sets.name", ondelete="CASCADE"), index=True)
    sides: Mapped[list[dict[str, Any]]] = mapped_column(_List)
    """Name, hash of each text by its name, model and temperature of each side."""
    repetitions: Mapped[int] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    verdict: Mapped[dict[str, Any] | None]
    """The figures, once all turns were run; they stay when the turns are forgotten."""


class ExperimentResult(Base):
    """One turn under one side; what it holds is masked."""

    __tablename__ = "replay_results"
    __table_args__ = (UniqueConstraint("experiment_id", "run_id", "side", "repetition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[str] = mapped_column(ForeignKey("replay_experiments.id", ondelete="CASCADE"))
    run_id: Mapped[str] = mapped_column(ForeignKey("chat_runs.id", ondelete="CASCADE"), index=True)
    side: Mapped[int] = mapped_column(Integer)
    repetition: Mapped[int] = mapped_column(Integer)
    checks: Mapped[dict[str, Any]]
    """By check, why it failed; null where it holds."""
    answer: Mapped[str | None] = mapped_column(Text)
    intent: Mapped[str | None] = mapped_column(String(200))
    ms: Mapped[int | None] = mapped_column(Integer)
    tokens: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str | None] = mapped_column(Text)
    """Why the turn could not be run again; then there are no checks."""
