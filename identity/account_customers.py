"""The customer that an account acts for.

The operator's own people act for a customer of their own without a line, so that identity stays one rule. Its number is
negative: no import of the operator's customers can meet it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import CustomerKind
from database.postgres import one_at_a_time
from database.tables import CustomerRow

_OWN_NUMBERS = 7_423_012
"""Any number: two people who are added at once get theirs one after the other."""


async def own_customer(session: AsyncSession, name: str, email: str, at: datetime) -> int:
    """Add the customer that one of the operator's own people acts for, and return its number.

    Args:
        session: The open transaction.
        name: The person's name.
        email: The person's address.
        at: The present time.
    """
    await one_at_a_time(session, _OWN_NUMBERS)
    lowest = await session.scalar(select(func.min(CustomerRow.id))) or 0
    customer = CustomerRow(
        id=min(lowest, 0) - 1, name=name, email=email, phone="", region="", tier="standard",
        kind=CustomerKind.INDIVIDUAL, registered_at=at,
    )  # fmt: skip
    session.add(customer)
    await session.flush()
    return customer.id


async def lives(session: AsyncSession, customer_id: int) -> bool:
    """Return True for a customer that there is and that was not erased."""
    living = select(CustomerRow.id).where(CustomerRow.id == customer_id, CustomerRow.erased_at.is_(None))
    return await session.scalar(living) is not None
