"""Photos that customers send with a fault."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.types import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.String(128), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.String(64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_photos_customer_id_customers")),
        sa.ForeignKeyConstraint(["thread_id"], ["chat_threads.id"], name=op.f("fk_photos_thread_id_chat_threads")),
        sa.ForeignKeyConstraint(["message_id"], ["chat_messages.id"], name=op.f("fk_photos_message_id_chat_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index("ix_photos_customer_created", "photos", ["customer_id", "created_at"])
    op.create_index(op.f("ix_photos_thread_id"), "photos", ["thread_id"])
    op.create_index(op.f("ix_photos_ticket_id"), "photos", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("photos")
