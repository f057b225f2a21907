"""clarify: one short question for a missing argument, or which operation is meant, answered in the customer's words.

The node asks by ``interrupt``, once and before any effect, because a resumed node runs again from its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.errors import AgentError
from graph.answers.approved import Answers
from graph.answers.questions import clarification, exact_choice, match_choice, unclear_choices
from graph.nodes.confirm import without
from graph.state import Call, Intent, Mentioned, PendingView, State, TurnContext, next_message
from graph.understanding.arguments import DECIDED, ArgumentReader
from graph.understanding.conditions import LOOK_UP, PACKAGE_ARGUMENT
from graph.understanding.references import SUPERLATIVES, at_place, packages_of, picked_package
from graph.understanding.replies import ReplyReader
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import ToolError

_WHOLE = frozenset({"issue_description", "reason"})
"""Arguments that are a whole message."""

_GIVEN = frozenset({"answer", "correction"})
"""Readings of a reply that gives what was asked for."""


class Clarifier:
    """The asking node, with what it needs.

    Args:
        replies: Reads replies.
        reader: Reads arguments out of words.
        toolbox: The operations.
        answers: Wording of the questions.
    """

    def __init__(self, replies: ReplyReader, reader: ArgumentReader, toolbox: Toolbox, answers: Answers) -> None:
        self._replies = replies
        self._reader = reader
        self._toolbox = toolbox
        self._answers = answers

    async def clarify(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Ask for the first missing argument, or which operation is meant, and take the answer."""
        caller = runtime.context.caller
        call = next((call for call in state["calls"] if call["status"] == "missing"), None)
        if call is None:
            view = unclear_choices(state["choices"], self._answers, state["language"])
        else:
            view = await clarification(call, self._toolbox, caller, self._answers, state["language"])
        answer: Mapping[str, Any] = interrupt(view)
        message = str(answer.get("message", ""))
        cleared = next_message(message)
        if call is None:
            chosen = await self._option(message, view) or match_choice(message, view["options"])
            if chosen is None:
                return cleared
            return {**cleared, "intents": [Intent(operation=chosen, probability=1.0)], "confidence": 1.0}
        value = await self._value(call, message, view, caller)
        if value is None:
            if await self._replies.reply(message, view["text"]) == "no":
                return {**cleared, "topic": "declined", "confidence": 1.0, "calls": without(state, call)}
            return cleared
        filled = self._filled(call, value)
        if filled is None:
            return cleared
        wish = Intent(operation=call["operation"], probability=1.0)
        return {**cleared, "intents": [wish], "confidence": 1.0, "calls": [filled, *without(state, call)]}

    async def _option(self, message: str, view: PendingView) -> str | None:
        """The value of the option that is meant, by exactly its words or by its place on the list."""
        chosen = exact_choice(message, view["options"])
        if chosen is not None or not view["options"]:
            return chosen
        option = at_place(await self._pick(message, view), view["options"])
        return option["value"] if option else None

    async def _value(self, call: Call, message: str, view: PendingView, caller: Caller) -> Any:
        """What the message gives for the first missing argument; None where it gives nothing."""
        argument = call["missing"][0]
        if (exact := exact_choice(message, view["options"])) is not None:
            return exact
        try:
            stated = await self._reader.read(call["operation"], message, view["text"])
        except AgentError:
            stated = {}
        if argument in stated and argument in DECIDED:
            return stated[argument]
        reply = await self._replies.reply(message, view["text"])
        # A question may name an option, too: "Süper Konuşma ne kadar?" chooses nothing.
        named = argument in stated and argument not in _WHOLE and reply != "no" and not message.rstrip().endswith("?")
        if named or reply in _GIVEN:
            words = str(stated.get(argument, message))
            if argument not in DECIDED and (option := match_choice(words, view["options"])) is not None:
                return option
        if (chosen := await self._option(message, view)) is not None:
            return chosen
        if argument == PACKAGE_ARGUMENT.get(call["operation"]) and (
            package := await self._superlative(message, view, caller)
        ):
            return package
        if named:
            return stated[argument]
        return message if reply in _GIVEN else None

    async def _superlative(self, message: str, view: PendingView, caller: Caller) -> str | None:
        """The package that "en ucuzu" means among those that there are."""
        pick = await self._pick(message, view)
        if pick not in SUPERLATIVES:
            return None
        listing = (await self._toolbox.run(LOOK_UP, {}, caller)).model_dump(mode="json")
        return picked_package(pick, Mentioned(packages=packages_of(listing), package=None))

    async def _pick(self, message: str, view: PendingView) -> str:
        try:
            return await self._reader.pick(message, view["text"])
        except AgentError:
            return "none"

    def _filled(self, call: Call, value: Any) -> Call | None:
        """The call with its missing argument filled in, or None when the value is none that it can have."""
        name = call["missing"][0]
        stated = {"on": True, "off": False}.get(value, value) if name == "status" and value in ("on", "off") else value
        filled: Call = {**call, "arguments": {**call["arguments"], name: stated}}
        if len(call["missing"]) > 1:  # the others are asked for next; this one is checked on its own then
            return {**filled, "missing": call["missing"][1:]}
        try:
            self._toolbox.validate(call["operation"], filled["arguments"])
        except ToolError:
            return None
        return filled
