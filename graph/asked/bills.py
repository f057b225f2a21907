"""Facts that follow from bills and payments; pure functions of what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.turkish import fold
from graph.asked.known import CONTACT, OPEN, Known
from graph.asked.past_bills import bill_of
from graph.asked.values import Code, Finding, Item, Listing, day_of

_FEE = ("aylik ucreti", "monthly fee")
"""How the item of a package's own fee is called on a bill."""

_STEM = 4
_PLAIN = frozenset({"ucre", "ayli"})
"""Stems of words that any item may have."""

_EXTRA = re.compile(r"\b(?:ek|ekstra|ilave|fazladan|extra|additional)\b")
_SEVERAL = 2
SETTLING = "processing"
"""Status of a bill whose payment is not settled yet."""


def bill_amount(known: Known) -> Finding:
    """Return the newest bill's amount and whether it has to be paid."""
    return Finding(_state(known), {"amount": _amount(known), **_due(known), "status": Code(known.bill["status"])})


def bill_paid(known: Known) -> Finding:
    """Return whether the newest bill is paid."""
    return bill_amount(known)


def bill_due(known: Known) -> Finding:
    """Return the due date and the days until then, or since then."""
    due = _due(known)
    days = abs((due["due_date"] - known.today).days)
    return Finding(_state(known), {**due, "days": days, "status": Code(known.bill["status"])})


def bill_days_left(known: Known) -> Finding:
    """Return the days until the newest bill is due, or since then, also where it is paid already."""
    found = bill_due(known)
    ahead = found.variant == "paid" and found.values["due_date"] >= known.today
    return Finding("paid_ahead", found.values) if ahead else found


def bill_items(known: Known) -> Finding:
    """Return what the newest bill is made of."""
    items = _items(known)
    if len(items) == 1:
        return Finding("one", {"item": items[0].label, "amount": items[0].value})
    return Finding("several", {"items": Listing(items)})


def bill_item(known: Known) -> Finding:
    """Return the one item whose name shares most with the customer's words; all of them where none is meant.

    "Ek internet" is beyond the package, whose own fee is none of it.
    """
    items = _items(known)
    candidates = _extras(known) if _EXTRA.search(fold(known.words)) else items
    amount = known.restriction.limit
    exact = [item for item in items if amount is not None and Decimal(amount) in (item.value, Decimal(int(item.value)))]
    if len(exact) == 1:
        return Finding("value", {"amount": exact[0].value, "item": exact[0].label})
    said = {word[:_STEM] for word in fold(known.words).split() if len(word) >= _STEM} - _PLAIN
    shared = [len(said & {word[:_STEM] for word in fold(str(item.label)).split()}) for item in candidates]
    best = max(shared, default=0)
    if best and shared.count(best) == 1:
        item = candidates[shared.index(best)]
        return Finding("value", {"amount": item.value, "item": item.label})
    return Finding("several" if best else "absent", {"items": Listing(items)})


def bill_top_item(known: Known) -> Finding:
    """Return the highest item of the newest bill, or the lowest one where the question asks for it."""
    lowest = known.restriction.lowest
    item = (min if lowest else max)(_items(known), key=lambda each: each.value)
    return Finding("lowest" if lowest else "highest", {"amount": item.value, "item": item.label})


def late_fee(known: Known) -> Finding:
    """Return what the newest bill costs more for each month that it is paid late."""
    percent = known.operator.late_interest_percent
    fee = (_amount(known) * percent / 100).quantize(Decimal("0.01"))
    found = bill_due(known)
    return Finding(found.variant, {"fee": fee, "percent": float(percent), "amount": _amount(known), **found.values})


def bill_without_item(known: Known) -> Finding:
    """Return what the newest bill would be without the one item that the question names."""
    found = bill_item(known)
    if found.variant != "value":
        return found
    return Finding("rest", {"rest": _amount(known) - found.values["amount"], "total": _amount(known), **found.values})


def line_bill(known: Known) -> Finding:
    """Return the part of the newest bill that the package of one line makes; one bill holds every line."""
    own = known.results["get_customer_package"]
    return Finding(
        "value",
        {
            "fee": Decimal(str(own["monthly_fee"])),
            "package": own["package_name"],
            "amount": _amount(known),
            **_due(known),
        },
    )


def autopay_on(known: Known) -> Finding:
    """Return whether bills are paid automatically, by which method, and when the newest one is due."""
    method = known.bill.get("autopay_method")
    if method is None:
        return Finding("absent", {})
    waits = known.bill["status"] == "unpaid"
    return Finding("next" if waits else "value", {"method": Code(method), **_due(known)})


