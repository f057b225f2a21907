"""Facts that follow from payments; pure functions of what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from graph.asked.bills import SETTLING, bill_amount
from graph.asked.known import OPEN, Known, KnownPayment
from graph.asked.past_bills import named_months, states_extent
from graph.asked.values import MOST, Code, Finding, Item, Listing, Month


def last_payment(known: Known) -> Finding:
    """Return the newest payment: of the method, or at the place from the newest one, that the question names."""
    asked = known.restriction
    made = [payment for payment in known.payments if asked.method in (None, payment.method)]
    place = asked.place or 1
    if len(made) < place:
        return Finding("none_by_method", {"method": Code(asked.method)}) if asked.method else Finding("absent", {})
    found = _payment(made[place - 1])
    if asked.method:
        return Finding("by_method", found.values)
    return Finding("placed", {**found.values, "place": place}) if place > 1 else found


def last_payment_method(known: Known) -> Finding:
    """Return how the newest payment, or the one at the place that is asked for, was made.

    Where the question names a method, whether it was that one.
    """
    place = known.restriction.place or 1
    if len(known.payments) < place:
        return Finding("absent", {})
    found = _by_method(_payment(known.payments[place - 1]), known)
    return Finding("placed", {**found.values, "place": place}) if place > 1 else found


def month_payment(known: Known) -> Finding:
    """Return the payment of a month, and whether it was made by the method that the question names."""
    month = named_months(known)[0]
    found = next((payment for payment in known.payments if payment.month == month), None)
    return Finding("absent", {"month": month}) if found is None else _by_method(_payment(found), known)


def _by_method(found: Finding, known: Known) -> Finding:
    asked = known.restriction.method
    if asked is None:
        return found
    return Finding("asked_method" if found.values["method"] == asked else "other_method", found.values)


def payment_arrived(known: Known) -> Finding:
    """Return whether a payment of this month has arrived."""
    if known.bill["status"] == SETTLING:
        return Finding("settling", {})
    if not known.payments:
        return Finding("absent", {})
    newest = known.payments[0]
    values = {"date": newest.day, "amount": newest.amount, "bill": bill_amount(known).values["amount"]}
    kind = "arrived" if newest.month == Month.of(known.today) else "missing"
    return Finding(f"{kind}_open" if known.bill["status"] in OPEN else kind, values)


def payments_list(known: Known) -> Finding:
    """Return the payments of the months and the method that the question names; the last five without months."""
    payments, method = _of_method(known), known.restriction.method
    if not states_extent(known):
        payments = payments[:MOST]
    items = [Item(payment.day, payment.amount, Code(payment.method)) for payment in payments]
    values = {"count": len(items), "items": Listing(items, most=len(items))}
    if method:
        return Finding("by_method" if items else "none_by_method", {**values, "method": Code(method)})
    return Finding("value" if items else "absent", values)


def payments_count(known: Known) -> Finding:
    """Return how many payments were made: of the months, the year or the method that the question names."""
    asked = known.restriction
    if not (asked.method or asked.year or asked.months or asked.last):
        return Finding("value", {"count": known.results["get_payment_history"]["total_payments"]})
    payments, _ = known.payments_in_period()
    found = [payment for payment in payments if asked.method in (None, payment.method)]
    if asked.method:
        return Finding("by_method", {"count": len(found), "method": Code(asked.method)})
    return Finding("value", {"count": len(found)})


def payments_total(known: Known) -> Finding:
    """Return the sum of the payments of some months, of the method that the question names."""
    payments, method = _of_method(known), known.restriction.method
    _, period = known.payments_in_period()
    total = sum((payment.amount for payment in payments), Decimal())
    values = {"amount": total, "period": period, "count": len(payments)}
    if method:
        return Finding("by_method" if payments else "none_by_method", {**values, "method": Code(method)})
    return Finding("value" if payments else "absent", values)


def payments_highest(known: Known) -> Finding:
    """Return the highest payment of the months and the method that the question names."""
    return _extreme(known, max)


def payments_lowest(known: Known) -> Finding:
    """Return the lowest payment of the months and the method that the question names."""
    return _extreme(known, min)


def _extreme(known: Known, choose: Callable[..., KnownPayment]) -> Finding:
    payments = _of_method(known)
    if payments:
        return _payment(choose(payments, key=lambda payment: payment.amount))
    method = known.restriction.method
    return Finding("none_by_method", {"method": Code(method)}) if method else Finding("absent", {})


def _of_method(known: Known) -> Sequence[KnownPayment]:
    """Return the payments of the months that the question names, of the method where it names one."""
    payments, _ = known.payments_in_period()
    return [payment for payment in payments if known.restriction.method in (None, payment.method)]


def _payment(payment: KnownPayment) -> Finding:
    return Finding(
        "value",
        {
            "amount": payment.amount, "date": payment.day, "month": payment.month, "method": Code(payment.method),
            "reference": payment.reference,
        },
    )  # fmt: skip
