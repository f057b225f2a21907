"""Who signed up, which link for a password is the newest, and receipts whose texts can be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Those who signed up until now added their accounts themselves.
_SIGNED_UP = """
    UPDATE customers SET signed_up = {true} WHERE id IN (
        SELECT accounts.customer_id FROM accounts JOIN account_changes ON account_changes.account_id = accounts.id
        WHERE account_changes.change = 'added' AND account_changes."by" = accounts.login
    )
"""


def upgrade() -> None:
    op.add_column("customers", sa.Column("signed_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("link_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("receipts", sa.Column("digests", sa.Text(), nullable=True))
    true = "1" if op.get_context().dialect.name == "sqlite" else "true"
    op.execute(_SIGNED_UP.format(true=true))


def downgrade() -> None:
    op.drop_column("customers", "signed_up")
    op.drop_column("accounts", "link_version")
    op.drop_column("receipts", "digests")
