"""Calls that wait for the result of another one: a look-up that a change needs, or a condition on what is found.

Code judges a condition by the looked-up facts. One that it cannot judge is left to the customer, who is asked before
any change anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from graph.state import Call, Outcome
from graph.understanding.argument_specs import PACKAGE_ARGUMENT
from graph.understanding.references import NOTHING, mentioned_after, resolve_package
from tools.packages import LOW_QUOTA_PERCENT

LOOK_UP = "get_available_packages"
"""The operation whose result settles a reference to a package."""

SLOW = frozenset({"poor", "fair"})
"""Ratings of a speed test that count as slow."""

_SUM = re.compile(r"\d{2,5}")
_Judge = Callable[[Mapping[str, Any], str], bool | None]


def _is_owed(bill: Mapping[str, Any], message: str) -> bool | None:
    return bill["status"] in ("unpaid", "overdue")


def _is_over(bill: Mapping[str, Any], message: str) -> bool | None:
    """Compare a bill with the one sum that the message names; undecided without one."""
    sums = _SUM.findall(message)
    return Decimal(str(bill["amount"])) > int(sums[0]) if len(sums) == 1 else None


def _is_slow(measured: Mapping[str, Any], message: str) -> bool | None:
    return str(measured["quality_rating"]) in SLOW


def _is_used_up(quotas: Mapping[str, Any], message: str) -> bool | None:
    return bool(max(quotas["usage_percentage"].values()) >= LOW_QUOTA_PERCENT)


def _is_no_outage(network: Mapping[str, Any], message: str) -> bool | None:
    """A ticket helps nobody while the network is known to be down there."""
    return str(network["status"]) == "operational"


_JUDGES: Mapping[tuple[str, str], _Judge] = {
    ("get_current_bill", "pay_bill"): _is_owed,
    ("get_current_bill", "change_package"): _is_over,
    ("test_internet_speed", "create_fault_ticket"): _is_slow,
    ("get_remaining_quotas", "change_package"): _is_used_up,
    ("check_network_status", "create_fault_ticket"): _is_no_outage,
}


def released(call: Call, outcomes: Sequence[Outcome], message: str) -> Call | None:
    """Return a waiting call after its look-up, to be prepared; None when its condition does not hold.

    Args:
        call: The waiting call.
        outcomes: The results of this turn, the look-up among them. Nothing follows from a look-up that failed.
        message: The customer's words, for a sum that the condition names.
    """
    found = next((outcome for outcome in reversed(outcomes) if outcome["operation"] == call["after"]), None)
    if found is None or found["result"] is None:
        return None
    if call["conditional"] and _holds(call, found["result"], message) is False:
        return None
    arguments = dict(call["arguments"])
    name = PACKAGE_ARGUMENT.get(call["operation"])
    if call["reference"] and name:
        package = resolve_package(call["reference"], mentioned_after([found], NOTHING))
        if package:
            arguments[name] = package
    return {**call, "status": "missing", "arguments": arguments, "after": None, "reference": None}


def _holds(call: Call, result: Mapping[str, Any], message: str) -> bool | None:
    judge = _JUDGES.get((str(call["after"]), call["operation"]))
    return judge(result, message) if judge else None
