"""Facts that follow from the bills of some months; pure functions of what is known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from graph.asked.known import OPEN, Known, KnownBill
from graph.asked.values import MOST, Code, Finding, Item, Listing, Month, Parts, Period

_SEVERAL = 2


def month_bill(known: Known) -> Finding:
    """Return the bill of each month that the question names; of the month before where it names none."""
    months = named_months(known)
    found = [(month, bill_of(known, month)) for month in months]
    if len(found) == 1:
        month, bill = found[0]
        if bill is None:
            return Finding("absent", {"month": month})
        if bill.month != month:
            return Finding(
                "not_yet",
                {"amount": bill.amount, "asked_month": month, "month": bill.month, "status": Code(bill.status)},
            )
        return Finding("value", {"amount": bill.amount, "month": bill.month, "status": Code(bill.status)})
    items = [Item(bill.month, bill.amount, Code(bill.status)) for _, bill in found if bill is not None]
    return Finding("several", {"items": Listing(items)}) if items else Finding("absent", {"month": months[0]})


def month_paid(known: Known) -> Finding:
    """Return whether the bill of a month is paid."""
    month = named_months(known)[0]
    bill = bill_of(known, month)
    if bill is None:
        return Finding("absent", {"month": month})
    if bill.month != month:
        values = {"asked_month": month, "month": bill.month, "amount": bill.amount, "status": Code(bill.status)}
        return Finding("not_yet", values)
    kind = "open" if bill.status in OPEN else "paid" if bill.status == "paid" else "other"
    return Finding(kind, {"month": bill.month, "amount": bill.amount, "status": Code(bill.status)})


def months_compare(known: Known) -> Finding:
    """Return the higher one of two months' bills, the other one, and the difference; the last two without names."""
    named = list(dict.fromkeys(known.restriction.months))
    if len(named) == 1:
        named += [bill.month for bill in known.bills if bill.month not in named][:1]
    if not named:
        named = [bill.month for bill in known.bills[:2]]
    bills = [bill_of(known, month) for month in named[:2]]
    for month, bill in zip(named, bills, strict=False):
        if bill is None or bill.month != month:  # the newest one is not compared with itself
            return Finding("absent", {"month": month})
    pair = sorted((bill for bill in bills if bill is not None), key=lambda bill: bill.amount, reverse=True)
    if len(pair) < _SEVERAL:
        return Finding("absent", {"month": named[0] if named else Month.of(known.today).before(1)})
    higher, lower = pair
    values: dict[str, Any] = {
        "difference": higher.amount - lower.amount, "amount": higher.amount, "other_amount": lower.amount,
        "month": higher.month, "other_month": lower.month,
        "items": Listing([Item(each.month, each.amount) for each in pair]),
    }  # fmt: skip
    if not values["difference"]:
        return Finding("same", values)
    first_is_lower = len(known.restriction.months) > 1 and known.restriction.months[0] == lower.month
    return Finding("lower" if first_is_lower else "differ", values)


def bills_list(known: Known) -> Finding:
    """Return the bills of the months that the question names; the last five without."""
    bills, _ = known.in_period(None if states_extent(known) else MOST)
    if known.restriction.months:
        named = set(known.restriction.months)
        bills = [bill for bill in known.bills if bill.month in named] or bills
    items = [Item(bill.month, bill.amount, Code(bill.status)) for bill in bills]
    return Finding("value" if items else "absent", {"count": len(items), "items": Listing(items, most=len(items))})


def bills_total(known: Known) -> Finding:
    """Return the sum of the bills of some months."""
    return _summed(known, lambda total, count: total)


def bills_average(known: Known) -> Finding:
    """Return the mean of the bills of some months, rounded to the kuruş."""
    return _summed(known, lambda total, count: (total / count).quantize(Decimal("0.01")))


def bills_highest(known: Known) -> Finding:
    """Return the highest bill of some months and its month, or months."""
    return _extreme(known, max)


def bills_lowest(known: Known) -> Finding:
    """Return the lowest bill of some months and its month, or months."""
    return _extreme(known, min)


def bill_paid_date(known: Known) -> Finding:
    """Return the day on which a bill was paid: that of the named month, else the newest one."""
    months = known.restriction.months
    month = months[0] if months else known.bills[0].month
    bill = bill_of(known, month)
    if bill is None:
        return Finding("absent", {"month": month})
    if bill.paid is None:
        return Finding("open", {"month": bill.month, "amount": bill.amount})
    values = {"date": bill.paid, "month": bill.month}
    made = known.payments if "get_payment_history" in known.results else ()
    method = next((payment.method for payment in made if payment.bill == bill.number), None)
    return Finding("by_method", {**values, "method": Code(method)}) if method else Finding("value", values)


def bill_by_amount(known: Known) -> Finding:
    """Return the month whose bill has the amount that the question names."""
    if known.restriction.limit is None:
        return Finding("unstated", bills_list(known).values)
    amount = Decimal(known.restriction.limit)
    found = [bill for bill in known.bills if amount in (bill.amount, Decimal(int(bill.amount)))]
    if len(found) > 1:
        return Finding("several", {"amount": found[0].amount, "months": Parts([bill.month for bill in found], ", ")})
    nearest = found[0] if found else min(known.bills, key=lambda bill: abs(bill.amount - amount))
    values = {"amount": nearest.amount, "month": nearest.month, "status": Code(nearest.status), "limit": amount}
    return Finding("value" if found else "none", values)


def states_extent(known: Known) -> bool:
    """Tell whether the question says how much of a list it wants."""
    return bool(known.restriction.last or known.restriction.year or known.restriction.everything)


def named_months(known: Known) -> Sequence[Month]:
    """Return the months that the question names, or that of the bill at its place; else the month before."""
    place = known.restriction.place
    if place and not known.restriction.months and len(known.bills) >= place:
        return [known.bills[place - 1].month]
    return list(known.restriction.months) or [Month.of(known.today).before(1)]


def bill_of(known: Known, month: Month) -> KnownBill | None:
    """Return the bill of a month; the newest one for this month, whose own has not come yet."""
    found = next((bill for bill in known.bills if bill.month == month), None)
    if found is None and month == Month.of(known.today) and known.bills:
        return known.bills[0]
    return found


def _named_or_period(known: Known) -> tuple[Sequence[KnownBill], Any]:
    named = set(known.months)
    if len(named) >= _SEVERAL:
        bills = [bill for bill in known.bills if bill.month in named]
        return bills, Period(len(bills), named=tuple(sorted(bill.month for bill in bills)))
    return known.in_period()


def _summed(known: Known, figure: Any) -> Finding:
    bills, period = _named_or_period(known)
    if not bills:
        return Finding("absent", {})
    total = sum((bill.amount for bill in bills), Decimal())
    return Finding("value", {"amount": figure(total, len(bills)), "period": period, "count": len(bills)})


def _extreme(known: Known, choose: Any) -> Finding:
    bills, _ = _named_or_period(known)
    if not bills:
        return Finding("absent", {})
    amount = choose(bill.amount for bill in bills)
    months = [bill.month for bill in bills if bill.amount == amount]
    if len(months) == 1:
        return Finding("value", {"amount": amount, "month": months[0]})
    return Finding("several", {"amount": amount, "months": Parts(months, ", ")})
