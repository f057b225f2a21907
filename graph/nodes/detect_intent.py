"""detect_intent: find out what the customer wants."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from graph.answers.approved import Answers
from graph.answers.questions import confirmation
from graph.calls import certain, digressed, is_open_question
from graph.reading import MessageReader, Utterance
from graph.state import Call, ConversationState, DoneChange, TurnContext, utterance_of
from graph.understanding.follow_ups import FollowUpReader
from graph.understanding.intents import MISUSE, IntentReader
from graph.understanding.line_reader import LineReader
from graph.understanding.wishes import BEREAVED, is_bereaved, only_wished

ALREADY_DONE = "already_done"
"""Topic of the answer to a yes that is said again after its change was carried out."""

ACKNOWLEDGED = "acknowledged"
"""Topic of the answer to an acknowledgement or a filler, which is no misunderstanding."""

_NO_DIGRESSION = frozenset({"", ACKNOWLEDGED, "unclear", "thanks", "greeting", "model_failed"})
"""Topics of messages that speak of nothing else than the open question."""


class DetectIntent:
    """The node ``detect_intent``.

    Args:
        messages: Reads messages.
        intents: Reads the intents of a message.
        follow_ups: Reads messages as replies to something said earlier.
        lines: Knows the customer's own lines.
        answers: Wording of the questions.
        max_unclear: Messages in a row that are not understood before a person takes over.
        remembered_turns: Messages for which a carried out change is remembered.
        max_digressions: Messages about something else that end an open question.
    """

    def __init__(
        self, messages: MessageReader, intents: IntentReader, follow_ups: FollowUpReader, lines: LineReader,
        answers: Answers, max_unclear: int, remembered_turns: int, max_digressions: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._intents = intents
        self._follow_ups = follow_ups
        self._answers = answers
        self._max_unclear = max_unclear
        self._lines = lines
        self._remembered_turns = remembered_turns
        self._max_digressions = max_digressions

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Return the intents or the topic of the latest message."""
        if is_bereaved(state["message"]):
            return {"intents": [], "topic": BEREAVED, "confidence": 1.0, "choices": [], "language": "tr"}
        question_is_open = any(map(is_open_question, state.get("calls", [])))
        if not any(map(str.isalnum, state["message"])):  # an emoji, or marks only: nothing is asked for
            return {"intents": [], "topic": ACKNOWLEDGED, "confidence": 1.0, "choices": []}
        if not question_is_open and (taken := await self._offer_taken(state, runtime.context)):
            return taken
        done = self._remembered(state)
        if done is not None and not question_is_open and await self._is_yes_again(state, done, runtime.context):
            return _told_again(done)
        reading = self._messages.read(utterance_of(state), runtime.context.readings)
        wanted = await self._intents.read(reading, question_is_open=question_is_open)
        if wanted["topic"] == MISUSE:
            # Naming a line of one's own is no misuse: the message is read without it.
            rest = await self._lines.without_own(state["message"], runtime.context.caller)
            if rest is not None:
                own = self._messages.read(Utterance(rest, state.get("context", "")), runtime.context.readings)
                wanted = await self._intents.read(own, question_is_open=question_is_open)
        wanted = {**_only_wished(state["message"], wanted), "done": done}
        if question_is_open and _is_something_else(wanted, state["calls"]):
            calls, closed = digressed(state["calls"], self._max_digressions)
            wanted = {**wanted, "calls": calls, "closed": [*state.get("closed", []), *closed]}
        if not question_is_open and await self._is_acknowledgement(state, wanted, runtime.context):
            return {**wanted, "topic": ACKNOWLEDGED, "unclear": state.get("unclear", 0)}
        if "unclear" not in wanted:
            return wanted
        unclear = state.get("unclear", 0) + 1 if wanted["unclear"] else 0
        if unclear >= self._max_unclear:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {**wanted, "unclear": unclear}

    def _remembered(self, state: ConversationState) -> DoneChange | None:
        """Return the last change, one message older; None once it is too old to be meant."""
        done = state.get("done")
        if done is None or done["turns"] >= self._remembered_turns:
            return None
        return {**done, "turns": done["turns"] + 1}

    async def _is_yes_again(self, state: ConversationState, done: DoneChange, context: TurnContext) -> bool:
        question = confirmation(done["call"], self._answers, state.get("language", "tr"))["text"]
        return await self._reply(state, question, context) == "yes"

    async def _offer_taken(self, state: ConversationState, context: TurnContext) -> ConversationState | None:
        """Return the wish for what the last answer offered, after a yes; None for other words.

        A change that is taken up so is a wish like any other: it is asked for in its own question.
        """
        offered = state.get("offered")
        said = next((each.text for each in reversed(state["messages"]) if isinstance(each, AIMessage)), "")
        if not offered or await self._reply(state, said, context) != "yes":
            return None
        return {"intents": certain(offered), "topic": "", "confidence": 1.0, "choices": [], "unclear": 0}

    async def _is_acknowledgement(
        self, state: ConversationState, wanted: ConversationState, context: TurnContext
    ) -> bool:
        """Tell whether words without a wish say no more than "fine": a yes or no to the offer of further help."""
        if wanted["topic"] != "unclear" or wanted["choices"]:
            return False
        question = self._answers.say("anything_else", state.get("language", "tr"))
        return await self._reply(state, question, context) in ("yes", "no")

    async def _reply(self, state: ConversationState, question: str, context: TurnContext) -> str:
        """Return the meaning of the latest message as a reply to a question; "other" for a wish of its own."""
        reply = self._messages.read(Utterance(state["message"], question, "reply"), context.readings)
        message = self._messages.read(Utterance(state["message"]), context.readings)
        return await self._follow_ups.reply(reply, message)


def _is_something_else(wanted: ConversationState, calls: Sequence[Call]) -> bool:
    """Tell whether a message is about another thing than the open questions; one not understood is not."""
    if not wanted["intents"]:
        return wanted["topic"] not in _NO_DIGRESSION
    asked = {call["operation"] for call in calls if is_open_question(call)}
    return asked.isdisjoint(intent["operation"] for intent in wanted["intents"])


def _told_again(done: DoneChange) -> ConversationState:
    """Return the result of a change as the outcome of this turn, in which nothing runs."""
    return {
        "intents": [], "topic": ALREADY_DONE, "confidence": 1.0, "choices": [], "unclear": 0, "done": done,
        "outcomes": [{**done["outcome"], "executed": False, "ms": 0}],
    }  # fmt: skip


def _only_wished(message: str, wanted: ConversationState) -> ConversationState:
    """Drop the changes that a message only mentions; a remark tells the customer."""
    intents, remarks = only_wished(message, wanted["intents"])
    if not remarks:
        return {**wanted, "intents": intents}
    if not intents:
        return {**wanted, "intents": [], "topic": remarks[0]}
    return {**wanted, "intents": intents, "remarks": remarks, "conditional": False}
