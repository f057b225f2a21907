"""Tables of recorded turns and of their re-runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base

_List = JSON(none_as_null=True)


class Run(Base):
    """One turn of a thread: message, answer, confidence, cost and feedback; texts are not masked."""

    __tablename__ = "chat_runs"
    __table_args__ = (Index("ix_chat_runs_newest", "started_at", "id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("chat_threads.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    message: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    intent: Mapped[str | None] = mapped_column(String(200))
    confidence: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[dict[str, Any] | None]
    tools: Mapped[str] = mapped_column(String(400), default="", server_default="")
    """Names of the operations that ran, each between two commas."""
    error: Mapped[str | None] = mapped_column(String(100))
    """Name of the exception that ended the turn, or the code of the first operation that failed."""
    ms: Mapped[int | None] = mapped_column(Integer)
    tokens_in: Mapped[int | None] = mapped_column(Integer)
    tokens_out: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[int | None] = mapped_column(Integer)
    """The customer's feedback: 1 or -1."""
    comment: Mapped[str | None] = mapped_column(Text)
    kept_back: Mapped[bool | None]
    """True where the proof kept a text of the chat model back; None for turns from before this was noted."""
    rollout_id: Mapped[int | None] = mapped_column(Integer, index=True)
    """The roll-out that ran: ``database.tables.TextRollout``."""
    rollout_side: Mapped[str | None] = mapped_column(String(10))
    """The conversation's side in it: new, or served."""


class RunRecord(Base):
    """The course of a run for engineers: everything in it is masked before it is stored."""

    __tablename__ = "chat_run_records"

    run_id: Mapped[str] = mapped_column(ForeignKey("chat_runs.id", ondelete="CASCADE"), primary_key=True)
    customer: Mapped[str] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(_List)
    """Each node's name, input, output, milliseconds and error, in their order."""
    calls: Mapped[list[dict[str, Any]]] = mapped_column(_List)
    """Each operation or preview with arguments and result or error."""
    models: Mapped[list[dict[str, Any]]] = mapped_column(_List)
    """Each use of a model: role, what it was given, what came out, tokens, milliseconds."""
    setup: Mapped[dict[str, Any]]
    """Models, generation settings, and the hash of each prompt."""


class RunSnapshot(Base):
    """The exact inputs of a run for a re-run: shown to nobody but its customer, deleted with the run."""

    __tablename__ = "chat_run_tapes"

    run_id: Mapped[str] = mapped_column(ForeignKey("chat_runs.id", ondelete="CASCADE"), primary_key=True)
    checkpoint_id: Mapped[str | None] = mapped_column(String(64))
    """The thread's checkpoint from which the turn started; None on a fresh thread."""
    request: Mapped[dict[str, Any]]
    calls: Mapped[list[dict[str, Any]]] = mapped_column(_List)


class PromptText(Base):
    """The text of a prompt, once for each content."""

    __tablename__ = "chat_prompt_texts"

    sha: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class ReplayRun(Base):
    """A saved re-run of a recorded turn: its overrides and its result, both masked."""

    __tablename__ = "replay_runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("chat_runs.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    overrides: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]]
    """Answer, intent, confidence, calls, steps, milliseconds and tokens."""
