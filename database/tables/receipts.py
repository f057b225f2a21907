"""Tables of the receipts: for each change that a customer said yes to, what was asked, answered, read and done.

Every column that a receipt's hash covers is text or a whole number, so that the hash covers exactly the stored bytes.
How receipts are written, chained and verified is in ``database.receipts``.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class Receipt(Base):
    """One entry in a customer's chain: written in the transaction of the change, never altered.

    Only ``words``, ``salt`` and the columns named in ``digests`` may become NULL later, together, after an entry of the
    kind ``erased`` was added.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("customer_id", "number"),
        Index("ix_receipts_customer_key", "customer_id", "idempotency_key"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[int]
    """Position in the customer's chain, from 1."""
    kind: Mapped[str] = mapped_column(String(10))
    """done, refused, begun (the outcome comes in an entry of its own) or erased."""
    about: Mapped[str | None] = mapped_column(String(36))
    """Id of the entry whose outcome or erasure this one states."""
    at: Mapped[str] = mapped_column(String(40))
    """ISO 8601 in UTC."""
    operation: Mapped[str] = mapped_column(String(60))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    run_id: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    arguments: Mapped[str | None] = mapped_column(Text)
    """JSON, as the following columns without another type."""
    question: Mapped[str | None] = mapped_column(Text)
    """The text of the question."""
    facts: Mapped[str | None] = mapped_column(Text)
    reading: Mapped[str | None] = mapped_column(Text)
    versions: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)
    """The customer's reply; NULL for a button and once erased."""
    salt: Mapped[str | None] = mapped_column(String(64))
    words_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of salt and words, which the chain holds instead of the words."""
    digests: Mapped[str | None] = mapped_column(Text)
    """The same for columns that may hold the customer's own words: JSON, by column. NULL where the chain holds all."""
    previous: Mapped[str] = mapped_column(String(64))
    """The hash of the entry before; 64 zeros for the first one."""
    hash: Mapped[str] = mapped_column(String(64))


class ReceiptChain(Base):
    """The end of a customer's chain, by which missing last entries are noticed."""

    __tablename__ = "receipt_chains"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    length: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
