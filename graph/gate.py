"""The gate: a WRITE runs only after an explicit yes to its own facts; a missing argument is asked for.

Both nodes ask by ``interrupt``, once a node and before any effect, because a resumed node runs again from its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.decision_model import DecisionModel
from agent.errors import AgentError
from clock import Clock
from graph.answers import Answers
from graph.questions import clarification, confirmation, match_choice, unclear_choices
from graph.selection import put_up, refusal
from graph.state import Call, Intent, Outcome, State, TurnContext
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import ToolError

Reply = Literal["yes", "no", "correction", "other"]
_CERTAIN = {"yes": 0.85, "no": 0.6, "correction": 0.6}
"""Probability that a reply has to reach to count; anything less is unclear, and an unclear reply is never a yes. A yes
has to be surer, since a missed one costs a repeated question and a false one costs money."""


class Gate:
    """The two asking nodes, with what they share.

    Args:
        decision_model: Reads replies.
        reply_question: The question about a reply, as questions.md has it.
        toolbox: The operations.
        answers: Wording of the questions.
        clock: The present.
        lifetime: Age from which a question is put up anew.
    """

    def __init__(
        self,
        decision_model: DecisionModel,
        reply_question: Mapping[str, Any],
        toolbox: Toolbox,
        answers: Answers,
        clock: Clock,
        lifetime: timedelta,
    ) -> None:
        self._decide = decision_model
        self._question = reply_question
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._lifetime = lifetime

    async def confirm(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Ask for a yes to the facts of the first waiting WRITE call, and read the answer."""
        call = next(call for call in state["calls"] if call["status"] == "awaiting")
        view = confirmation(call, self._answers, state["language"])
        answer: Mapping[str, Any] = interrupt(view)
        message = answer.get("message")
        cleared: State = {"outcomes": [], "answer": "", "intents": [], "topic": "", "choices": [], "said_by": ""}
        if message is None:
            reply: Reply = "yes" if answer["approve"] else "no"
        else:
            cleared["message"] = message
            reply = await self._read_reply(message, view["text"])
        if reply == "yes":
            return {**cleared, **await self._approve(state, call, runtime.context.caller)}
        if reply == "no":
            return {**cleared, "topic": "declined", "confidence": 1.0, "calls": _without(state, call)}
        if reply == "correction":
            corrected: Call = {**call, "status": "corrected"}
            wish = Intent(operation=call["operation"], probability=1.0)
            return {**cleared, "intents": [wish], "calls": [*_without(state, call), corrected]}
        return cleared

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
        cleared: State = {
            "outcomes": [], "answer": "", "intents": [], "topic": "", "choices": [], "message": message, "said_by": "",
        }  # fmt: skip
        chosen = match_choice(message, view["options"])
        if call is None:
            if chosen in state["choices"]:
                return {**cleared, "intents": [Intent(operation=str(chosen), probability=1.0)], "confidence": 1.0}
            return cleared
        if chosen is None and await self._read_reply(message, view["text"]) == "no":
            return {**cleared, "topic": "declined", "confidence": 1.0, "calls": _without(state, call)}
        filled = await self._fill(call, chosen or message, caller)
        if filled is None:
            return cleared
        wish = Intent(operation=call["operation"], probability=1.0)
        return {**cleared, "intents": [wish], "confidence": 1.0, "calls": [*_without(state, call), filled]}

    async def _fill(self, call: Call, value: str, caller: Caller) -> Call | None:
        """The call with its missing argument filled in, or None when the words are no value of it."""
        name = call["missing"][0]
        stated: Any = {"on": True, "off": False}.get(value, value) if name == "status" else value
        filled: Call = {**call, "arguments": {**call["arguments"], name: stated}}
        if len(call["missing"]) > 1:  # the others are asked for next; this one is checked on its own then
            return {**filled, "missing": call["missing"][1:]}
        try:
            self._toolbox.validate(call["operation"], filled["arguments"])
        except ToolError:
            return None
        return filled

    async def _approve(self, state: State, call: Call, caller: Caller) -> State:
        """After a yes: run only what was asked about. The preview is taken again; other facts are asked again."""
        try:
            preview = await self._toolbox.preview(call["operation"], call["arguments"], caller)
        except ToolError as error:
            failed: list[Outcome] = [refusal(call, error)]
            return {"calls": _without(state, call), "outcomes": failed, "confidence": 1.0}
        put_up_at = datetime.fromisoformat(str(call["put_up_at"]))
        if preview.facts != call["preview"] or self._clock() - put_up_at > self._lifetime:
            renewed = put_up(call, preview.arguments, preview.facts, self._clock)
            notice = self._answers.say("renewed", state["language"])
            get_stream_writer()({"token": notice})
            return {"calls": [renewed, *_without(state, call)], "answer": notice}
        approved: Call = {**call, "status": "approved"}
        wish = Intent(operation=call["operation"], probability=1.0)
        return {"calls": [approved, *_without(state, call)], "intents": [wish], "confidence": 1.0}

    async def _read_reply(self, message: str, asked: str) -> Reply:
        """What a reply says to the question that was asked; "other" unless the model is certain."""
        seen = {"message": message, "context": asked}
        try:
            answers = await self._decide.ainvoke({"state": seen, "questions": {"reply": self._question}})
        except AgentError:
            return "other"
        probabilities: Mapping[str, float] = answers["reply"]["probabilities"]
        best = max(probabilities, key=probabilities.__getitem__)
        if probabilities[best] >= _CERTAIN.get(best, 1.1):
            return best  # type: ignore[return-value]
        return "other"


def _without(state: State, call: Call) -> list[Call]:
    return [other for other in state["calls"] if other["id"] != call["id"]]
