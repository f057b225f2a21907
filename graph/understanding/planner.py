"""Planning by a chat model that calls tools: which operations a message needs, and with which arguments.

The model names operations and arguments, nothing else: the customer, the idempotency keys, the limits and the consent
stay with code. What it may not call is refused here; what it writes beside its calls is not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import dropwhile
from types import MappingProxyType
from typing import Any, NamedTuple

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    merge_message_runs,
)
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ValidationError

from agent.errors import AgentError
from agent.prompt_files import Prompt
from core import turkish
from core.clock import ISTANBUL, Clock
from graph.calls import OPEN, certain, new_call
from graph.state import ConversationState, Outcome, PlannedCall, TurnPlan
from graph.understanding.wishes import only_wished
from tools.toolbox import Toolbox

NO_CALL = "no call"
"""Reason of a plan that the model ended: it called nothing."""

REFUSED = "calls refused"
"""Reason of a plan whose calls were refused twice."""

TOO_MANY_CALLS = "too many calls"
"""Refusal of a call beyond the number that a turn may have."""

_ATTEMPTS = 2
_MAX_TOKENS = 512
_LONGEST_RESULT = 8_000
_LONGEST_REASON = 200
_MOST_REASONS = 20
_WITHHELD: Mapping[str, frozenset[str]] = {"get_customer_profile": frozenset({"name", "email", "address"})}
"""Fields of results that the model does not need: no step follows from them."""


class PlannedStep(NamedTuple):
    """The next step of a plan.

    Attributes:
        calls: The calls that may be made.
        refused: The calls that may not, with the reason.
        reason: Why there is no call; "" where there is one.
    """

    calls: list[PlannedCall]
    refused: list[str]
    reason: str


class ToolPlanner:
    """Asks the chat model for the next step of a turn.

    Args:
        chat_model: A chat model that calls tools.
        prompt: plan.md.
        toolbox: The operations.
        clock: The present; the model is told the day.
        generation: Bound to the chat model as well: temperature, seed.
    """

    def __init__(
        self, chat_model: BaseChatModel, prompt: Prompt, toolbox: Toolbox, clock: Clock,
        generation: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self._model = chat_model.bind_tools(toolbox.tools, max_tokens=_MAX_TOKENS, **generation)
        self._prompt = prompt
        self._again = str(prompt.data["again"])
        self._toolbox = toolbox
        self._clock = clock
        shown = [convert_to_openai_tool(tool)["function"] for tool in toolbox.tools]
        self._arguments = {each["name"]: frozenset(each["parameters"].get("properties", {})) for each in shown}

    async def next_step(self, state: ConversationState, plan: TurnPlan, most_calls: int) -> PlannedStep:
        """Return the next calls; a model whose calls are all refused is told why and asked once more.

        Args:
            state: The state, with the results of the steps so far.
            plan: The plan so far.
            most_calls: Calls that the turn may have.
        """
        messages = self._messages(state, plan)
        refused: list[str] = []
        for _ in range(_ATTEMPTS):
            try:
                answer = await self._model.ainvoke(messages)
            except AgentError as error:
                return PlannedStep([], refused, type(error).__name__)
            calls, problems = self._judged(answer, state, plan, most_calls)
            refused += problems
            if calls or not problems:
                return PlannedStep(calls, refused, "" if calls else NO_CALL)
            told = HumanMessage(self._again.replace("{reasons}", "; ".join(problems)))
            messages = [*messages, AIMessage(_attempt(answer)), told]
        return PlannedStep([], refused, REFUSED)

    def _messages(self, state: ConversationState, plan: TurnPlan) -> list[BaseMessage]:
        """Return what the model sees: the prompt, the last messages, its calls of this turn and their results."""
        today = turkish.date(self._clock().astimezone(ISTANBUL))
        said = dropwhile(lambda each: not isinstance(each, HumanMessage), state["messages"])
        system = SystemMessage(self._prompt.render(today=today))
        messages: list[BaseMessage] = [system, *merge_message_runs(_plain(said))]
        for step in plan["steps"]:
            called = [{"name": each["operation"], "args": each["arguments"], "id": each["id"]} for each in step]
            messages.append(AIMessage("", tool_calls=called))
            messages += [ToolMessage(_result(each, state["outcomes"]), tool_call_id=each["id"]) for each in step]
        return messages

    def _judged(
        self, answer: AIMessage, state: ConversationState, plan: TurnPlan, most_calls: int
    ) -> tuple[list[PlannedCall], list[str]]:
        """Return the calls of an answer that may be made, and why each of the others may not."""
        before = [each for step in plan["steps"] for each in step]
        calls: list[PlannedCall] = []
        problems = [f"{bad['name'] or '?'}: unreadable call" for bad in answer.invalid_tool_calls]
        for call in answer.tool_calls:
            operation = call["name"]
            arguments = {name: value for name, value in call["args"].items() if value is not None and value != ""}
            problem = self._problem(operation, arguments, state)
            known = [(each["operation"], each["arguments"]) for each in (*before, *calls)]
            if problem is None and (operation, arguments) in known:
                problem = "called before"
            if problem is None and len(known) >= most_calls:
                problem = TOO_MANY_CALLS
            if problem is None:
                made = new_call(operation, arguments, self._toolbox)
                calls.append(PlannedCall(id=made["id"], operation=operation, arguments=arguments))
            else:
                problems.append(f"{operation}: {problem}"[:_LONGEST_REASON])
        return calls, problems[:_MOST_REASONS]

    def _problem(self, operation: str, arguments: Mapping[str, Any], state: ConversationState) -> str | None:
        """Return why a call may not be made; None where it may. A missing argument is no reason: it is asked for."""
        if operation not in self._arguments:
            return "unknown operation"
        if forbidden := sorted(arguments.keys() - self._arguments[operation]):
            return f"forbidden argument {', '.join(forbidden)}"
        try:
            self._toolbox.get(operation).arguments.model_validate(dict(arguments))
        except ValidationError as error:
            malformed = {str(each["loc"][0]) for each in error.errors() if each["type"] != "missing" and each["loc"]}
            if malformed:
                return f"malformed argument {', '.join(sorted(malformed))}"
        if not self._toolbox.is_write(operation):
            return None
        if any(call["operation"] == operation and call["status"] in OPEN for call in state.get("calls", [])):
            return "the customer is being asked about it already"
        wished, _ = only_wished(state["message"], certain(operation))
        return None if operation in {each["operation"] for each in wished} else "the customer does not wish for it"


def _plain(messages: Iterable[AnyMessage]) -> Sequence[AnyMessage]:
    """Return copies without ids, which merging would mix."""
    return [each.model_copy(update={"id": None}) for each in messages]


def _attempt(answer: AIMessage) -> str:
    """Return what a model has tried, as text: a server may refuse a history with calls that it cannot parse."""
    tried = (*answer.tool_calls, *answer.invalid_tool_calls)
    called = [{"name": each["name"], "arguments": each["args"]} for each in tried]
    return json.dumps(called, ensure_ascii=False)[:_LONGEST_RESULT]


def _result(call: PlannedCall, outcomes: Sequence[Outcome]) -> str:
    """Return the result of a call as the model sees it."""
    outcome = next((each for each in outcomes if each["call_id"] == call["id"]), None)
    if outcome is None:
        return json.dumps({"error": "not run"})
    if outcome["result"] is None:
        error = outcome["error"] or {}
        return json.dumps({"error": error.get("code"), "message": error.get("message")}, ensure_ascii=False)
    withheld = _WITHHELD.get(call["operation"], frozenset())
    shown = {name: value for name, value in outcome["result"].items() if name not in withheld}
    return json.dumps(shown, ensure_ascii=False)[:_LONGEST_RESULT]
