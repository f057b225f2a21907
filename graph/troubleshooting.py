"""Troubleshooting: the step that the results of a turn call for.

The node ``troubleshoot`` asks the customer to try it; the routers ask here whether there is one.
"""

from __future__ import annotations

from graph.asked.times import names_past
from graph.state import ConversationState, Outcome, TroubleshootingStep
from graph.understanding.conditions import SLOW

_USED_UP = 100.0
"""Used share of the internet quota at which nothing is left, percent."""

_MOST_ASKED = 2
"""Times that a step is asked for; a customer who talks of other things is not asked a third time."""


def next_step(state: ConversationState) -> TroubleshootingStep | None:
    """Return the step that the customer is trying, or else the one that this turn's results call for."""
    step = state.get("step")
    if step is not None:
        return step if step["asked"] < _MOST_ASKED else None
    if any(call["status"] == "awaiting" or call["write"] for call in state["calls"]):
        return None
    if any(map(_explains, state["outcomes"])) or _is_over(state):
        return None
    return next((found for outcome in state["outcomes"] if (found := _called_for(outcome, state))), None)


def _is_over(state: ConversationState) -> bool:
    """Tell whether the customer asks why something did not work at an earlier time, for which there is no step."""
    asked = [each for each in state.get("asked", []) if each["fact"] == "line_why"]
    return any(names_past(state["message"]) or each["restriction"].get("months") for each in asked)


def _explains(outcome: Outcome) -> bool:
    """Tell whether a result explains a fault, so that no step of the customer's could help."""
    result = outcome["result"]
    if result is None:
        return False
    match outcome["operation"]:
        case "check_network_status":
            return bool(result["status"] != "operational")
        case "get_fault_ticket_status":
            return result["status"] in ("open", "in_progress")
        case "get_remaining_quotas":
            return float(result["usage_percentage"]["internet"]) >= _USED_UP
    return False


def _called_for(outcome: Outcome, state: ConversationState) -> TroubleshootingStep | None:
    result = outcome["result"]
    if result is None:
        return None
    name = None
    if outcome["operation"] == "test_internet_speed" and result["quality_rating"] in SLOW:
        name = "restart_modem"
    elif outcome["operation"] == "check_network_status" and result["status"] == "operational":
        # Somebody who names a place asks about it; somebody who names none has no connection where they are.
        name = None if "region" in outcome["arguments"] else "restart_phone"
    if name is None:
        return None
    return TroubleshootingStep(
        name=name, check=outcome["operation"], arguments=outcome["arguments"], issue=state["message"], asked=0
    )
