"""confirm: a WRITE runs only after an explicit yes to its own facts.

The node asks by ``interrupt``, once and before any effect, because a resumed node runs again from its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from core.clock import Clock
from graph.answers.approved import Answers
from graph.answers.questions import confirmation
from graph.nodes.select_tools import put_up, refusal
from graph.state import Call, Intent, Outcome, State, TurnContext, next_message
from graph.understanding.arguments import ArgumentReader
from graph.understanding.replies import ReplyReader
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import ToolError


class Gate:
    """The confirming node, with what it needs.

    Args:
        replies: Reads replies.
        reader: Reads what a reply states beside its yes.
        toolbox: The operations.
        answers: Wording of the questions.
        clock: The present.
        lifetime: Age from which a question is put up anew.
    """

    def __init__(
        self, replies: ReplyReader, reader: ArgumentReader, toolbox: Toolbox, answers: Answers, clock: Clock,
        lifetime: timedelta,
    ) -> None:  # fmt: skip
        self._replies = replies
        self._reader = reader
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
        cleared = next_message(message)
        if message is None:
            reply = "yes" if answer["approve"] else "no"
        else:
            reply = await self._reply(call, message, view["text"])
        if reply == "yes":
            return {**cleared, **await self._approve(state, call, runtime.context.caller)}
        if reply == "no":
            return {**cleared, "topic": "declined", "confidence": 1.0, "calls": without(state, call)}
        if reply == "correction":
            corrected: Call = {**call, "status": "corrected"}
            wish = Intent(operation=call["operation"], probability=1.0)
            return {**cleared, "intents": [wish], "calls": [*without(state, call), corrected]}
        return cleared

    async def _reply(self, call: Call, message: str, asked: str) -> str:
        """What a reply says; a yes that names another thing of the catalogue than the question is a correction."""
        reply = await self._replies.reply(message, asked)
        if reply == "yes" and await self._reader.changed(call, message):
            return "correction"
        return reply

    async def _approve(self, state: State, call: Call, caller: Caller) -> State:
        """After a yes: run only what was asked about. The preview is taken again; other facts are asked again."""
        try:
            preview = await self._toolbox.preview(call["operation"], call["arguments"], caller)
        except ToolError as error:
            failed: list[Outcome] = [refusal(call, error)]
            return {"calls": without(state, call), "outcomes": failed, "confidence": 1.0}
        put_up_at = datetime.fromisoformat(str(call["put_up_at"]))
        if preview.facts != call["preview"] or self._clock() - put_up_at > self._lifetime:
            renewed = put_up(call, preview.arguments, preview.facts, self._clock)
            notice = self._answers.say("renewed", state["language"])
            get_stream_writer()({"token": notice})
            return {"calls": [renewed, *without(state, call)], "answer": notice}
        approved: Call = {**call, "status": "approved"}
        wish = Intent(operation=call["operation"], probability=1.0)
        return {"calls": [approved, *without(state, call)], "intents": [wish], "confidence": 1.0}


def without(state: State, call: Call) -> list[Call]:
    """The calls of a state but one."""
    return [other for other in state["calls"] if other["id"] != call["id"]]
