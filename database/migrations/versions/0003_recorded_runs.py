"""Recorded turns and their re-runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _new() -> list[sa.Column[object]]:
    """Return the new columns of ``chat_runs``; made anew each time, since a column belongs to one table."""
    return [
        sa.Column("tools", sa.String(400), nullable=False, server_default=""),
        sa.Column("error", sa.String(100), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=True),
        sa.Column("tokens_out", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
    ]


def upgrade() -> None:
    for column in _new():
        op.add_column("chat_runs", column)
    op.create_index("ix_chat_runs_newest", "chat_runs", ["started_at", "id"], unique=False)
    op.create_table(
        "chat_run_records",
        _run_key("chat_run_records"),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        *(sa.Column(name, sa.JSON(none_as_null=True), nullable=False) for name in ("steps", "calls", "models")),
        sa.Column("setup", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_chat_run_records")),
    )
    op.create_table(
        "chat_run_tapes",
        _run_key("chat_run_tapes"),
        sa.Column("checkpoint_id", sa.String(64), nullable=True),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("calls", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_chat_run_tapes")),
    )
    op.create_table(
        "chat_prompt_texts",
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_chat_prompt_texts")),
    )
    op.create_table(
        "replay_runs",
        sa.Column("id", sa.String(64), nullable=False),
        _run_key("replay_runs"),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overrides", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_runs")),
    )
    op.create_index(op.f("ix_replay_runs_run_id"), "replay_runs", ["run_id"], unique=False)


def _run_key(table: str) -> sa.Column[str]:
    key = op.f(f"fk_{table}_run_id_chat_runs")
    return sa.Column(
        "run_id", sa.String(64), sa.ForeignKey("chat_runs.id", name=key, ondelete="CASCADE"), nullable=False
    )


def downgrade() -> None:
    for table in ("replay_runs", "chat_prompt_texts", "chat_run_tapes", "chat_run_records"):
        op.drop_table(table)
    op.drop_index("ix_chat_runs_newest", "chat_runs")
    for column in _new():
        op.drop_column("chat_runs", column.name)
