"""select_tools: from what is wanted to calls that can run, with their arguments.

A READ call is ready as soon as its arguments are. A WRITE call is put up: its preview is taken (the same guards as the
write, no change) and an idempotency key is made, which stays with the call until it has run. A call that needs another
one's result first waits for it, and is looked at again when that one has run.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.clock import Clock
from graph.state import Call, Outcome, State, TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.conditions import LOOK_UP, PACKAGE_ARGUMENT, released
from graph.understanding.references import NOTHING, SUPERLATIVES, picked_package
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import MultipleLines, ToolError

OPEN_STATUSES = frozenset({"waiting", "missing", "corrected", "awaiting"})
NOT_NEEDED = "condition_not_met"
TOO_MANY = "too_many_steps"
"""Topics of the remarks that a call was dropped because its condition did not hold, or because enough was done."""


class Selector:
    """The node, with what it needs.

    Args:
        reader: Reads stated arguments out of the customer's words.
        toolbox: The operations.
        clock: The present, for the age of a call that is put up.
        most_steps: Operations that one message may run.
    """

    def __init__(self, reader: ArgumentReader, toolbox: Toolbox, clock: Clock, most_steps: int = 6) -> None:
        self._reader = reader
        self._toolbox = toolbox
        self._clock = clock
        self._most_steps = most_steps

    async def select_tools(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Make calls of the wishes, and look again at those that were open."""
        remarks = list(state.get("remarks", []))
        calls = await self._taken_up(state, remarks)
        known = {call["operation"] for call in calls} | {outcome["operation"] for outcome in state["outcomes"]}
        known |= {call["operation"] for call in state["calls"] if call["status"] == "waiting"}
        for intent in state["intents"]:
            if intent["operation"] not in known:
                calls += await self._wished(intent["operation"], state)
        calls = _once(calls)
        if state.get("conditional"):
            calls = self._joined(calls)
        refused: list[Outcome] = list(state["outcomes"])
        prepared: list[Call] = []
        for call in calls:
            call, refusal = await prepare(call, self._toolbox, runtime.context.caller, self._clock)
            prepared.append(call)
            if refusal is not None:
                refused.append(refusal)
        return {"calls": self._bounded(prepared, state, remarks), "outcomes": refused, "remarks": remarks}

    async def _taken_up(self, state: State, remarks: list[str]) -> list[Call]:
        """The calls that were open, with what a correction or a look-up changed."""
        calls: list[Call] = []
        wished = {intent["operation"] for intent in state["intents"]}
        for call in state["calls"]:
            if call["status"] == "corrected":
                calls.append(await self._corrected(call, state))
            elif call["status"] == "waiting" and _is_looked_up(call, state["outcomes"]):
                ready = released(call, state["outcomes"], state["message"])
                if ready is not None:
                    calls.append(ready)
                elif call["conditional"]:
                    remarks.append(NOT_NEEDED)
            elif call["status"] == "awaiting" and call["operation"] in wished:
                calls.append(await self._corrected(call, state))  # the same wish again, perhaps with something else
            elif call["status"] in OPEN_STATUSES:
                calls.append(call)
        return calls

    async def _wished(self, operation: str, state: State) -> list[Call]:
        """The call of a wish, after the look-up that it needs where the customer named nothing ("en ucuzu")."""
        try:
            arguments = await self._reader.read(operation, state["message"], state.get("context"))
            pick = await self._reader.picked(operation, state["message"], state.get("context"))
        except AgentError:  # nothing is stated then, so that the customer is asked instead
            return [new_call(operation, {}, self._toolbox)]
        name = PACKAGE_ARGUMENT.get(operation)
        if name is not None and not self._toolbox.is_write(operation):
            several = await self._toolbox.names_in(operation, name, state["message"])
            if len(several) > 1:  # a comparison: each is looked up
                return [new_call(operation, {**arguments, name: each}, self._toolbox) for each in several]
        if name is None or pick == "none":
            return [new_call(operation, arguments, self._toolbox)]
        package = picked_package(pick, state.get("mentioned", NOTHING))
        if package is not None:
            return [new_call(operation, {**arguments, name: package}, self._toolbox)]
        call = new_call(operation, arguments, self._toolbox)
        if pick not in SUPERLATIVES:
            return [call]
        arguments.pop(name, None)
        later: Call = {**call, "arguments": arguments, "status": "waiting", "after": LOOK_UP, "pick": pick}
        return [new_call(LOOK_UP, {}, self._toolbox), later]

    async def _corrected(self, call: Call, state: State) -> Call:
        """The call with what the correction states on top of what was stated before; it is put up again."""
        try:
            stated = await self._reader.read(call["operation"], state["message"], state.get("context"))
            pick = await self._reader.picked(call["operation"], state["message"], state.get("context"))
        except AgentError:
            stated, pick = {}, "none"
        package = picked_package(pick, state.get("mentioned", NOTHING))
        if package is not None:
            stated[PACKAGE_ARGUMENT[call["operation"]]] = package
        stated |= await self._reader.changed(call, state["message"])
        arguments = {**call["arguments"], **stated}
        if call["status"] == "awaiting" and arguments == call["arguments"]:
            return call
        return {**call, "status": "missing", "arguments": arguments}

    def _joined(self, calls: Sequence[Call]) -> list[Call]:
        """The calls of a message with a condition: its WRITE waits for what its READ finds."""
        read = next((call for call in calls if not call["write"] and call["status"] == "missing"), None)
        if read is None:
            return list(calls)
        return [
            {**call, "status": "waiting", "after": call["after"] or read["operation"], "conditional": True}
            if call["write"] and call["status"] == "missing"
            else call
            for call in calls
        ]

    def _bounded(self, calls: Sequence[Call], state: State, remarks: list[str]) -> list[Call]:
        """At most so many operations a turn; the customer is told when some were left."""
        room = self._most_steps - sum(outcome["executed"] for outcome in state["outcomes"])
        kept: list[Call] = []
        for call in calls:
            if call["status"] == "ready":
                room -= 1
                if room < 0:
                    if TOO_MANY not in remarks:
                        remarks.append(TOO_MANY)
                    continue
            kept.append(call)
        return kept


