"""Fills the missing argument of a call with the value that a reply gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.calls import SAME_FAULT
from graph.state import Call
from tools.errors import ToolError
from tools.toolbox import Toolbox

_SWITCHES: Mapping[str, Mapping[str, bool]] = {
    "status": {"on": True, "off": False}, SAME_FAULT: {"separate": True, "same": False},
}  # fmt: skip
"""Values of the choices that are truth values for the operation."""


def filled(call: Call, value: Any, toolbox: Toolbox) -> Call | None:
    """Return a call with its first missing argument filled in; None where the argument cannot have that value.

    Args:
        call: A call that waits for the argument.
        value: The value.
        toolbox: The operations.
    """
    name = call["missing"][0]
    switches = _SWITCHES.get(name, {})
    stated = switches.get(value, value) if isinstance(value, str) else value
    taken: Call = {**call, "arguments": {**call["arguments"], name: stated}, "asked_at": None, "digressions": 0}
    if len(call["missing"]) > 1:  # the others are asked for next; this one is checked on its own then
        return {**taken, "missing": call["missing"][1:]}
    try:
        toolbox.check(call["operation"], taken["arguments"])
    except ToolError:
        return None
    return taken
