"""Facts of the days ahead that follow from the newest bill: the next one, and what becomes of an unpaid one."""

from __future__ import annotations

import re
from datetime import timedelta

from core.turkish import fold
from graph.asked.known import OPEN, Known, months_back
from graph.asked.past_bills import month_bill
from graph.asked.values import Finding, day_of

_UNPAID = re.compile(r"\b(?:ode|yatir)\w*m[ae](?:z(?:s\w*|lar\w*)?|y\w*|d\w*)\b|\bif i (?:do ?n[o'’]t|never) pay\b")
"""Words that suppose that a bill stays unpaid."""


def next_bill_date(known: Known) -> Finding:
    """Return the day on which the next bill is due to come: bills of the last months that share a day show it."""
    bills = known.bills
    newest = bills[0].day
    if len(bills) > 1 and bills[1].day.day == newest.day:
        coming = months_back(newest, -1)
        return Finding("value", {"date": coming, "days": (coming - known.today).days, "last": newest})
    return Finding("untold", {"last": newest})


def line_would_end(known: Known) -> Finding:
    """Return whether a debt would cut the line off: when services stop, and when it is closed.

    The days count from the due date of the newest bill; of an older unpaid one that date is in no record.
    """
    due = day_of(known.bill["due_date"])
    stops = due + timedelta(days=known.operator.restriction_days)
    closes = due + timedelta(days=known.operator.closing_days)
    values = {
        "stops": stops, "closes": closes, "days": (stops - known.today).days, "due_date": due,
        "rule": known.operator.restriction_days, "end": known.operator.closing_days,
    }  # fmt: skip
    if _UNPAID.search(fold(known.words)) and str(known.bill["status"]) in ("unpaid", "paid"):
        return Finding("if_unpaid" if known.bill["status"] == "unpaid" else "rule", values)
    older = [bill for bill in known.bills if bill.status in OPEN and bill.number != known.bill["bill_id"]]
    status = str(known.bill["status"])
    if older or (status in OPEN and stops <= known.today):
        return Finding("older", values)
    return Finding({"overdue": "overdue", "unpaid": "open", "paid": "paid"}.get(status, "other"), values)


def past_items(known: Known) -> Finding:
    """Return the bill of a past month, whose items are in no record."""
    found = month_bill(known)
    return found if found.variant == "value" else Finding("absent", found.values)