def _once(calls: Sequence[Call]) -> list[Call]:
    """The calls without the second of two that read the same: a look-up may be wished for by itself, too."""
    kept: list[Call] = []
    for call in calls:
        twin = any((one["operation"], one["arguments"]) == (call["operation"], call["arguments"]) for one in kept)
        if call["write"] or not twin:
            kept.append(call)
    return kept


def _is_looked_up(call: Call, outcomes: Sequence[Outcome]) -> bool:
    return any(outcome["operation"] == call["after"] for outcome in outcomes)


def new_call(operation: str, arguments: dict[str, Any], toolbox: Toolbox) -> Call:
    """A call as it was wished for, before anything was checked."""
    return Call(
        id=uuid.uuid4().hex[:12], operation=operation, arguments=arguments, write=toolbox.is_write(operation),
        status="missing", missing=[], key=None, preview=None, put_up_at=None, after=None, conditional=False, pick=None,
    )  # fmt: skip


async def prepare(call: Call, toolbox: Toolbox, caller: Caller, clock: Clock) -> tuple[Call, Outcome | None]:
    """Check a call's arguments; make it ready (READ) or put it up (WRITE).

    Returns:
        The call in its new status, and the refusal to tell the customer when a guard refuses it.
    """
    if call["status"] in ("awaiting", "waiting"):
        return call, None
    required: Sequence[str] = toolbox.required(call["operation"])
    missing = [name for name in required if name not in call["arguments"]]
    if missing:
        return {**call, "status": "missing", "missing": missing}, None
    try:
        arguments = toolbox.validate(call["operation"], call["arguments"])
        call = {**call, "arguments": arguments, "missing": []}
        preview = await toolbox.preview(call["operation"], arguments, caller)
    except MultipleLines:
        return {**call, "status": "missing", "missing": ["line_number"]}, None
    except ToolError as error:
        return {**call, "status": "failed"}, refusal(call, error)
    if not call["write"]:
        return {**call, "status": "ready"}, None
    return put_up(call, preview.arguments, preview.facts, clock), None


def put_up(call: Call, arguments: dict[str, Any], facts: dict[str, Any], clock: Clock) -> Call:
    """Put a WRITE call up for confirmation under a new idempotency key."""
    return {
        **call,
        "arguments": arguments,
        "status": "awaiting",
        "key": uuid.uuid4().hex,
        "preview": facts,
        "put_up_at": clock().isoformat(),
    }


def refusal(call: Call, error: ToolError, *, executed: bool = False, ms: int = 0) -> Outcome:
    """The outcome of a call that a guard or an outside system refused."""
    return Outcome(
        call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=False,
        executed=executed, result=None, error=as_data(error), ms=ms,
    )  # fmt: skip


def as_data(error: ToolError) -> dict[str, object]:
    """A tool error as data that the answer explains."""
    return {
        "code": error.code,
        "message": error.message,
        "next_step": error.next_step,
        "details": error.details,
    }
