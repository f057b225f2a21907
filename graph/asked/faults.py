"""Why a line does not work or did not: facts of the network, the data that is left and tickets; pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from core.turkish import fold
from graph.asked.known import Known
from graph.asked.services import internet, network, ticket
from graph.asked.values import Finding, Month

_NEARLY_ALL = 95.0
_DAYS_AGO: Mapping[str, int] = {"dun": 1, "yesterday": 1, "evvelsi": 2, "evvelki": 2, "onceki": 2}
_DAY = re.compile(
    r"\b(?:(?P<name>dun|yesterday)\w*|(?P<before>evvelsi|evvelki|onceki) gun\w*|(?P<count>\d{1,2}) gun once)\b"
)
_WEEK = re.compile(r"\b(?:gecen|gectigimiz) hafta\w*|\blast week\b")
_OF_DATA = re.compile(r"\b(?:internet|mobil veri|data|gb|video|sayfa)\w*")


def line_why(known: Known) -> Finding:
    """Return why a line does not work, or did not at the time that the question names.

    Past outages are in no record: only a running one that had begun, and a ticket, tell of an earlier time.
    """
    state = network(known)
    values = {**state.values, **_of_ticket(known)}
    then = _time_of(known)
    if then is not None:
        return _past(then, values, known)
    if state.variant != "fine":
        return Finding(state.variant, values)
    quota = internet(known).values if "get_remaining_quotas" in known.results else None
    if quota is not None and quota["share"] >= _NEARLY_ALL and _OF_DATA.search(fold(known.words)):
        return Finding("quota", {**values, **quota})
    return Finding("ticket" if _is_open(known) else "fine", values)


def _past(then: tuple[date, date], values: Mapping[str, Any], known: Known) -> Finding:
    """Return what the records tell of a time that has passed."""
    begin, end = then
    outage, created = values["start"], values.get("created")
    if outage is not None and outage.date() <= end:
        return Finding("past_outage", values)
    if created is not None:
        resolved = values["resolved"] or known.now
        if created.date() <= end and resolved.date() >= begin:
            return Finding("past_ticket", values)
    return Finding("past_unknown" if outage is None else "past_other", values)


def _of_ticket(known: Known) -> Mapping[str, Any]:
    """Return the values of the newest ticket; none where there is no ticket."""
    if not known.results.get("get_fault_ticket_status"):
        return {}
    found = ticket(known)
    told = found.values["resolution"] or found.values["notes"]
    return {**found.values, "told": told}


def _is_open(known: Known) -> bool:
    return bool(known.results.get("get_fault_ticket_status")) and ticket(known).variant == "open"


def _time_of(known: Known) -> tuple[date, date] | None:
    """Return the first and last day of the past time that the question names; None where it is about the present."""
    said, today = fold(known.words), known.today
    if match := _DAY.search(said):
        days = int(match["count"] or _DAYS_AGO[match["name"] or match["before"]])
        return today - timedelta(days), today - timedelta(days)
    if _WEEK.search(said):
        monday = today - timedelta(today.weekday() + 7)
        return monday, monday + timedelta(6)
    months = [month for month in known.restriction.months if month != Month.of(today)]
    if not months:
        return None
    first, last = min(months), max(months).before(-1)
    return date(first.year, first.month, 1), date(last.year, last.month, 1) - timedelta(1)


def roaming_why(known: Known) -> Finding:
    """Return whether roaming explains a line that does not work abroad."""
    return Finding("on" if known.results["get_customer_package"]["features"]["roaming_enabled"] else "off", {})
