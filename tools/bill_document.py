"""A whole bill of one customer, as it is printed. The operations of conversations read bills in ``billing.py``."""

from __future__ import annotations

from datetime import date, datetime

from ports.values import BillStatus, PaymentMethod
from tools.billing import Service
from tools.bills import bills_of, payments_of
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
    customer_id = caller.customer_id
    bill = next((each for each in await bills_of(context, caller) if each.bill_id == bill_id), None)
    if bill is None:
        raise BillNotFound(bill_id=bill_id)
    customer = await context.ports.customers.customer(customer_id)
    payment = next((each for each in await payments_of(context, caller) if each.bill_id == bill_id), None)
    return BillDocument(
        bill_id=bill.bill_id,
        customer_id=customer_id,
        name=customer.name,
        address=customer.address,
        bill_date=bill.bill_date,
        due_date=bill.due_date,
        status=bill.status,
        services=[Service(service_name=item.service_name, amount=item.amount) for item in bill.items],
        amount=bill.amount,
        currency=bill.currency,
        paid_at=bill.paid_at,
        method=payment.method if payment else None,
        transaction_id=payment.transaction_id if payment else None,
    )
