"""Counters of logins and sign-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_counters",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counters")),
    )
    op.create_index("ix_rate_counters_ends_at", "rate_counters", ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_rate_counters_ends_at", "rate_counters")
    op.drop_table("rate_counters")
