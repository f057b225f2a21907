"""A whole bill of one customer, as it is printed. The operations of conversations read bills in ``billing.py``."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from database.enums import BillStatus, PaymentMethod, PaymentStatus
from database.tables import Bill, Customer, Payment
from tools.billing import Service, status_today
from tools.caller import Caller, Context
from tools.errors import BillNotFound
from tools.schema import Money, Result


class BillDocument(Result):
    """A bill with whom it is for and how it was paid; the last three are None for one that is not paid here."""

    bill_id: str
    customer_id: int
    name: str
    address: str | None
    bill_date: date
    due_date: date
    status: BillStatus
    services: list[Service]
    amount: Money
    currency: str
    paid_at: datetime | None
    method: PaymentMethod | None
    transaction_id: str | None


async def bill_document(context: Context, caller: Caller, bill_id: str) -> BillDocument:
    """Return one bill of the caller.

    Raises:
        BillNotFound: The caller has no such bill; a stranger's looks the same.
    """
    async with context.database.session() as session:
        bill = await session.scalar(select(Bill).where(Bill.id == bill_id, Bill.customer_id == caller.customer_id))
        if bill is None:
            raise BillNotFound(bill_id=bill_id)
        customer = await session.get_one(Customer, caller.customer_id)
        made = (Payment.bill_id == bill.id) & (Payment.status == PaymentStatus.COMPLETED)
        payment = await session.scalar(select(Payment).where(made))
        return BillDocument(
            bill_id=bill.id,
            customer_id=customer.id,
            name=customer.name,
            address=customer.address,
            bill_date=bill.bill_date,
            due_date=bill.due_date,
            status=status_today(bill, context.today()),
            services=[Service(service_name=item.service_name, amount=item.amount) for item in bill.items],
            amount=bill.amount,
            currency=bill.currency,
            paid_at=bill.paid_at,
            method=payment.method if payment else None,
            transaction_id=payment.transaction_id if payment else None,
        )
