"""The consequences of erasing a person, for the question that is asked before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from database.enums import UNFINISHED_HANDOVER, BillStatus
from database.personal import CustomerNotFound
from database.session import Database
from database.tables import Account, BillRow, CustomerRow, Handover


@dataclass(frozen=True)
class ErasurePreview:
    """A person before the erasure.

    Attributes:
        name: The person's name.
        erased_at: When the person was erased before; None for one who was not.
        logins: The accounts that go.
        unpaid: How many bills are not paid.
        owed: What they add up to.
        waiting: Conversations that wait for a colleague, or have one.
    """

    name: str
    erased_at: datetime | None
    logins: Sequence[str]
    unpaid: int
    owed: Decimal
    waiting: int


async def preview_erasure(database: Database, customer_id: int) -> ErasurePreview:
    """Look up what erasing a person would mean; nothing is changed.

    Raises:
        CustomerNotFound: There is no such customer.
    """
    async with database.session() as session:
        customer = await session.get(CustomerRow, customer_id)
        if customer is None:
            raise CustomerNotFound(str(customer_id))
        mine = select(Account.login).where(Account.customer_id == customer_id).order_by(Account.login)
        open_bill = BillRow.status.in_((BillStatus.UNPAID, BillStatus.OVERDUE, BillStatus.PROCESSING))
        bills = list(await session.scalars(select(BillRow.amount).where(BillRow.customer_id == customer_id, open_bill)))
        unfinished = (Handover.customer_id == customer_id) & Handover.status.in_(UNFINISHED_HANDOVER)
        waiting = await session.scalar(select(func.count()).select_from(Handover).where(unfinished)) or 0
        return ErasurePreview(
            customer.name, customer.erased_at, list(await session.scalars(mine)), len(bills),
            sum(bills, Decimal(0)), waiting,
        )  # fmt: skip
