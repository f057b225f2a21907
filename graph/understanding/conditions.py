"""One operation after another: a look-up that a change needs first, or a change that is wanted only in some case.

A condition is judged by code on the looked-up facts. What cannot be judged is put to the customer, who is asked before
any change anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from graph.answers.facts import LOW_QUOTA_PERCENT
from graph.state import Call, Outcome
from graph.understanding.references import NOTHING, mentioned_after, picked_package

LOOK_UP = "get_available_packages"
PACKAGE_ARGUMENT = {"change_package": "new_package_name", "get_package_details": "package_name"}
"""The argument that names a package, by operation."""

_SUM = re.compile(r"\d{2,5}")
SLOW = frozenset({"poor", "fair"})
_Judge = Callable[[Mapping[str, Any], str], bool | None]


def _is_owed(bill: Mapping[str, Any], message: str) -> bool | None:
    return bill["status"] in ("unpaid", "overdue")


def _is_over(bill: Mapping[str, Any], message: str) -> bool | None:
    """Whether a bill is over the one sum that the message names; undecided without one."""
    sums = _SUM.findall(message)
    return Decimal(str(bill["amount"])) > int(sums[0]) if len(sums) == 1 else None


def _is_slow(measured: Mapping[str, Any], message: str) -> bool | None:
    return str(measured["quality_rating"]) in SLOW


def _is_used_up(quotas: Mapping[str, Any], message: str) -> bool | None:
    return bool(max(quotas["usage_percentage"].values()) >= LOW_QUOTA_PERCENT)


def _is_no_outage(network: Mapping[str, Any], message: str) -> bool | None:
    """A record helps nobody while the network is known to be down there."""
    return str(network["status"]) == "operational"


_JUDGES: Mapping[tuple[str, str], _Judge] = {
    ("get_current_bill", "pay_bill"): _is_owed,
    ("get_current_bill", "change_package"): _is_over,
    ("test_internet_speed", "create_fault_ticket"): _is_slow,
    ("get_remaining_quotas", "change_package"): _is_used_up,
    ("check_network_status", "create_fault_ticket"): _is_no_outage,
}


def released(call: Call, outcomes: Sequence[Outcome], message: str) -> Call | None:
    """A waiting call after its look-up: ready to be prepared, or None when its condition does not hold.

    Args:
        call: It waits.
        outcomes: Of this turn; the look-up is among them. One that failed settles nothing, so nothing follows from it.
        message: The customer's words, for a sum that the condition names.
    """
    found = next((outcome for outcome in reversed(outcomes) if outcome["operation"] == call["after"]), None)
    if found is None or found["result"] is None:
        return None
    if call["conditional"] and _holds(call, found["result"], message) is False:
        return None
    arguments = dict(call["arguments"])
    name = PACKAGE_ARGUMENT.get(call["operation"])
    if call["pick"] and name:
        package = picked_package(call["pick"], mentioned_after([found], NOTHING))
        if package:
            arguments[name] = package
    return {**call, "status": "missing", "arguments": arguments, "after": None, "pick": None}


def _holds(call: Call, result: Mapping[str, Any], message: str) -> bool | None:
    judge = _JUDGES.get((str(call["after"]), call["operation"]))
    return judge(result, message) if judge else None
