"""Changes: each is there afterwards, and what cannot be is refused in our codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.clock import ISTANBUL
from ports.billing import MadePayment
from ports.contract.checks import check_moment, check_newest_first, check_whole
from ports.contract.plugin import Given, Subject
from ports.errors import RefusalCode, RequestRefused
from ports.orders import Order, PackageOrder, ReactivationOrder, RoamingOrder, SuspensionOrder
from ports.tickets import NewTicket
from ports.values import BillStatus, LineStatus, PaymentMethod, TicketCategory, TicketPriority, TicketStatus

pytestmark = pytest.mark.asyncio


async def refused(code: RefusalCode, call: Any) -> None:
    """Expect a refusal of this code."""
    with pytest.raises(RequestRefused) as refusal:
        await call
    assert refusal.value.code == code


def now() -> datetime:
    """Return the present, to the second."""
    return datetime.now(ISTANBUL).replace(microsecond=0)


async def the_line(given: Given, subject: Subject) -> Any:
    """Return the subject's line as it is."""
    return next(line for line in await given.customers.lines(subject.customer) if line.number == subject.line)


async def test_booked_payment_pays_its_bill_once(given: Given, subject: Subject, key: str) -> None:
    """A payment is booked once by its transaction, told again or not."""
    number = subject.get("open_bill")
    [bill] = [bill for bill in await given.billing.bills(subject.customer) if bill.bill_id == number]
    if bill.status not in (BillStatus.UNPAID, BillStatus.OVERDUE):
        pytest.skip(f"the bill {number} is {bill.status}: name an open one")
    payment = MadePayment(key[:64], number, bill.amount, PaymentMethod.CREDIT_CARD, now())
    for _ in range(2):
        await given.billing.book(subject.customer, payment)
    [paid] = [bill for bill in await given.billing.bills(subject.customer) if bill.bill_id == number]
    assert paid.status == BillStatus.PAID
    check_moment(paid.paid_at)
    assert [each for each in await given.billing.payments(subject.customer) if each.bill_id == number] == [payment]


async def test_payment_of_another_customers_bill_is_not_booked(given: Given, subject: Subject, key: str) -> None:
    """A bill is booked for its own customer only."""
    number = subject.get("open_bill")
    payment = MadePayment(key[:64], number, Decimal("1.00"), PaymentMethod.CASH, now())
    await refused("BILL_NOT_FOUND", given.billing.book(subject.stranger, payment))


async def test_line_is_suspended_and_works_again(given: Given, subject: Subject, key: str) -> None:
    """A suspension and a reactivation hold from their return on; what is so already is refused."""
    orders, at = given.orders, now()
    suspension, reactivation = SuspensionOrder(subject.line, "contract test", at), ReactivationOrder(subject.line, at)
    await refused("LINE_NOT_SUSPENDED", orders.place(subject.customer, reactivation, key=f"{key}-0"))
    await orders.place(subject.customer, suspension, key=f"{key}-1")
    await refused("LINE_ALREADY_SUSPENDED", orders.place(subject.customer, suspension, key=f"{key}-2"))
    if given.has("customers"):
        line = await the_line(given, subject)
        assert (line.status, line.suspension_reason) == (LineStatus.SUSPENDED, "contract test")
        check_moment(line.suspended_at)
        assert abs(line.suspended_at - at) < timedelta(hours=1), "a moment in another zone is the same moment"
    await orders.place(subject.customer, reactivation, key=f"{key}-3")
    if given.has("customers"):
        assert (await the_line(given, subject)).status == LineStatus.ACTIVE


async def test_package_is_changed(given: Given, subject: Subject, key: str) -> None:
    """A line moves to another package of the catalogue; to one that there is not, it does not."""
    other, number = subject.get("package"), subject.line
    before = (await the_line(given, subject)).package.name
    await given.orders.place(subject.customer, PackageOrder(number, other, now().date()), key=f"{key}-1")
    assert (await the_line(given, subject)).package.name == other
    await refused(
        "PACKAGE_CHANGE_FAILED",
        given.orders.place(subject.customer, PackageOrder(number, "No Such Package", now().date()), key=f"{key}-2"),
    )
    await given.orders.place(subject.customer, PackageOrder(number, before, now().date()), key=f"{key}-3")
    assert (await the_line(given, subject)).package.name == before


async def test_line_of_another_customer_is_not_found(given: Given, subject: Subject, key: str) -> None:
    """No order touches a line that is not the customer's own."""
    orders: list[Order] = [RoamingOrder(subject.line, True), SuspensionOrder(subject.line, "contract test", now())]
    for number, order in enumerate(orders):
        await refused("LINE_NOT_FOUND", given.orders.place(subject.stranger, order, key=f"{key}-{number}"))


async def test_ticket_is_opened_noted_and_closed(given: Given, subject: Subject, key: str) -> None:
    """A ticket goes through its life; a closed one takes no note and is not closed again."""
    at, tickets = now(), given.tickets
    new = NewTicket(
        f"CT-{key[-12:].upper()}", "Sözleşme denemesi: görüntü donuyor.", TicketCategory.TECHNICAL,
        TicketPriority.HIGH, at, at + timedelta(days=1),
    )  # fmt: skip
    number = (await tickets.open(subject.customer, new, key=key)).reference or new.ticket_id
    await refused("TICKET_NOT_FOUND", tickets.add_note(subject.stranger, number, "Yabancı", key=f"{key}-0"))
    for word in ("Birinci not", "İkinci not"):
        await tickets.add_note(subject.customer, number, word, key=f"{key}-{word}")
    [opened] = [each for each in await tickets.tickets(subject.customer) if each.ticket_id == number]
    assert (opened.description, opened.category, opened.priority) == (new.description, new.category, new.priority)
    assert opened.status in (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)
    assert "Birinci not" in opened.customer_notes and "İkinci not" in opened.customer_notes
    check_moment(opened.created_at)
    await tickets.close(subject.customer, number, "Denemedir.", now(), key=f"{key}-2")
    [closed] = [each for each in await tickets.tickets(subject.customer) if each.ticket_id == number]
    assert closed.status == TicketStatus.CLOSED
    check_moment(closed.resolved_at)
    await refused("TICKET_ALREADY_CLOSED", tickets.add_note(subject.customer, number, "Geç", key=f"{key}-3"))
    again = tickets.close(subject.customer, number, "Denemedir.", now(), key=f"{key}-4")
    await refused("TICKET_ALREADY_CLOSED", again)
    every = await tickets.tickets(subject.customer)
    check_whole(every, "ticket_id")
    check_newest_first(every, "created_at")
