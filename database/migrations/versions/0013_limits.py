"""Counters of tries to log in and to sign up, and the logins that are open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

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
    op.create_table(
        "logins",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("refresh_digest", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_logins_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
    )
    op.create_index("ix_logins_account_id", "logins", ["account_id"], unique=False)
    op.create_index("ix_logins_expires_at", "logins", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_logins_expires_at", "logins")
    op.drop_index("ix_logins_account_id", "logins")
    op.drop_table("logins")
    op.drop_index("ix_rate_counters_ends_at", "rate_counters")
    op.drop_table("rate_counters")
