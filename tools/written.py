"""Find out what became of a write, by its idempotency key. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from database.enums import PaymentStatus
from database.session import Database
from database.tables import IdempotencyRecord, Payment

WriteState = Literal["done", "begun", "absent"]
"""Carried out; begun in an outside system, without an answer so far; as far as we know not begun."""


@dataclass(frozen=True)
class Written:
    """The fate of a write.

    Attributes:
        state: See ``WriteState``.
        result: The operation's result as JSON; None unless the write is done.
    """

    state: WriteState
    result: dict[str, Any] | None = None


class WrittenChanges:
    """The writes of all customers by their keys.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, customer_id: int, key: str) -> Written:
        """Return what became of the write under a customer's key."""
        running = select(Payment.transaction_id).where(
            Payment.customer_id == customer_id,
            Payment.idempotency_key == key,
            Payment.status == PaymentStatus.PROCESSING,
        )
        async with self._database.session() as session:
            record = await session.get(IdempotencyRecord, (customer_id, key))
            if record is None:
                return Written("absent")
            if record.result is not None:
                return Written("done", record.result)
            if record.begun is not None:
                return Written("begun")
            return Written("begun" if await session.scalar(running) is not None else "absent")
