"""Logins at an OpenID provider with the accounts that they lead to, and packages that are off sale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("packages", sa.Column("on_sale", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "account_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_identities_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_account_identities_issuer")),
    )
    op.create_index(op.f("ix_account_identities_account_id"), "account_identities", ["account_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_identities_account_id"), table_name="account_identities")
    op.drop_table("account_identities")
    op.drop_column("packages", "on_sale")
