"""Bills and changes of outside systems: a payment's bill may stand elsewhere, and a begun change is noted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('processing', 'completed')")
_FOREIGN_KEY = "fk_payments_bill_id_bills"


def upgrade() -> None:
    _alter_payments(refers=True, drop=True)
    op.add_column("payments", sa.Column("to_book", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("idempotency_records", sa.Column("begun", sa.JSON(none_as_null=True), nullable=True))
    # Whether a payment is under way follows from the payment alone now.
    op.execute("UPDATE bills SET status = 'unpaid' WHERE status = 'processing'")


def downgrade() -> None:
    op.execute(
        "UPDATE bills SET status = 'processing' WHERE status IN ('unpaid', 'overdue') AND EXISTS "
        "(SELECT 1 FROM payments WHERE payments.bill_id = bills.id AND payments.status = 'processing')"
    )
    op.drop_column("idempotency_records", "begun")
    op.drop_column("payments", "to_book")
    op.execute("DELETE FROM payments WHERE bill_id NOT IN (SELECT id FROM bills)")
    _alter_payments(refers=False, drop=False)


def _alter_payments(*, refers: bool, drop: bool) -> None:
    """Drop or make the reference of payments to bills; SQLite copies the table, described here as it is before."""
    table = sa.Table(
        "payments",
        sa.MetaData(),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("bill_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2).with_variant(sa.BigInteger(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_payments_customer_id_customers"),
        sa.PrimaryKeyConstraint("transaction_id", name="pk_payments"),
        sa.UniqueConstraint("customer_id", "idempotency_key", name="uq_payments_customer_key"),
    )
    if refers:
        table.append_constraint(sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=_FOREIGN_KEY))
    sa.Index("ix_payments_customer_at", table.c.customer_id, table.c.at)
    sa.Index("uq_payments_live_bill", table.c.bill_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    with op.batch_alter_table("payments", copy_from=table) as batch:
        if drop:
            batch.drop_constraint(_FOREIGN_KEY, type_="foreignkey")
        else:
            batch.create_foreign_key(_FOREIGN_KEY, "bills", ["bill_id"], ["id"])
