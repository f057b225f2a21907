"""Receipts of the changes that customers said yes to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("about", sa.String(36), nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(60), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("run_id", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(20), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("arguments", "question", "facts", "reading", "versions", "outcome", "words")
        ),
        sa.Column("salt", sa.String(64), nullable=True),
        sa.Column("words_digest", sa.String(64), nullable=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_receipts_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("customer_id", "number", name=op.f("uq_receipts_customer_id")),
    )
    op.create_index("ix_receipts_customer_key", "receipts", ["customer_id", "idempotency_key"], unique=False)
    op.create_table(
        "receipt_chains",
        sa.Column("customer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_receipt_chains_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_receipt_chains")),
    )


def downgrade() -> None:
    op.drop_table("receipt_chains")
    op.drop_index("ix_receipts_customer_key", "receipts")
    op.drop_table("receipts")
