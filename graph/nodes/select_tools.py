"""select_tools: turn wishes into calls that can run, with their arguments.

A READ call is ready as soon as its arguments are. A WRITE call is proposed: its preview is taken (the same guards as
the write, no change) and an idempotency key is made, which stays with the call until it has run. A call that needs the
result of another one waits for it, and comes back here when that one has run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.clock import Clock
from graph.asked.declared import FactCatalogue
from graph.calls import OPEN, TOO_MANY, for_lines, new_call, numbered, without_twins, write_after_read
from graph.corrected_calls import CorrectedCalls
from graph.known import NETWORK
from graph.preparation import Preparation
from graph.reading import MessageReader, Reading, Utterance
from graph.second_faults import TICKET, open_tickets, with_more_words
from graph.state import Call, ConversationState, Outcome, TurnContext
from graph.understanding.argument_specs import CHANGE, PACKAGE_ARGUMENT, spec_of
from graph.understanding.arguments import ArgumentReader
from graph.understanding.asked_variants import limit_for, named_packages, waits_for_own_package
from graph.understanding.conditions import LOOK_UP, released
from graph.understanding.contact_changes import CONTACT, contact_changes
from graph.understanding.context import ContextReader
from graph.understanding.limits import NOT_NEEDED
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.lines import LineChoice
from graph.understanding.package_changes import package_changes
from graph.understanding.parts import PartReader
from graph.understanding.plain_questions import OWN_PACKAGE
from graph.understanding.references import NOTHING, SUPERLATIVES, resolve_package
from tools.caller import Caller
from tools.toolbox import Toolbox

_LIMITED = frozenset({"get_past_bills", "get_payment_history"})

_SAID_ONCE = frozenset({*PACKAGE_ARGUMENT.values(), "issue_description", "reason"})
"""Arguments that may stand in the words of another wish: "paketin ayrıntısını söyle, sonra ona geçir"."""


_IF_NONE = re.compile(r"\b(?:yoksa|değilse|degilse|if not|otherwise)\b", re.IGNORECASE)
"""Words by which a ticket is wanted only where no outage is known."""


class SelectTools:
    """The node ``select_tools``.

    Args:
        messages: Reads messages.
        arguments: Reads stated arguments.
        catalogue: The declared facts.
        toolbox: The operations.
        clock: The present, for the age of a proposed call.
        most_steps: Operations that one message may run.
    """

    def __init__(
        self, messages: MessageReader, arguments: ArgumentReader, catalogue: FactCatalogue, toolbox: Toolbox,
        clock: Clock, most_steps: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._contexts = ContextReader(messages)
        self._parts = PartReader(messages)
        self._arguments = arguments
        self._catalogue = catalogue
        self._toolbox = toolbox
        self._most_steps = most_steps
        self._lines = LineReader(toolbox)
        self._corrections = CorrectedCalls(arguments, toolbox)
        self._preparation = Preparation(toolbox, clock)

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Make calls of the wishes, and take up those that were open."""
        reading = await self._contexts.read(state["message"], state.get("context", ""), runtime.context)
        remarks = list(state.get("remarks", []))
        caller = runtime.context.caller
        calls = await self._taken_up(state, reading, remarks, caller)
        known = {call["operation"] for call in calls} | {outcome["operation"] for outcome in state["outcomes"]}
        known |= {call["operation"] for call in state["calls"] if call["status"] == "waiting"}
        wished = [intent["operation"] for intent in state["intents"] if intent["operation"] not in known]
        parts = await self._parts.divide(state["message"], wished, runtime.context)
        for operation in wished:
            said = parts.get(operation, state["message"])
            is_whole = said == state["message"]
            own = reading if is_whole else self._messages.read(Utterance(said), runtime.context.readings)
            made = await self._wished(operation, state, reading, own, caller)
            # The number beside a new contact is the new one; own lines are read next.
            if CONTACT in wished and operation != CONTACT:
                made = [_without_line(call) for call in made]
            elsewhere = [words for other, words in parts.items() if other != operation]
            calls += await self._on_lines(made, operation, state, said, elsewhere, caller)
        if not any(outcome["operation"] == NETWORK for outcome in state["outcomes"]):  # it has just been checked
            calls = await self._in_named_region(calls, reading)
        calls = numbered(without_twins(calls))
        if state.get("conditional"):
            calls = write_after_read(calls)
        wished_changes = [call for call in calls if call["write"]]
        ready = await self._preparation.of(calls, state, remarks, caller)
        prepared, outcomes, before = ready.calls, ready.outcomes, {call["id"] for call in state["calls"]}
        # The question of a new wish goes before those that were open; an argument is asked for before a yes.
        prepared.sort(key=lambda call: (call["id"] in before, call["status"] != "missing"))
        calls = self._bounded(without_twins(prepared), state, remarks)
        was_refused = any(not each["success"] and self._toolbox.is_write(each["operation"]) for each in outcomes)
        # A yes after a refusal means the refused change: what was done before it is not told again.
        forgotten: ConversationState = {"done": None} if was_refused else {}
        if wished_changes:
            forgotten["last_change"] = wished_changes[-1]
        return {"calls": calls, "outcomes": outcomes, "remarks": remarks, **forgotten}

    async def _taken_up(
        self, state: ConversationState, reading: Reading, remarks: list[str], caller: Caller
    ) -> list[Call]:
        """Return the calls that were open, with what a correction or a look-up changed."""
        calls: list[Call] = []
        wished = {intent["operation"] for intent in state["intents"]}
        retold = await self._retold(state, reading) if TICKET in wished else None
        calls += retold or []
        for call in state["calls"]:
            if retold is not None and call in open_tickets(state["calls"]):
                continue
            if call["status"] == "corrected":
                calls += await self._corrections.changed(call, state, reading, caller, remarks)
            elif call["status"] == "waiting" and _is_looked_up(call, state["outcomes"]):
                ready = released(call, state["outcomes"], state["message"])
                if ready is not None:
                    calls.append(ready)
                elif call["conditional"]:
                    remarks.append(NOT_NEEDED)
            elif call["status"] == "awaiting" and call["operation"] in wished:
                # The same wish again, perhaps changed.
                calls += await self._corrections.wished_again(call, state, reading, caller, remarks)
            elif call["status"] in OPEN:
                calls.append(call)
        return calls

    async def _retold(self, state: ConversationState, reading: Reading) -> list[Call] | None:
        """Return the tickets that wait, after what the message tells of a fault; None where it changes none of them."""
        tickets = open_tickets(state["calls"])
        try:
            said = (await self._arguments.read(TICKET, reading)).get("issue_description") if tickets else None
        except AgentError:
            return None
        return with_more_words(tickets, str(said), self._toolbox) if said else None

    async def _wished(
        self, operation: str, state: ConversationState, reading: Reading, own: Reading, caller: Caller
    ) -> list[Call]:
        """Return the call of a wish, after the look-up that it needs where the customer named nothing ("en ucuzu").

        Args:
            operation: Name of the tool.
            state: The state.
            reading: The whole message.
            own: The words of the message that belong to the wish.
            caller: The customer.
        """
        try:
            stated = await self._stated(operation, reading, own)
            if operation == CONTACT and (contacts := contact_changes(own.utterance.text, await _values(own))):
                return [new_call(operation, each, self._toolbox) for each in contacts]
            reference = await self._arguments.package_reference(operation, reading)
            if operation == CHANGE and reference not in SUPERLATIVES:
                target = await self._arguments.target(own.utterance.text, caller)
                if target is not None:
                    return [new_call(operation, {**stated, PACKAGE_ARGUMENT[CHANGE]: target}, self._toolbox)]
                stated = await self._arguments.without_left(stated, own.utterance.text, caller)
        except AgentError:  # nothing is stated then, so that the customer is asked instead
            return [new_call(operation, {}, self._toolbox)]
        asked = state.get("asked", [])
        if operation in _LIMITED and asked:
            limit = limit_for(asked)
            return [new_call(operation, {} if limit is None else {"limit": limit}, self._toolbox)]
        if waits_for_own_package(operation, asked, self._catalogue):
            own_package = new_call(operation, {}, self._toolbox)
            return [{**own_package, "status": "waiting", "after": OWN_PACKAGE, "reference": "same"}]
        name = PACKAGE_ARGUMENT.get(operation)
        if name is not None and not self._toolbox.is_write(operation):
            meant = named_packages(asked)
            several = await self._toolbox.names_in(operation, name, state["message"]) or meant
            if several and (len(several) > 1 or name not in stated or several == meant):  # each is looked up
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

    async def _stated(self, operation: str, reading: Reading, own: Reading) -> dict[str, Any]:
        """Return the arguments that the words of a wish state; what one message says once holds for all its wishes."""
        stated = await self._arguments.read(operation, own)
        if own is reading:
            return stated
        shared = await self._arguments.read(operation, reading)
        return {name: value for name, value in shared.items() if name in _SAID_ONCE} | stated

    async def _in_named_region(self, calls: list[Call], reading: Reading) -> list[Call]:
        """Return the calls with a check before the ticket that is wanted for a named region."""
        ticket = next((call for call in calls if call["operation"] == TICKET and call["status"] == "missing"), None)
        if ticket is None or any(call["operation"] == NETWORK for call in calls):
            return calls
        try:
            region = (await self._arguments.read(NETWORK, reading)).get("region")
        except AgentError:
            return calls
        if region is None or not await self._toolbox.names_in(NETWORK, "region", reading.utterance.text):
            return calls
        later: Call = {
            **ticket, "status": "waiting", "after": NETWORK, "conditional": _IF_NONE.search(reading.utterance.text)
            is not None,
        }  # fmt: skip
        rest = [call for call in calls if call is not ticket]
        return [*rest, new_call(NETWORK, {"region": region}, self._toolbox), later]

    async def _on_lines(
        self, calls: list[Call], operation: str, state: ConversationState, said: str, elsewhere: Sequence[str],
        caller: Caller,
    ) -> list[Call]:  # fmt: skip
        """Return the calls of an operation, one for each line that its words mean, else the whole message.

        A line that stands in the words of another wish (``elsewhere``) is that one's.
        """
        if operation == CHANGE and (own := await self._lines.own(said, caller, bare=True)):
            changes = package_changes(said, own, await self._arguments.packages(caller))
            if changes:
                others = [call for call in calls if call["operation"] != operation]
                return [*others, *(new_call(operation, each, self._toolbox) for each in changes)]
        is_aimed = any(PACKAGE_ARGUMENT.get(operation) in call["arguments"] for call in calls)
        choice = await self._line_choice(operation, state, said, caller, is_aimed=is_aimed)
        if choice is None and said != state["message"] and elsewhere:
            taken = [await self._line_choice(operation, state, words, caller, is_aimed=True) for words in elsewhere]
            if not any(taken):
                choice = await self._line_choice(operation, state, state["message"], caller)
        if choice is None:
            lines = next((each["lines"] for each in state.get("asked", []) if each.get("lines")), [])
            if not lines or "line_number" not in self._toolbox.get(operation).arguments.model_fields:
                return calls
            choice = LineChoice(tuple(lines))
        on_lines: list[Call] = []
        for call in calls:
            on_lines += for_lines(call, choice.numbers) if call["operation"] == operation else [call]
        return on_lines

    async def _line_choice(
        self, operation: str, state: ConversationState, said: str, caller: Caller, *, is_aimed: bool = False
    ) -> LineChoice | None:
        """Return the lines that words mean; beside the name of a package "ikinciyi" is a line and no package."""
        spoken_of = state.get("mentioned", NOTHING).get("line")
        return await self._lines.named(operation, said, caller, spoken_of, reply=is_aimed)

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


async def _values(own: Reading) -> list[str]:
    """Return the words that are tagged as new values."""
    return [span.text for span in await own.spans() if span.kind == spec_of("new_value").span]


def _without_line(call: Call) -> Call:
    return {**call, "arguments": {name: value for name, value in call["arguments"].items() if name != LINE}}


def _is_looked_up(call: Call, outcomes: Sequence[Outcome]) -> bool:
    return any(outcome["operation"] == call["after"] for outcome in outcomes)
