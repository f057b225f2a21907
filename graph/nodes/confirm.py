"""confirm: run a WRITE only after a plain yes to its own facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from core.clock import Clock
from graph.answers.approved import Answers
from graph.answers.questions import confirmation
from graph.asking import ask
from graph.calls import certain, expired, propose, refusal, without
from graph.evidence import button_consent, worded_consent
from graph.reading import MessageReader, Utterance
from graph.state import Call, ConversationState, TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.consent import Consent, ConsentReader
from graph.understanding.intents import IntentReader
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

QUESTION_CLOSED = "question_closed"
"""Topic of a turn that says no more than that an open question has ended."""


class Confirm:
    """The node ``confirm``.

    Args:
        messages: Reads messages.
        consents: Reads the consent of replies.
        intents: Reads the wish that may stand in a refusal.
        arguments: Reads the package that a reply names.
        toolbox: The operations.
        answers: Wording of the questions.
        clock: The present.
        lifetime: Age from which a question is asked again.
        open_for: Age from which a question has ended.
        most_messages: Messages that the state holds at most.
    """

    def __init__(
        self, messages: MessageReader, consents: ConsentReader, intents: IntentReader, arguments: ArgumentReader,
        toolbox: Toolbox, answers: Answers, clock: Clock, lifetime: timedelta, open_for: timedelta,
        most_messages: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._consents = consents
        self._intents = intents
        self._arguments = arguments
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._lifetime = lifetime
        self._open_for = open_for
        self._most_messages = most_messages

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Ask for a yes to the facts of the first proposed call, and act on the answer."""
        call = next(call for call in state["calls"] if call["status"] == "awaiting")
        view = confirmation(call, self._answers, state["language"])
        message, approve, update = ask(view, state, self._most_messages)
        others = without(state, call)
        left, closed = expired(state["calls"], self._clock, self._open_for)
        ended: ConversationState = {**update, "calls": left, "closed": closed}
        if message is None:
            if closed:
                return {**ended, "topic": QUESTION_CLOSED, "confidence": 1.0}
            if approve:
                given = button_consent(view)
                return {**update, **await self._approve(state, call, given, runtime.context.caller)}
            return {**update, "topic": "declined", "confidence": 1.0, "calls": others}
        reading = self._messages.read(Utterance(message, view["text"], "reply"), runtime.context.readings)
        consent = await self._consents.read(reading)
        if closed:
            answered = consent.meaning in ("yes", "no")
            return {**ended, "topic": QUESTION_CLOSED, "confidence": 1.0} if answered else ended
        renamed = bool(await self._arguments.changed(call, message))
        if consent.answer == "yes" and not renamed:
            given = worded_consent(view, reading, consent.as_data())
            return {**update, **await self._approve(state, call, given, runtime.context.caller)}
        if consent.leans_to_no:
            if await self._other_wish(call, message, runtime.context):
                return {**update, "calls": others}  # "no, instead …": the message is read for its wish
            if consent.answer == "no":
                return {**update, "topic": "declined", "confidence": 1.0, "calls": others}
        if consent.meaning == "correction" or (consent.meaning == "yes" and renamed):
            corrected: Call = {**call, "status": "corrected"}
            return {**update, "intents": certain(call["operation"]), "calls": [*others, corrected]}
        return {**update, **self._asked_again(state, consent)}

    async def _other_wish(self, call: Call, message: str, context: TurnContext) -> bool:
        """Return True if a refusal also wishes for another operation than the one that was proposed."""
        wanted = await self._intents.read(self._messages.read(Utterance(message), context.readings))
        return any(intent["operation"] != call["operation"] for intent in wanted["intents"])

    def _asked_again(self, state: ConversationState, consent: Consent) -> ConversationState:
        """Return the word that goes before the repeated question where a yes was no plain one; else nothing."""
        if consent.obstacle is None:
            return {}
        notice = self._answers.wording["not_plain"][consent.obstacle][state["language"]]
        get_stream_writer()({"token": notice})
        return {"answer": notice}

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
