"""clarify: ask one short question, for a missing argument or for the operation that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.clock import Clock
from graph.answers.approved import Answers
from graph.answers.questions import (
    GIVE_UP,
    clarification,
    exact_choice,
    match_choice,
    question_read,
    unclear_choices,
)
from graph.asking import ask
from graph.calls import SAME_FAULT, certain, expired, for_lines, is_open_question, without
from graph.filled_calls import filled
from graph.reading import MessageReader, Reading, Utterance
from graph.state import Call, ConversationState, Mentioned, PendingView, TurnContext
from graph.understanding.argument_specs import PACKAGE_ARGUMENT, read_as, spec_of
from graph.understanding.arguments import ArgumentReader
from graph.understanding.conditions import LOOK_UP
from graph.understanding.contact_changes import CONTACT, given_values
from graph.understanding.dropped import DropReader
from graph.understanding.fillers import NO_VALUE, PAUSE, consents, is_pause, names_no_value
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.methods import ANOTHER_METHOD, methods_in, turns_down_method
from graph.understanding.references import NOTHING, SUPERLATIVES, at_place, packages_of, resolve_package
from graph.understanding.replies import ReplyReader, describes_fault, is_other_fault
from graph.understanding.stops import stop_of
from graph.understanding.topics import WAYS, asks_way
from graph.understanding.unchosen import asks_about, chooses_none
from graph.understanding.unmet import limit_in
from tools.caller import Caller
from tools.toolbox import Toolbox

_GIVEN = frozenset({"answer", "correction"})
"""Meanings of a reply that gives what was asked for."""

_METHODS = ("method", "payment_method")
_SEVERAL = 2
_MOST_WORDS_OF_A_PLACE = 2
"""More words with an ordinal name no way to pay: "sadece ikinci hattın"."""
_MOST_WORDS_OF_A_LINE = 5
"""A longer reply to the question for a line may be a wish of its own: the decision model tells."""


def _is_method(call: Call) -> bool:
    """Tell whether a call waits for the way to pay."""
    return call["missing"][0] in _METHODS


class Clarify:
    """The node ``clarify``.

    Args:
        messages: Reads messages.
        replies: Reads replies.
        arguments: Reads stated arguments.
        toolbox: The operations.
        answers: Wording of the questions.
        clock: The present.
        open_for: Age from which a question has ended.
        most_messages: Messages that the state holds at most.
    """

    def __init__(
        self, messages: MessageReader, replies: ReplyReader, arguments: ArgumentReader, toolbox: Toolbox,
        answers: Answers, clock: Clock, open_for: timedelta, most_messages: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._replies = replies
        self._arguments = arguments
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._open_for = open_for
        self._most_messages = most_messages
        self._lines = LineReader(toolbox)
        self._drops = DropReader(self._lines, answers.wording["named_by"])

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Ask for the first missing argument, or for the operation that is meant, and take the answer."""
        context = runtime.context
        call = next((call for call in state["calls"] if call["status"] == "missing"), None)
        if call is None:
            view = unclear_choices(state["choices"], self._answers, state["language"])
        else:
            view = await clarification(call, self._toolbox, context.caller, self._answers, state["language"])
        message, _, update = ask(view, state, self._most_messages)
        message = message or ""
        kept, closed = expired(state["calls"], self._clock, self._open_for)
        if closed:
            return {**update, "calls": kept, "closed": closed}
        if (ended := _without_value(message, view, state, call)) is not None:
            return {**update, **ended}
        if call is not None and (dropped := await self._drops.read(message, call, state["calls"], context.caller)):
            left = without(state["calls"], dropped)
            told = dropped if any(map(is_open_question, left)) else []
            return {**update, "topic": "declined", "confidence": 1.0, "calls": left, "declined": told}
        view = {**view, "options": _values_of(view)}
        words = message if call is None else read_as(call["missing"][0], message)
        question = view["text"] if call is None else question_read(call, view, self._answers, state["language"])
        reading = self._messages.read(Utterance(words, question, "reply"), context.readings)
        if call is None:
            chosen = await self._option(reading, view) or match_choice(message, view["options"])
            chosen = chosen or (view["options"][0]["value"] if consents(message) else None)
            return update if chosen is None else {**update, "intents": certain(chosen), "confidence": 1.0}
        return {**update, **await self._filled_in(call, reading, view, message, state, context.caller)}

    async def _filled_in(
        self, call: Call, reading: Reading, view: PendingView, message: str, state: ConversationState, caller: Caller
    ) -> ConversationState:
        """Return what a reply makes of the call that waits; nothing for words that are a message of their own."""
        if _is_method(call) and asks_way(message):
            return {"topic": WAYS, "confidence": 1.0}
        if _is_method(call) and turns_down_method(message):
            return _returned(ANOTHER_METHOD, state, call)
        asked = [] if self._toolbox.is_write(call["operation"]) else state.get("asked", [])  # before the line was
        given: ConversationState = {"intents": certain(call["operation"]), "confidence": 1.0, "asked": asked}
        others = without(state["calls"], [call])
        lines = await self._named_lines(call, reading, state, caller)
        if lines is not None and not lines:
            return _returned(NO_VALUE, state, call)  # "öteki cep", where nothing tells which
        if lines:
            chosen_lines = for_lines({**call, "missing": [name for name in call["missing"] if name != LINE]}, lines)
            return {**given, "calls": [*chosen_lines, *others]}
        if (line := await self._line_of_change(call, message, caller)) is not None:
            return {**given, "calls": [line, *others]}
        if contacts := await self._contacts(state["calls"], reading):
            return {**given, "calls": contacts}
        value = await self._value(call, reading, view, state, caller)
        if value is not None and spec_of(call["missing"][0]).whole_message:
            value = message  # as it was written; only the reading leaves links and markup out
        if value is None:
            if await self._replies.reply(reading) == "no":
                return {"topic": "declined", "confidence": 1.0, "calls": others}
            if names_no_value(message):
                return _returned(NO_VALUE, state, call)
            limit = limit_in(message) if self._toolbox.is_write(call["operation"]) else None
            return {} if limit is None else {"calls": [{**call, "unmet": limit}, *others]}
        done = filled({**call, "arguments": await self._beside(call, reading)}, value, self._toolbox)
        return {} if done is None else {**given, "calls": [done, *others]}

    async def _named_lines(
        self, call: Call, reading: Reading, state: ConversationState, caller: Caller
    ) -> Sequence[str] | None:
        """Return the lines that a reply to the question for a line names; none where code cannot tell which.

        Returns:
            None where it names no line, or asks for something else.
        """
        words = reading.utterance.text
        if call["missing"][0] != LINE or asks_about(words):
            return None
        spoken_of = state.get("mentioned", NOTHING).get("line")
        choice = await self._lines.named(call["operation"], words, caller, spoken_of, reply=True)
        if choice is None:
            return None
        is_answer = len(words.split()) <= _MOST_WORDS_OF_A_LINE or await self._replies.reply(reading) in _GIVEN
        return choice.numbers if is_answer else None

    async def _line_of_change(self, call: Call, words: str, caller: Caller) -> Call | None:
        """Return a package change on the line that a reply names instead of a package: "ikinci hat"."""
        if call["missing"][0] != PACKAGE_ARGUMENT.get(call["operation"]) or asks_about(words):
            return None
        choice = await self._lines.named(call["operation"], words, caller, call["arguments"].get(LINE))
        if choice is None or len(choice.numbers) != 1 or await self._arguments.target(words, caller):
            return None
        return {**call, "arguments": {**call["arguments"], LINE: choice.numbers[0]}}

    async def _contacts(self, calls: Sequence[Call], reading: Reading) -> list[Call]:
        """Return the calls with the values of several contact details that one reply gives; none where it does not."""
        waiting = [call for call in calls if call["status"] == "missing" and call["operation"] == CONTACT]
        if len(waiting) < _SEVERAL or waiting[0] is not next(call for call in calls if call["status"] == "missing"):
            return []
        tagged = [span.text for span in await reading.spans() if span.kind == spec_of("new_value").span]
        given = given_values(waiting, reading.utterance.text, tagged)
        taken = {call["id"]: filled(call, given[call["id"]], self._toolbox) for call in waiting if call["id"] in given}
        return [taken.get(call["id"]) or call for call in calls] if given else []

    async def _option(self, reading: Reading, view: PendingView) -> str | None:
        """Return the value of the option that a reply means, by its exact words or by its place on the list."""
        chosen = exact_choice(reading.utterance.text, view["options"])
        if chosen is not None or not view["options"]:
            return chosen
        option = at_place(await self._reference(reading), view["options"])
        return option["value"] if option else None

    async def _value(
        self, call: Call, reading: Reading, view: PendingView, state: ConversationState, caller: Caller
    ) -> Any:
        """Return the value that a reply gives for the first missing argument; None where it gives none."""
        message, argument = reading.utterance.text, call["missing"][0]
        if (exact := exact_choice(message, view["options"])) is not None:
            return exact
        spec = spec_of(argument)
        if len(view["options"]) == 1 and (
            consents(message) or (argument == LINE and await self._replies.reply(reading) == "yes")
        ):
            return view["options"][0]["value"]
        if not spec.whole_message and chooses_none(message):
            return None
        if argument == SAME_FAULT:
            other = is_other_fault(message)
            return None if other is None else ("separate" if other else "same")
        try:
            stated = await self._arguments.read(call["operation"], reading)
        except AgentError:
            stated = {}
        if argument in stated and spec.question:
            return stated[argument]
        reply = await self._replies.reply(reading)
        named = argument in stated and not spec.whole_message and reply != "no"
        if named or reply in _GIVEN:
            words = str(stated.get(argument, message))
            if spec.question is None and (option := match_choice(words, view["options"])) is not None:
                return option
        may_point = not _is_method(call) or len(message.split()) <= _MOST_WORDS_OF_A_PLACE
        if may_point and (chosen := await self._option(reading, view)) is not None:
            return chosen
        if argument == PACKAGE_ARGUMENT.get(call["operation"]) and (
            package := await self._package(reading, state.get("mentioned", NOTHING), caller)
        ):
            return package
        if named:
            return stated[argument]
        alone = self._messages.read(Utterance(message))
        if reply in _GIVEN or (spec.whole_message and reply == "other" and await describes_fault(alone)):
            is_no_line = argument == LINE and not any(map(str.isdigit, message))
            return None if is_no_line or names_no_value(message) else message
        return None

    async def _beside(self, call: Call, reading: Reading) -> dict[str, Any]:
        """Return the arguments of a call with a way to pay that a reply states beside what was asked for."""
        try:
            stated = await self._arguments.read(call["operation"], reading)
        except AgentError:
            stated = {}
        beside = {name: stated[name] for name in _METHODS if name in stated and methods_in(reading.utterance.text)}
        return {**beside, **call["arguments"]}

    async def _package(self, reading: Reading, mentioned: Mentioned, caller: Caller) -> str | None:
        """Return the package that "en ucuzu" means among all that there are, or "onu" of those spoken of."""
        reference = await self._reference(reading)
        if reference not in SUPERLATIVES:
            return resolve_package(reference, mentioned)
        listing = (await self._toolbox.run(LOOK_UP, {}, caller)).model_dump(mode="json")
        return resolve_package(reference, Mentioned(packages=packages_of(listing), package=None))

    async def _reference(self, reading: Reading) -> str:
        try:
            return await self._arguments.reference(reading)
        except AgentError:
            return "none"


def _without_value(
    message: str, view: PendingView, state: ConversationState, call: Call | None
) -> ConversationState | None:
    """Return what follows from words that hold no value by their form; None for any others."""
    if is_pause(message):
        return _returned(PAUSE, state, call)
    stopped = call is not None and stop_of(message, call) == "drop"
    if stopped or exact_choice(message, view["options"]) == GIVE_UP:
        left = state["calls"] if call is None else without(state["calls"], [call])
        return {"topic": "declined", "confidence": 1.0, "calls": left}
    if consents(message) and len(_values_of(view)) != 1:  # a yes chooses nothing, and is no value itself
        return _returned(NO_VALUE, state, call)
    return None


def _values_of(view: PendingView) -> list[dict[str, str]]:
    """Return the options that stand for a value."""
    return [option for option in view["options"] if option["value"] != GIVE_UP]


def _returned(topic: str, state: ConversationState, call: Call | None) -> ConversationState:
    """Return the update after words that answer nothing: the question returns, with its choices."""
    return {"topic": topic, "confidence": 1.0, "choices": state["choices"] if call is None else []}
