"""Why a line does not work or did not: facts of the network, the data that is left and tickets; pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.turkish import fold
from graph.asked.known import Known
from graph.asked.services import internet, network, ticket
from graph.asked.times import past_time
from graph.asked.values import Finding

_NEARLY_ALL = 95.0
_OF_DATA = re.compile(r"\b(?:internet|mobil veri|data|gb|video|sayfa)\w*")


def line_why(known: Known) -> Finding:
    """Return why a line does not work, or did not at the time that the question names.

    Past outages are in no record: only a running one that had begun, and a ticket, tell of an earlier time.
    """
    state = network(known)
    values = {**state.values, **_of_ticket(known)}
    then = past_time(known.words, known.restriction.months, known.today)
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


def roaming_why(known: Known) -> Finding:
    """Return whether roaming explains a line that does not work abroad."""
    return Finding("on" if known.results["get_customer_package"]["features"]["roaming_enabled"] else "off", {})
