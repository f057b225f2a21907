"""Preparation: previews of the calls of a turn, and what is judged and told before one of them runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import Clock
from graph.calls import prepare
from graph.known import NETWORK, SPEED, KnownFacts
from graph.second_faults import SECOND_FAULT, open_tickets
from graph.state import Call, ConversationState, Outcome
from graph.understanding.fee_conditions import with_conditions
from graph.understanding.limits import TOLD, judged, names_amount
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox


@dataclass(frozen=True)
class PreparedCalls:
    """Calls with their previews.

    Attributes:
        calls: Those that are still wanted; one whose limit cannot be kept, or that known facts explain, is left out.
        outcomes: The state's outcomes, with what was looked up and refused meanwhile.
    """

    calls: list[Call]
    outcomes: list[Outcome]


class Preparation:
    """Prepares calls.

    Args:
        toolbox: The operations.
        clock: The present, for the age of a proposed call.
    """

    def __init__(self, toolbox: Toolbox, clock: Clock) -> None:
        self._toolbox = toolbox
        self._clock = clock
        self._known = KnownFacts(toolbox)

    async def of(
        self, calls: Sequence[Call], state: ConversationState, remarks: list[str], caller: Caller
    ) -> PreparedCalls:
        """Return the prepared calls of a turn.

        Args:
            calls: The calls.
            state: The state before them.
            remarks: What is said beside the answers; extended in place.
            caller: The customer.
        """
        message = state["message"]
        outcomes: list[Outcome] = list(state["outcomes"])
        prepared: list[Call] = []
        explained: set[str] = set()
        checked_again = {call["after"] for call in state["calls"] if call["status"] == "waiting"}
        asked = {call["id"]: call["status"] for call in state["calls"] if call["status"] in ("awaiting", "missing")}
        again = {intent["operation"] for intent in state["intents"]} if not state["outcomes"] else set()
        for call in calls:
            wished_again = call["operation"] in again
            fresh = call["id"] not in asked or (wished_again and asked[call["id"]] == "missing")
            call, refused = await prepare(call, self._toolbox, caller, self._clock)
            if (fresh or wished_again) and call["write"] and call["status"] in ("awaiting", "missing"):
                kept = await self._within_limits(call, message, remarks, caller)
                if kept is None:
                    continue
                call = kept
            if call["status"] == "ready" and call["operation"] not in checked_again or fresh and call["write"]:
                facts = await self._known.before(call, message, caller)
                outcomes += [found for found in facts.outcomes if not _is_told(found, outcomes)]
                _add(remarks, *facts.remarks)
                if facts.explained:
                    explained.add(call["operation"])
                    continue
            if call["status"] == "ready" and call["operation"] in (NETWORK, SPEED) and open_tickets(state["calls"]):
                _add(remarks, SECOND_FAULT)
            prepared.append(call)
            if refused is not None:
                outcomes.append(refused)
        return PreparedCalls([call for call in prepared if call["after"] not in explained], outcomes)

    async def _within_limits(self, call: Call, message: str, remarks: list[str], caller: Caller) -> Call | None:
        """Return a change with the limits that were set with its wish; None where they cannot be kept."""
        call = with_conditions(call, message)
        kept, remark = judged(call, await self._facts(call, message, caller), message)
        if remark is not None:
            call = {**call, "discussed": True}
            _add(remarks, remark)
        if not kept:
            return None
        if (limit := call.get("unmet")) in TOLD and call["status"] == "awaiting":  # named while a value was asked for
            call = {**call, "unmet": None, "discussed": True}
            _add(remarks, TOLD[str(limit)])
        return call

    async def _facts(self, call: Call, message: str, caller: Caller) -> Mapping[str, Any]:
        """Return the facts on which a limit is judged; the bill is looked up where its payment is not proposed yet."""
        if call["preview"] is not None or call["operation"] != "pay_bill" or not names_amount(message):
            return call["preview"] or {}
        try:
            return (await self._toolbox.run("get_current_bill", {}, caller)).model_dump(mode="json")
        except ToolError:
            return {}


def _add(remarks: list[str], *more: str) -> None:
    remarks += [remark for remark in more if remark not in remarks]


def _is_told(found: Outcome, outcomes: Sequence[Outcome]) -> bool:
    return any(other["operation"] == found["operation"] and other["result"] == found["result"] for other in outcomes)
