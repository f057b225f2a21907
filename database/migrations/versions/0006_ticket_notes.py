"""Several unfinished tickets of one category, and the customer's notes on a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("status IN ('open', 'in_progress')")


def upgrade() -> None:
    op.drop_index("uq_tickets_unfinished", "tickets")
    op.add_column("tickets", sa.Column("customer_notes", sa.Text(), nullable=True))


def downgrade() -> None:
    # Of several unfinished tickets of one category the newest stays open: the constraint allows one.
    op.execute(
        "UPDATE tickets SET status = 'closed' WHERE status IN ('open', 'in_progress') AND id NOT IN ("
        "SELECT MAX(id) FROM tickets WHERE status IN ('open', 'in_progress') GROUP BY customer_id, category)"
    )
    op.drop_column("tickets", "customer_notes")
    op.create_index(
        "uq_tickets_unfinished",
        "tickets",
        ["customer_id", "category"],
        unique=True,
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )
