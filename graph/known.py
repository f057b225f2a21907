"""Facts of a line that explain why something does not work: they come before any check and any step.

Existing READ operations tell them, on the customer's own line: suspended, abroad with roaming off, the quota used up, a
known outage, an open ticket on the same fault. Nothing is changed here, and a fact that cannot be read is no obstacle.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.calls import new_call, refusal
from graph.state import Call, Outcome
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.lines import lines_of
from graph.understanding.places import is_about_connection, is_abroad, may_be_connection, speaks_of_internet
from tools.caller import Caller
from tools.errors import DuplicateTicketFound, LineSuspended, ToolError
from tools.toolbox import Toolbox

NETWORK, SPEED, TICKET = "check_network_status", "test_internet_speed", "create_fault_ticket"
TICKET_STATUS = "get_fault_ticket_status"

ROAMING_OFF = "roaming_off_abroad"
"""Remark that explains a silent line abroad."""

ROAMING_ON = "roaming_on_abroad"
"""Remark for a line that should work abroad."""

_QUOTAS, _PACKAGE = "get_remaining_quotas", "get_customer_package"
_NEARLY_USED_UP = 95.0
_SHORTEST_ISSUE = 10


@dataclass
class LineKnowledge:
    """The knowledge of the line.

    Attributes:
        outcomes: Results to tell, in this order.
        remarks: Topics to tell.
        explained: Whether the check is needless, because what is known explains the fault.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    explained: bool = False


class KnownFacts:
    """Looks up what is known of a line.

    Args:
        toolbox: The operations.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._lines = LineReader(toolbox)

    async def before(self, call: Call, message: str, caller: Caller) -> LineKnowledge:
        """Return what is known before a check runs; nothing for any other call, or where a place is asked about.

        Args:
            call: A call that is ready.
            message: The customer's words.
            caller: The customer.
        """
        known = LineKnowledge()
        abroad = is_abroad(message)
        if call["operation"] == TICKET and call["status"] != "waiting" and _may_be_suspension(call, message):
            line, suspended = await self._lines.suspended(message, caller, call["arguments"].get(LINE))
            return (
                LineKnowledge([refusal(call, LineSuspended(line_number=line))], explained=True) if suspended else known
            )
        if call["operation"] not in (NETWORK, SPEED) or ("region" in call["arguments"] and not abroad):
            return known
        line, suspended = await self._lines.suspended(message, caller, call["arguments"].get(LINE))
        if suspended and call["operation"] != SPEED:  # the speed test says so itself
            return LineKnowledge([refusal(call, LineSuspended(line_number=line))], explained=True)
        if abroad:
            await self._add_roaming(known, line, caller)
        elif line and speaks_of_internet(message, call["operation"] == SPEED):
            await self._add_quota(known, {LINE: line}, caller)
        await self._add_ticket(known, message, caller)
        if call["operation"] == SPEED and not known.explained:
            network = await self._read(NETWORK, {}, caller)
            if network and network["result"] and network["result"]["status"] != "operational":
                known.outcomes.append(network)
        return known

    async def _add_roaming(self, known: LineKnowledge, line: str | None, caller: Caller) -> None:
        """Add whether roaming is on: of the line that is spoken of, or else of any of the customer's lines."""
        profile = await self._lines.profile(caller)
        own = [each.number for each in lines_of(profile.model_dump(mode="json"))] if profile else []
        packages = [await self._read(_PACKAGE, {LINE: number}, caller) for number in ([line] if line else own)]
        found = [package["result"]["features"] for package in packages if package and package["result"]]
        if found:
            is_on = any(features["roaming_enabled"] for features in found)
            known.remarks.append(ROAMING_ON if is_on else ROAMING_OFF)
            known.explained = True

    async def _add_quota(self, known: LineKnowledge, on_line: Mapping[str, Any], caller: Caller) -> None:
        quotas = await self._read(_QUOTAS, on_line, caller)
        if quotas and quotas["result"]:
            used = float(quotas["result"]["usage_percentage"]["internet"])
            if used >= _NEARLY_USED_UP:
                known.outcomes.append(quotas)

    async def _add_ticket(self, known: LineKnowledge, message: str, caller: Caller) -> None:
        """Add the state of an open ticket on the same fault: the one that a new ticket would repeat."""
        issue = " ".join(message.split()).ljust(_SHORTEST_ISSUE, ".")[:1000]
        try:
            await self._toolbox.preview(TICKET, {"issue_description": issue}, caller)
        except DuplicateTicketFound as same:
            ticket = await self._read(TICKET_STATUS, {"ticket_id": same.details["ticket_id"]}, caller)
            if ticket:
                known.outcomes.append(ticket)
        except ToolError:
            return

    async def _read(self, operation: str, arguments: Mapping[str, Any], caller: Caller) -> Outcome | None:
        """Return the outcome of a READ operation; None where it refuses."""
        call = new_call(operation, dict(arguments), self._toolbox)
        began = time.perf_counter()
        try:
            result = await self._toolbox.run(operation, arguments, caller)
        except ToolError:
            return None
        return Outcome(
            call_id=call["id"], operation=operation, arguments=call["arguments"], success=True, executed=True,
            result=result.model_dump(mode="json"), error=None, ms=round((time.perf_counter() - began) * 1000),
        )  # fmt: skip


def _may_be_suspension(call: Call, message: str) -> bool:
    """Return True if a suspended line would explain the fault of a ticket, in whatever words it is described."""
    described = call["arguments"].get("issue_description")
    return is_about_connection(message) or (described is not None and may_be_connection(str(described)))
