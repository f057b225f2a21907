"""Roll-outs of texts, and the side of each turn in one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_RUNS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "text_rollouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(length=254), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_rollouts")),
    )
    op.create_index(
        "uq_text_rollouts_running", "text_rollouts", ["label"], unique=True, sqlite_where=_RUNS, postgresql_where=_RUNS
    )
    op.add_column("chat_runs", sa.Column("kept_back", sa.Boolean(), nullable=True))
    op.add_column("chat_runs", sa.Column("rollout_id", sa.Integer(), nullable=True))
    op.add_column("chat_runs", sa.Column("rollout_side", sa.String(length=10), nullable=True))
    op.create_index(op.f("ix_chat_runs_rollout_id"), "chat_runs", ["rollout_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_chat_runs_rollout_id"), table_name="chat_runs")
    for column in ("rollout_side", "rollout_id", "kept_back"):
        op.drop_column("chat_runs", column)
    op.drop_table("text_rollouts")
