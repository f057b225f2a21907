"""Idempotency keys of turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_turn_keys",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("thread_id", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("held_until", Moment(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_chat_turn_keys_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("pk_chat_turn_keys")),
    )
    op.create_index("ix_chat_turn_keys_thread_id", "chat_turn_keys", ["thread_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_chat_turn_keys_thread_id", "chat_turn_keys")
    op.drop_table("chat_turn_keys")
