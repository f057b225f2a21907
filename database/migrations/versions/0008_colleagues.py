"""Colleagues who speak in a conversation that was handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_messages", sa.Column("author", sa.String(length=120), nullable=True))
    op.add_column("handovers", sa.Column("colleague", sa.String(length=120), nullable=True))
    op.add_column("handovers", sa.Column("handed_back", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.execute("DELETE FROM chat_messages WHERE role IN ('colleague', 'notice')")
    op.drop_column("chat_messages", "author")
    op.drop_column("handovers", "colleague")
    op.drop_column("handovers", "handed_back")
