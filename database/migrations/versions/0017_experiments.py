"""Sets of recorded turns, experiments on them, and their results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replay_sets",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("made_from", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_replay_sets")),
    )
    op.create_table(
        "replay_set_turns",
        _set_key("replay_set_turns"),
        _run_key("replay_set_turns"),
        sa.Column("set_name", sa.String(length=80), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("set_name", "run_id", name=op.f("pk_replay_set_turns")),
    )
    op.create_index(op.f("ix_replay_set_turns_run_id"), "replay_set_turns", ["run_id"])
    op.create_table(
        "replay_experiments",
        _set_key("replay_experiments"),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("set_name", sa.String(length=80), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_experiments")),
    )
    op.create_index(op.f("ix_replay_experiments_set_name"), "replay_experiments", ["set_name"])
    _results()


def _results() -> None:
    op.create_table(
        "replay_results",
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["replay_experiments.id"],
            name=op.f("fk_replay_results_experiment_id_replay_experiments"),
            ondelete="CASCADE",
        ),
        _run_key("replay_results"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experiment_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("intent", sa.String(length=200), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("tokens", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_results")),
        sa.UniqueConstraint(
            "experiment_id", "run_id", "side", "repetition", name=op.f("uq_replay_results_experiment_id")
        ),
    )
    op.create_index(op.f("ix_replay_results_run_id"), "replay_results", ["run_id"])


def _set_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["set_name"], ["replay_sets.name"], name=op.f(f"fk_{table}_set_name_replay_sets"), ondelete="CASCADE"
    )


def _run_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["run_id"], ["chat_runs.id"], name=op.f(f"fk_{table}_run_id_chat_runs"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("replay_results", "replay_experiments", "replay_set_turns", "replay_sets"):
        op.drop_table(table)
