"""Changes that put something on or off, and what they are beside what is: a switch may stay where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.state import Call

AUTOPAY, _PAYMENT = "setup_autopay", "pay_bill"
SWITCHES = frozenset({AUTOPAY, "enable_roaming"})
"""Changes that put something on or off."""


def pays_its_first(preview: Mapping[str, Any], beside: Sequence[Call]) -> bool:
    """Tell whether the bill with which automatic payment would begin is paid by another proposed call."""
    due = [(call["preview"] or {}).get("due_date") for call in beside if call["operation"] == _PAYMENT]
    return preview.get("next_payment_date") in due


def present_state(facts: Mapping[str, Any]) -> str:
    """Return the state of a switch before its change, as the end of its question's name."""
    is_on = facts.get("currently_enabled", facts.get("current_method") is not None)
    return ".from_on" if is_on else ".from_off"


def is_as_before(arguments: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Tell whether a switch is in its position already, automatic payment with its method, too.

    Args:
        arguments: Of the call.
        facts: Of its preview.
    """
    if "currently_enabled" in facts:
        return bool(facts["currently_enabled"] == arguments["status"])
    present = facts.get("current_method")
    return bool(present == facts.get("method")) if arguments["status"] else present is None
