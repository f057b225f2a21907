"""detect_intent: find out what the customer wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.languages import Language
from core.turkish import fold
from graph.answers.approved import Answers
from graph.answers.questions import confirmation
from graph.calls import certain, digressed, is_open_question, new_call, told_again
from graph.known import NETWORK
from graph.reading import MessageReader, Reading, Utterance
from graph.second_faults import TICKET, open_tickets
from graph.state import Call, ConversationState, DoneChange, Intent, TurnContext
from graph.understanding.asked import AskedReader
from graph.understanding.context import ContextReader, points_back
from graph.understanding.fillers import PAUSE, acknowledges, declines, is_pause, withdraws
from graph.understanding.follow_ups import FollowUpReader
from graph.understanding.general_questions import HOW_TO, GeneralQuestionReader
from graph.understanding.intents import FIRST, LIKELY, MISUSE, IntentReader
from graph.understanding.line_reader import LineReader
from graph.understanding.named import names_later
from graph.understanding.places import speaks_of_own_line
from graph.understanding.references import NOTHING
from graph.understanding.reversals import bare_direction, turned_back
from graph.understanding.topics import HARDSHIP, MACHINE, PAID, WAYS, asks_for_machine, asks_way, cannot_pay
from graph.understanding.unnamed_lines import names_only_a_line
from graph.understanding.wishes import BEREAVED, is_bereaved, meant_by_verb, only_wished

ACKNOWLEDGED = "acknowledged"
"""Topic of the answer to an acknowledgement or a filler, which is no misunderstanding."""

NOT_LATER = "not_later"
"""Topic of words that put off a change which is asked about."""

NOTHING_OPEN, NOT_UNDONE = "nothing_open", "not_undone"
"""Topics of a refusal while no question is open: nothing waits, or the last change was carried out."""

_NOT_UNDERSTOOD = frozenset({"unclear", HOW_TO, "out_of_scope"})
"""Topics of words that may be understood by what is known."""

_OFFERED_WITH: Mapping[str, Mapping[str, Any]] = {
    "enable_roaming": {"status": True}, "setup_autopay": {"status": True},
}  # fmt: skip
"""Arguments that an offer holds."""

_OWN_WISH = 0.8
"""Probability from which on a message that names a line is a wish of its own."""

_MOST_WORDS_OF_A_LINE = 6
_CLOSEST = 0.4
"""Share of the probability of all operations that makes one the subject of general talk."""

_NO_DIGRESSION = frozenset({"", ACKNOWLEDGED, NOT_LATER, MACHINE, "unclear", "thanks", "greeting", "model_failed"})
"""Topics of messages that speak of nothing else than the open question."""


class DetectIntent:
    """The node ``detect_intent``.

    Args:
        messages: Reads messages.
        intents: Reads the intents of a message.
        follow_ups: Reads messages as replies to something said earlier.
        lines: Knows the customer's own lines.
        asked: Reads the facts that a message asks for.
        general: Finds the entry that answers a general question.
        answers: Wording of the questions.
        max_unclear: Messages in a row that are not understood before a person takes over.
        remembered_turns: Messages for which a carried out change is remembered.
        max_digressions: Messages about something else that end an open question.
    """

    def __init__(
        self, messages: MessageReader, intents: IntentReader, follow_ups: FollowUpReader, lines: LineReader,
        asked: AskedReader, general: GeneralQuestionReader, answers: Answers,
        max_unclear: int, remembered_turns: int, max_digressions: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._contexts = ContextReader(messages)
        self._intents = intents
        self._follow_ups = follow_ups
        self._asked = asked
        self._general = general
        self._answers = answers
        self._max_unclear = max_unclear
        self._lines = lines
        self._remembered_turns = remembered_turns
        self._max_digressions = max_digressions

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Return the intents or the topic of the latest message."""
        if is_bereaved(state["message"]):
            return {"intents": [], "topic": BEREAVED, "confidence": 1.0, "choices": [], "language": "tr"}
        if topic := _plain_topic(state["message"]):
            language = await self._language(state["message"], runtime.context)
            return {"intents": [], "topic": topic, "confidence": 1.0, "choices": [], "language": language}
        question_is_open = any(map(is_open_question, state.get("calls", [])))
        if not any(map(str.isalnum, state["message"])):  # an emoji, or marks only: nothing is asked for
            return {"intents": [], "topic": ACKNOWLEDGED, "confidence": 1.0, "choices": []}
        if is_pause(state["message"]):
            return {"intents": [], "topic": PAUSE, "confidence": 1.0, "choices": []}
        if not question_is_open and (taken := await self._offer_taken(state, runtime.context)):
            return taken
        done = self._remembered(state)
        if done is not None and not question_is_open and takes_note_of(state["message"], done):
            return {"intents": [], "topic": ACKNOWLEDGED, "confidence": 1.0, "choices": [], "done": done}
        if done is not None and not question_is_open and (turned := turned_back(state["message"], done)):
            return self._begun(*turned, state)
        if done is not None and not question_is_open and await self._is_yes_again(state, done, runtime.context):
            return told_again(done)
        if not question_is_open and declines(state["message"]):
            undone = NOTHING_OPEN if done is None else NOT_UNDONE
            topic = undone if withdraws(state["message"]) else ACKNOWLEDGED
            return {"intents": [], "topic": topic, "confidence": 1.0, "choices": [], "done": done}
        reading = await self._contexts.read(state["message"], state.get("context", ""), runtime.context)
        wanted = await self._intents.read(reading, question_is_open=question_is_open)
        if wanted["topic"] == MISUSE:
            # Naming a line of one's own is no misuse: the message is read without it.
            rest = await self._lines.without_own(state["message"], runtime.context.caller)
            if rest is not None:
                own = await self._contexts.read(rest, state.get("context", ""), runtime.context)
                wanted = await self._intents.read(own, question_is_open=question_is_open)
        alone = self._messages.read(Utterance(state["message"]), runtime.context.readings)
        wanted, alone = await self._of_any_line(wanted, alone, runtime.context, question_is_open=question_is_open)
        if not question_is_open:
            wanted = await self._about_subject(state, wanted, reading, runtime.context)
        wanted = {**_only_wished(state["message"], wanted), "done": done}
        plainly = await self._general.read_first(wanted, state, alone)
        if plainly is not wanted and not await self._asked.goes_first(state, alone):
            wanted = plainly
        wanted = await self._asked.read(state, wanted, alone, runtime.context.caller)
        wanted = self._general.read(wanted, alone.utterance.text, state.get("mentioned", NOTHING).get("entry"))
        if not question_is_open and (fact := self._general.fact_of(wanted.get("entry", ""))):
            wanted = await self._asked.beside_entry(fact, wanted, runtime.context.caller)
        if not wanted["intents"] and wanted["topic"] in _NOT_UNDERSTOOD:
            wanted = await self._by_facts(state, wanted, reading, runtime.context)
        if question_is_open and _is_something_else(wanted, state["calls"]):
            calls, closed = digressed(state["calls"], self._max_digressions)
            wanted = {**wanted, "calls": calls, "closed": [*state.get("closed", []), *closed]}
        if not question_is_open and await self._is_acknowledgement(state, wanted, runtime.context):
            return {**wanted, "topic": ACKNOWLEDGED, "unclear": state.get("unclear", 0)}
        if "unclear" not in wanted or wanted["topic"] == NOT_LATER:
            return wanted
        unclear = state.get("unclear", 0) + 1 if wanted["unclear"] else 0
        if unclear >= self._max_unclear:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {**wanted, "unclear": unclear}

    async def _of_any_line(
        self, wanted: ConversationState, alone: Reading, context: TurnContext, *, question_is_open: bool
    ) -> tuple[ConversationState, Reading]:
        """Return what is wanted and the reading for facts, apart from which line a message means.

        A change stays as it was read: only a question is read again.
        """
        text = await self._lines.unnamed(alone.utterance.text, context.caller, wanted.get("language", "tr"))
        if text is None:
            return wanted, alone
        unnamed = self._messages.read(Utterance(text), context.readings)
        changes = any(self._lines.toolbox.is_write(each["operation"]) for each in wanted["intents"])
        if changes or wanted["topic"] in FIRST or names_only_a_line(text):
            return wanted, unnamed
        again = await self._intents.read(unnamed, question_is_open=question_is_open)
        changes = any(self._lines.toolbox.is_write(each["operation"]) for each in again["intents"])
        surer = not wanted["intents"] or (again["intents"] and again["confidence"] > wanted["confidence"])
        return (again if surer and not changes else wanted), unnamed

    async def _by_facts(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, context: TurnContext
    ) -> ConversationState:
        """Return what words mean that are not understood by themselves, by what is open and known of the line.

        Beside an open question a fault belongs to the ticket that is asked about, and another time than now cannot be
        kept. A telephone that does not work in whatever words is explained by a line that is suspended.
        """
        message = state["message"]
        waiting = [call for call in state.get("calls", []) if is_open_question(call)]
        if waiting:
            if open_tickets(waiting) and await reading.probability("described", "true") >= LIKELY:
                return {**wanted, "intents": certain(TICKET), "topic": "", "choices": [], "unclear": 0}
            if names_later(message) and any(map(_has_time, waiting)):
                return {**wanted, "topic": NOT_LATER, "choices": [], "unclear": state.get("unclear", 0)}
        elif bare_direction(message) and (await self._lines.suspended(message, context.caller))[1]:
            return {**wanted, "intents": certain("reactivate_line"), "topic": "", "choices": [], "unclear": 0}
        elif speaks_of_own_line(message) and (await self._lines.suspended(message, context.caller))[1]:
            return {**wanted, "intents": certain(NETWORK), "topic": "", "choices": [], "unclear": 0}
        return wanted

    async def _about_subject(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, context: TurnContext
    ) -> ConversationState:
        """Return what is wanted, with regard to what the last answer was about.

        Lines named after a look-up repeat it for them; a verb may name the change that was spoken of; a question about
        a way to pay wants no payment; general talk about an operation makes it the next subject.
        """
        message, subject = state["message"], state.get("subject")
        intents = wanted["intents"]
        if asks_way(message) and await self._is_about_paying(wanted, subject, reading):
            return {**wanted, "intents": [], "topic": WAYS, "choices": [], "unclear": 0}
        sure = max((intent["probability"] for intent in intents), default=0.0)
        if sure < _OWN_WISH and wanted["topic"] in ("", "unclear") and len(message.split()) <= _MOST_WORDS_OF_A_LINE:
            spoken_of = state.get("mentioned", NOTHING).get("line")
            if subject is not None and await self._lines.continues(subject, message, context.caller, spoken_of):
                return {**wanted, "intents": certain(subject), "topic": "", "choices": [], "unclear": 0}
        if wanted["topic"] == HOW_TO:
            return {**wanted, "subject": await _likeliest_operation(reading)}
        if not intents or not points_back(message):
            return wanted
        first: Intent = {**intents[0], "operation": meant_by_verb(message, intents[0]["operation"], subject)}
        return {
            **wanted,
            "intents": [first, *(each for each in intents[1:] if each["operation"] != first["operation"])],
        }

    async def _is_about_paying(self, wanted: ConversationState, subject: str | None, reading: Reading) -> bool:
        if wanted["intents"]:
            return wanted["intents"][0]["operation"] in PAID
        return subject in PAID or (await reading.best("method"))[0] != "unstated"

    async def _language(self, message: str, context: TurnContext) -> Language:
        try:
            english = await self._messages.read(Utterance(message), context.readings).probability("language", "en")
        except AgentError:
            return "tr"
        return "en" if english > LIKELY else "tr"

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
        return self._begun(offered, _OFFERED_WITH.get(offered, {}), state)

    def _begun(self, operation: str, arguments: Mapping[str, Any], state: ConversationState) -> ConversationState:
        """Return the wish for an operation, with the arguments that are certain already."""
        begun = [new_call(operation, dict(arguments), self._lines.toolbox)] if arguments else []
        return {
            "intents": certain(operation), "topic": "", "confidence": 1.0, "choices": [], "unclear": 0,
            "calls": [*state.get("calls", []), *begun],
        }  # fmt: skip

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