def debt_why(known: Known) -> Finding:
    """Return why the customer is reminded to pay: what is owed and since when it is overdue."""
    return Finding(
        debt(known).variant, {**debt(known).values, **bill_due(known).values, "amount": debt(known).values["amount"]}
    )


def bill_extras(known: Known) -> Finding:
    """Return what the newest bill holds besides package fees."""
    extras = _extras(known)
    total = sum((item.value for item in extras), Decimal())
    if not extras:
        return Finding("none", {})
    if len(extras) == 1:
        return Finding("one", {"amount": total, "item": extras[0].label})
    return Finding("several", {"amount": total, "items": Listing(extras)})


def bill_change(known: Known) -> Finding:
    """Return the difference of a bill to the one before, or to that of another month that the question names.

    Its items besides package fees go with it where they are known.
    """
    bills = list(known.bills)
    asked = bill_of(known, max(known.restriction.months)) if known.restriction.months else None
    earlier = bill_of(known, min(known.restriction.months)) if len(known.restriction.months) > 1 else None
    if asked is not None and earlier is not None and earlier != asked:
        bills = [asked, earlier]
    elif asked is not None and known.restriction.against and asked != bills[0]:
        bills = [bills[0], asked]
    elif asked is not None:
        bills = bills[bills.index(asked) :]
    if len(bills) < _SEVERAL:
        return Finding("first", {"amount": _amount(known), "items": Listing(_items(known))})
    newest, before = bills[:2]
    difference = newest.amount - before.amount
    extras = _extras(known) if newest.number == known.bill["bill_id"] else []
    kind = "more" if difference > 0 else "less" if difference < 0 else "same"
    values = {
        "difference": abs(difference), "amount": newest.amount, "before": before.amount, "month": newest.month,
        "items": Listing(extras),
    }  # fmt: skip
    if difference and (changed := _package_between(before.day, newest.day, known)):
        return Finding(f"package_{kind}", {**values, **changed})
    if newest.number != known.bill["bill_id"]:
        unexplained = difference and known.restriction.why
        return Finding(f"{kind}_unexplained" if unexplained else f"{kind}_earlier", values)
    if not difference and not extras and len(items := _items(known)) > 1:
        return Finding("same_several", {**values, "items": Listing(items)})
    return Finding(f"{kind}_items" if extras else kind, values)


def _package_between(first: date, last: date, known: Known) -> Mapping[str, Any]:
    """Return the customer's package where he changed to it between two bills; nothing where he did not."""
    own = known.results.get("get_customer_package")
    if not own or not first < (since := day_of(own["activation_date"])) <= last:
        return {}
    return {"package": own["package_name"], "since": since, "fee": Decimal(str(own["monthly_fee"]))}


def debt(known: Known) -> Finding:
    """Return the sum of the bills that have to be paid."""
    unpaid = [bill for bill in known.bills if bill.status in OPEN]
    total = sum((bill.amount for bill in unpaid), Decimal())
    if any(bill.status == SETTLING for bill in known.bills):
        return Finding("settling", {"amount": total})
    late = any(bill.status == "overdue" for bill in unpaid)
    return Finding("overdue" if late else "some" if unpaid else "none", {"amount": total, "count": len(unpaid)})


def suspend_why(known: Known) -> Finding:
    """Return what keeps the customer's line from being suspended."""
    numbers = known.results["get_customer_profile"]["phone_numbers"]
    lines = [number for number in numbers if number.get("type") != CONTACT]
    if all(line["status"] == "suspended" for line in lines):
        return Finding("suspended", {})
    overdue = sum((bill.amount for bill in known.bills if bill.status == "overdue"), Decimal())
    return Finding("overdue", {"amount": overdue}) if overdue else Finding("fine", {})


def _amount(known: Known) -> Decimal:
    return Decimal(str(known.bill["amount"]))


def _due(known: Known) -> dict[str, Any]:
    return {"due_date": day_of(known.bill["due_date"])}


def _state(known: Known) -> str:
    states = {"paid": "paid", "unpaid": "open", "overdue": "overdue"}
    return states.get(str(known.bill["status"]), "other")


def _items(known: Known) -> list[Item]:
    return [Item(each["service_name"], Decimal(str(each["amount"]))) for each in known.bill["services"]]


def is_package_fee(item: str) -> bool:
    """Tell whether an item of a bill is the fee of a package; the others are beyond the package."""
    return any(fee in fold(item) for fee in _FEE)


def _extras(known: Known) -> list[Item]:
    return [item for item in _items(known) if not is_package_fee(str(item.label))]
