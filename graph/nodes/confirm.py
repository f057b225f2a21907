"""confirm: run a WRITE only after an explicit yes to its own facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from core.clock import Clock
from graph.answers.approved import Answers
from graph.answers.questions import confirmation
from graph.asking import ask
from graph.calls import certain, propose, refusal, without
from graph.evidence import button_consent, worded_consent
from graph.reading import MessageReader, Utterance
from graph.state import Call, ConversationState, TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.replies import ReplyReader
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox


class Confirm:
    """The node ``confirm``.

    Args:
        messages: Reads messages.
        replies: Reads replies.
        arguments: Reads what a reply states beside its yes.
        toolbox: The operations.
        answers: Wording of the questions.
        clock: The present.
        lifetime: Age from which a question is asked again.
        most_messages: Messages that the state holds at most.
    """

    def __init__(
        self, messages: MessageReader, replies: ReplyReader, arguments: ArgumentReader, toolbox: Toolbox,
        answers: Answers, clock: Clock, lifetime: timedelta, most_messages: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._replies = replies
        self._arguments = arguments
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._lifetime = lifetime
        self._most_messages = most_messages

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Ask for a yes to the facts of the first proposed call, and act on the answer."""
        call = next(call for call in state["calls"] if call["status"] == "awaiting")
        view = confirmation(call, self._answers, state["language"])
        message, approve, update = ask(view, state, self._most_messages)
        if message is None:
            meaning, given = "yes" if approve else "no", button_consent(view)
        else:
            reply = Utterance(message, view["text"], "reply")
            meaning = await self._meaning(call, reply, runtime.context)
            reading = self._messages.read(reply, runtime.context.readings)
            given = worded_consent(view, reading, {"answer": meaning})
        if meaning == "yes":
            return {**update, **await self._approve(state, call, given, runtime.context.caller)}
        if meaning == "no":
            return {**update, "topic": "declined", "confidence": 1.0, "calls": without(state, call)}
        if meaning == "correction":
            corrected: Call = {**call, "status": "corrected"}
            return {**update, "intents": certain(call["operation"]), "calls": [*without(state, call), corrected]}
        return update

    async def _meaning(self, call: Call, reply: Utterance, context: TurnContext) -> str:
        """Return the meaning of a reply; a yes that names another thing than the question is a correction."""
        meaning = await self._replies.reply(self._messages.read(reply, context.readings))
        if meaning == "yes" and await self._arguments.changed(call, reply.text):
            return "correction"
        return meaning

    async def _approve(
        self, state: ConversationState, call: Call, given: dict[str, Any], caller: Caller
    ) -> ConversationState:
        """Let the call run as it was asked about: the preview is taken again, and other facts are asked again."""
        others = without(state, call)
        try:
            preview = await self._toolbox.preview(call["operation"], call["arguments"], caller)
        except ToolError as error:
            return {"calls": others, "outcomes": [refusal(call, error)], "confidence": 1.0}
        if preview.facts != call["preview"] or self._clock() - _proposed_at(call) > self._lifetime:
            renewed = propose(call, preview.arguments, preview.facts, self._clock)
            notice = self._answers.say("renewed", state["language"])
            get_stream_writer()({"token": notice})
            return {"calls": [renewed, *others], "answer": notice}
        approved: Call = {**call, "status": "approved", "consent": given}
        return {"calls": [approved, *others], "intents": certain(call["operation"]), "confidence": 1.0}


def _proposed_at(call: Call) -> datetime:
    stored: dict[str, Any] = {**call}  # a question of version 0.1 still waits under the old name
    return datetime.fromisoformat(str(stored.get("proposed_at") or stored["put_up_at"]))