def _has_time(call: Call) -> bool:
    """Tell whether another time than now may be meant by words beside a question: not in those about a fault."""
    return call["status"] == "awaiting" or call["operation"] != TICKET


def takes_note_of(message: str, done: DoneChange) -> bool:
    """Return True for words that only take note of a done change; the very words that agreed to it are sent twice."""
    agreed = (done["call"].get("consent") or {}).get("words")
    return acknowledges(message) and (agreed is None or fold(str(agreed)) != fold(message))


def _plain_topic(message: str) -> str | None:
    """Return the topic that the form of a message shows; None where the decision model has to read it."""
    if asks_for_machine(message):
        return MACHINE
    return HARDSHIP if cannot_pay(message) else None


async def _likeliest_operation(reading: Reading) -> str | None:
    """Return the operation that a message is closest to, though it wants none; None where several are as close."""
    operations = {name: share for name, share in (await reading.probabilities("operation")).items() if name != "none"}
    likeliest = max(operations, key=operations.__getitem__)
    return likeliest if operations[likeliest] >= _CLOSEST * sum(operations.values()) else None


def _is_something_else(wanted: ConversationState, calls: Sequence[Call]) -> bool:
    """Tell whether a message is about another thing than the open questions; one not understood is not."""
    if not wanted["intents"]:
        return wanted["topic"] not in _NO_DIGRESSION
    asked = {call["operation"] for call in calls if is_open_question(call)}
    return asked.isdisjoint(intent["operation"] for intent in wanted["intents"])


def _only_wished(message: str, wanted: ConversationState) -> ConversationState:
    """Drop the changes that a message only mentions; a remark tells the customer."""
    intents, remarks = only_wished(message, wanted["intents"])
    if not remarks:
        return {**wanted, "intents": intents}
    if not intents:
        return {**wanted, "intents": [], "topic": remarks[0]}
    return {**wanted, "intents": intents, "remarks": remarks, "conditional": False}
