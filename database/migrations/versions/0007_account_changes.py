"""Accounts that can be disabled, the record of what was done to them, and customers that were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("erased_at", Moment(), nullable=True))
    op.add_column("accounts", sa.Column("disabled_at", Moment(), nullable=True))
    op.add_column("accounts", sa.Column("token_version", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(254), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("before", sa.String(40), nullable=True),
        sa.Column("after", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index("ix_account_changes_account_id", "account_changes", ["account_id"], unique=False)
    op.create_index("ix_account_changes_customer_id", "account_changes", ["customer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("account_changes")
    op.drop_column("accounts", "token_version")
    op.drop_column("accounts", "disabled_at")
    op.drop_column("customers", "erased_at")
