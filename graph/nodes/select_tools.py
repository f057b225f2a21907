"""select_tools: turn wishes into calls that can run, with their arguments.

A READ call is ready as soon as its arguments are. A WRITE call is proposed: its preview is taken (the same guards as
the write, no change) and an idempotency key is made, which stays with the call until it has run. A call that needs the
result of another one waits for it, and comes back here when that one has run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.clock import Clock
from graph.calls import OPEN, for_lines, new_call, prepare
from graph.reading import MessageReader, Reading
from graph.state import Call, ConversationState, Outcome, TurnContext, utterance_of
from graph.understanding.argument_specs import PACKAGE_ARGUMENT
from graph.understanding.arguments import ArgumentReader
from graph.understanding.conditions import LOOK_UP, released
from graph.understanding.limits import NOT_NEEDED, judged, names_amount
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.lines import LineChoice
from graph.understanding.references import NOTHING, SUPERLATIVES, resolve_package
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

TOO_MANY = "too_many_steps"
"""Remark that a call was dropped because the turn has run enough operations."""


class SelectTools:
    """The node ``select_tools``.

    Args:
        messages: Reads messages.
        arguments: Reads stated arguments.
        toolbox: The operations.
        clock: The present, for the age of a proposed call.
        most_steps: Operations that one message may run.
    """

    def __init__(
        self, messages: MessageReader, arguments: ArgumentReader, toolbox: Toolbox, clock: Clock, most_steps: int
    ) -> None:
        self._messages = messages
        self._arguments = arguments
        self._toolbox = toolbox
        self._clock = clock
        self._most_steps = most_steps
        self._lines = LineReader(toolbox)

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Make calls of the wishes, and take up those that were open."""
        reading = self._messages.read(utterance_of(state), runtime.context.readings)
        remarks = list(state.get("remarks", []))
        caller = runtime.context.caller
        calls = await self._taken_up(state, reading, remarks, caller)
        known = {call["operation"] for call in calls} | {outcome["operation"] for outcome in state["outcomes"]}
        known |= {call["operation"] for call in state["calls"] if call["status"] == "waiting"}
        for intent in state["intents"]:
            if intent["operation"] not in known:
                wished = await self._wished(intent["operation"], state, reading)
                calls += await self._on_lines(wished, intent["operation"], state, caller)
        calls = _without_twins(calls)
        if state.get("conditional"):
            calls = _write_after_read(calls)
        outcomes: list[Outcome] = list(state["outcomes"])
        prepared: list[Call] = []
        asked = {call["id"] for call in state["calls"] if call["status"] in ("awaiting", "missing")}
        for call in calls:
            fresh = call["id"] not in asked
            call, refused = await prepare(call, self._toolbox, caller, self._clock)
            if fresh and call["write"] and call["status"] in ("awaiting", "missing"):
                kept, remark = judged(call, await self._facts(call, state["message"], caller), state["message"])
                if remark is not None and remark not in remarks:
                    remarks.append(remark)
                if not kept:
                    continue
            prepared.append(call)
            if refused is not None:
                outcomes.append(refused)
        known_ids = {call["id"] for call in state["calls"]}
        # The question of a new wish goes before those that were open; an argument is asked for before a yes.
        prepared.sort(key=lambda call: (call["id"] in known_ids, call["status"] != "missing"))
        calls = self._bounded(_without_twins(prepared), state, remarks)
        return {"calls": calls, "outcomes": outcomes, "remarks": remarks}

    async def _taken_up(
        self, state: ConversationState, reading: Reading, remarks: list[str], caller: Caller
    ) -> list[Call]:
        """Return the calls that were open, with what a correction or a look-up changed."""
        calls: list[Call] = []
        wished = {intent["operation"] for intent in state["intents"]}
        for call in state["calls"]:
            if call["status"] == "corrected":
                calls += await self._corrected(call, state, reading, caller)
            elif call["status"] == "waiting" and _is_looked_up(call, state["outcomes"]):
                ready = released(call, state["outcomes"], state["message"])
                if ready is not None:
                    calls.append(ready)
                elif call["conditional"]:
                    remarks.append(NOT_NEEDED)
            elif call["status"] == "awaiting" and call["operation"] in wished:
                calls += await self._corrected(call, state, reading, caller)  # the same wish again, perhaps changed
            elif call["status"] in OPEN:
                calls.append(call)
        return calls

    async def _wished(self, operation: str, state: ConversationState, reading: Reading) -> list[Call]:
        """Return the call of a wish, after the look-up that it needs where the customer named nothing ("en ucuzu")."""
        try:
            stated = await self._arguments.read(operation, reading)
            reference = await self._arguments.package_reference(operation, reading)
        except AgentError:  # nothing is stated then, so that the customer is asked instead
            return [new_call(operation, {}, self._toolbox)]
        name = PACKAGE_ARGUMENT.get(operation)
        if name is not None and not self._toolbox.is_write(operation):
            several = await self._toolbox.names_in(operation, name, state["message"])
            if len(several) > 1:  # a comparison: each is looked up
                return [new_call(operation, {**stated, name: each}, self._toolbox) for each in several]
        if name is None or reference == "none":
            return [new_call(operation, stated, self._toolbox)]
        package = resolve_package(reference, state.get("mentioned", NOTHING))
        if package is not None:
            return [new_call(operation, {**stated, name: package}, self._toolbox)]
        if reference not in SUPERLATIVES:
            return [new_call(operation, stated, self._toolbox)]
        stated.pop(name, None)
        call = new_call(operation, stated, self._toolbox)
        later: Call = {**call, "status": "waiting", "after": LOOK_UP, "reference": reference}
        return [new_call(LOOK_UP, {}, self._toolbox), later]

    async def _facts(self, call: Call, message: str, caller: Caller) -> Mapping[str, Any]:
        """Return the facts on which a limit is judged; the bill is looked up where its payment is not proposed yet."""
        if call["preview"] is not None or call["operation"] != "pay_bill" or not names_amount(message):
            return call["preview"] or {}
        try:
            return (await self._toolbox.run("get_current_bill", {}, caller)).model_dump(mode="json")
        except ToolError:
            return {}

    async def _on_lines(
        self, calls: list[Call], operation: str, state: ConversationState, caller: Caller
    ) -> list[Call]:
        """Return the calls of an operation, one for each line that the message means."""
        choice = await self._line_choice(operation, state, caller)
        if choice is None:
            return calls
        on_lines: list[Call] = []
        for call in calls:
            on_lines += for_lines(call, choice.numbers) if call["operation"] == operation else [call]
        return on_lines

    async def _line_choice(self, operation: str, state: ConversationState, caller: Caller) -> LineChoice | None:
        spoken_of = state.get("mentioned", NOTHING).get("line")
        return await self._lines.named(operation, state["message"], caller, spoken_of)

    async def _corrected(self, call: Call, state: ConversationState, reading: Reading, caller: Caller) -> list[Call]:
        """Return the call with what a correction states on top of what was stated before, to be proposed again.

        A correction to several lines gives several calls.
        """
        try:
            stated = await self._arguments.read(call["operation"], reading)
            reference = await self._arguments.package_reference(call["operation"], reading)
        except AgentError:
            stated, reference = {}, "none"
        package = resolve_package(reference, state.get("mentioned", NOTHING))
        if package is not None:
            stated[PACKAGE_ARGUMENT[call["operation"]]] = package
        stated |= await self._arguments.changed(call, state["message"])
        choice = await self._line_choice(call["operation"], state, caller)
        if choice is not None:
            stated.pop(LINE, None)
            if call["status"] == "awaiting" and call["arguments"].get(LINE) in choice.numbers:
                choice = None  # named again; another proposed call may stand for another line
        arguments = {**call["arguments"], **stated}
        if choice is None and call["status"] == "awaiting" and arguments == call["arguments"]:
            return [call]
        corrected: Call = {**call, "status": "missing", "arguments": arguments}
        return [corrected] if choice is None else for_lines(corrected, choice.numbers)

    def _bounded(self, calls: Sequence[Call], state: ConversationState, remarks: list[str]) -> list[Call]:
        """Return at most as many calls as a turn may run; a remark tells the customer when some were left out."""
        room = self._most_steps - sum(outcome["executed"] for outcome in state["outcomes"])
        fitting: list[Call] = []
        for call in calls:
            if call["status"] == "ready":
                room -= 1
                if room < 0:
                    if TOO_MANY not in remarks:
                        remarks.append(TOO_MANY)
                    continue
            fitting.append(call)
        return fitting


def _write_after_read(calls: Sequence[Call]) -> list[Call]:
    """Make the WRITE of a message with a condition wait for what its READ finds."""
    read = next((call for call in calls if not call["write"] and call["status"] == "missing"), None)
    if read is None:
        return list(calls)
    return [
        {**call, "status": "waiting", "after": call["after"] or read["operation"], "conditional": True}
        if call["write"] and call["status"] == "missing"
        else call
        for call in calls
    ]


def _without_twins(calls: Sequence[Call]) -> list[Call]:
    """Drop the second of two equal calls: a look-up may be wished for by itself, a line may be named twice."""
    single: list[Call] = []
    for call in calls:
        twin = any((one["operation"], one["arguments"]) == (call["operation"], call["arguments"]) for one in single)
        if not twin or (call["write"] and call["status"] != "awaiting"):
            single.append(call)
    return single


def _is_looked_up(call: Call, outcomes: Sequence[Outcome]) -> bool:
    return any(outcome["operation"] == call["after"] for outcome in outcomes)
