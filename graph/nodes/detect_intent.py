"""detect_intent: find out what the customer wants."""

from __future__ import annotations

from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.errors import AgentError
from core.languages import Language
from core.turkish.verbs import is_requested
from graph.after_answers import ACKNOWLEDGED, AfterAnswers
from graph.calls import certain, digressed, is_open_question
from graph.known import NETWORK
from graph.reading import MessageReader, Reading, Utterance
from graph.second_faults import TICKET, open_tickets
from graph.state import Call, ConversationState, Intent, TurnContext
from graph.understanding.additions import adds_only
from graph.understanding.argument_specs import phones
from graph.understanding.asked import AskedReader
from graph.understanding.context import ContextReader, points_back
from graph.understanding.fillers import PAUSE, is_pause
from graph.understanding.general_questions import HOW_TO, GeneralQuestionReader
from graph.understanding.intents import FIRST, LIKELY, MISUSE, IntentReader, likeliest_operation
from graph.understanding.line_reader import LineReader
from graph.understanding.named import names_later
from graph.understanding.package_names import with_known_name
from graph.understanding.places import speaks_of_own_line
from graph.understanding.references import NOTHING
from graph.understanding.reversals import bare_direction
from graph.understanding.topics import (
    HARDSHIP,
    MACHINE,
    PAID,
    REFUND,
    WAYS,
    asks_for_machine,
    asks_way,
    cannot_pay,
    wants_refund,
)
from graph.understanding.unmet import unread
from graph.understanding.unnamed_lines import names_only_a_line
from graph.understanding.wishes import BEREAVED, VERBS, is_bereaved, meant_by_verb, only_wished

NOT_LATER = "not_later"
"""Topic of words that put off a change which is asked about."""

_NOT_UNDERSTOOD = frozenset({"unclear", HOW_TO, "out_of_scope"})
"""Topics of words that may be understood by what is known."""

_OWN_WISH = 0.8
"""Probability from which on a message that names a line is a wish of its own."""

_MOST_WORDS_OF_A_LINE = 6
_SMALL_TALK = frozenset({ACKNOWLEDGED, PAUSE, NOT_LATER, MACHINE, WAYS, "thanks", "greeting", "goodbye", "angry"})
"""Topics of messages that say nothing of the open question."""

_NO_DIGRESSION = frozenset({"", ACKNOWLEDGED, NOT_LATER, MACHINE, "unclear", "thanks", "greeting", "model_failed"})
"""Topics of messages that speak of nothing else than the open question."""


class DetectIntent:
    """The node ``detect_intent``.

    Args:
        messages: Reads messages.
        intents: Reads the intents of a message.
        after_answers: Reads messages as replies to the last answer.
        lines: Knows the customer's own lines.
        asked: Reads the facts that a message asks for.
        general: Finds the entry that answers a general question.
        max_unclear: Messages in a row that are not understood before a person takes over.
        max_digressions: Messages about something else that end an open question.
    """

    def __init__(
        self, messages: MessageReader, intents: IntentReader, after_answers: AfterAnswers, lines: LineReader,
        asked: AskedReader, general: GeneralQuestionReader, max_unclear: int, max_digressions: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._contexts = ContextReader(messages)
        self._intents = intents
        self._after_answers = after_answers
        self._asked = asked
        self._general = general
        self._max_unclear = max_unclear
        self._lines = lines
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
        done = self._after_answers.remembered(state)
        if not question_is_open and (meant := await self._after_answers.read(state, done, runtime.context)):
            return meant
        reading = await self._contexts.read(state["message"], state.get("context", ""), runtime.context)
        wanted = await self._intents.read(reading, question_is_open=question_is_open)
        if wanted["topic"] == MISUSE:
            # Naming a line of one's own is no misuse: the message is read without it.
            caller = runtime.context.caller
            rest = await self._lines.without_own(state["message"], caller)
            if rest is None and not phones(state["message"]):  # "ev hattımı" names no number of somebody else
                rest = await self._lines.unnamed(state["message"], caller, "tr")
            if rest is not None:
                own = await self._contexts.read(rest, state.get("context", ""), runtime.context)
                wanted = await self._intents.read(own, question_is_open=question_is_open)
        alone = self._messages.read(Utterance(state["message"]), runtime.context.readings)
        if not wanted["intents"] and wanted["topic"] in _NOT_UNDERSTOOD:
            wanted = await self._of_any_package(state["message"], wanted, runtime.context, is_open=question_is_open)
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
        if question_is_open and not self._changes(wanted) and _is_unread(state["message"], wanted):
            wanted = {**wanted, "calls": unread(wanted.get("calls", state["calls"]))}
        if not question_is_open and await self._after_answers.is_acknowledgement(state, wanted, runtime.context):
            return {**wanted, "topic": ACKNOWLEDGED, "unclear": state.get("unclear", 0)}
        if "unclear" not in wanted or wanted["topic"] == NOT_LATER:
            return wanted
        unclear = state.get("unclear", 0) + 1 if wanted["unclear"] else 0
        if unclear >= self._max_unclear:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {**wanted, "unclear": unclear}

    def _changes(self, wanted: ConversationState) -> bool:
        """Tell whether a message wishes for a change."""
        return any(self._lines.toolbox.is_write(each["operation"]) for each in wanted["intents"])

    async def _of_any_package(
        self, message: str, wanted: ConversationState, context: TurnContext, *, is_open: bool
    ) -> ConversationState:
        """Return what is wanted of a package whose name the models do not know; else what was wanted."""
        text = with_known_name(message, await self._asked.packages.named(message, context.caller))
        if text is None:
            return wanted
        text = await self._lines.unnamed(text, context.caller, wanted["language"]) or text
        reading = self._messages.read(Utterance(text), context.readings)
        again = await self._intents.read(reading, question_is_open=is_open)
        return {**again, "language": wanted["language"]} if again["intents"] else wanted

    async def _of_any_line(
        self, wanted: ConversationState, alone: Reading, context: TurnContext, *, question_is_open: bool
    ) -> tuple[ConversationState, Reading]:
        """Return what is wanted and the reading for facts, apart from which line a message means.

        A change stays as it was read: only a question is read again, and words of which nothing was understood, where
        their verb asks for the change.
        """
        text = await self._lines.unnamed(alone.utterance.text, context.caller, wanted.get("language", "tr"))
        if text is None:
            return wanted, alone
        unnamed = self._messages.read(Utterance(text), context.readings)
        if self._changes(wanted) or wanted["topic"] in FIRST or names_only_a_line(text):
            return wanted, unnamed
        again = await self._intents.read(unnamed, question_is_open=question_is_open)
        if (changes := self._changes(again)) and not wanted["intents"] and _asks_for_all(text, again["intents"]):
            return again, unnamed
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
            return {**wanted, "subject": await likeliest_operation(reading)}
        if not intents or not points_back(message):
            return wanted
        spoken_of = state.get("offered") or subject  # "kur o zaman" after "isterseniz açabilirim"
        first: Intent = {**intents[0], "operation": meant_by_verb(message, intents[0]["operation"], spoken_of)}
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


def _is_unread(message: str, wanted: ConversationState) -> bool:
    """Tell whether words beside an open question were not understood, or only said something that asks for nothing."""
    is_unclear = not wanted["intents"] and wanted["topic"] in _NOT_UNDERSTOOD
    is_answered = wanted["topic"] in _SMALL_TALK or bool(wanted.get("asked"))
    return is_unclear or (adds_only(message) and not is_answered)


def _asks_for_all(message: str, intents: Sequence[Intent]) -> bool:
    """Return True if a message asks for each of some changes by one of its verbs."""
    verbs = [VERBS.get(intent["operation"]) for intent in intents]
    return all(each is not None and is_requested(message, each) for each in verbs)


def _has_time(call: Call) -> bool:
    """Tell whether another time than now may be meant by words beside a question: not in those about a fault."""
    return call["status"] == "awaiting" or call["operation"] != TICKET


def _plain_topic(message: str) -> str | None:
    """Return the topic that the form of a message shows; None where the decision model has to read it."""
    if asks_for_machine(message):
        return MACHINE
    if wants_refund(message):
        return REFUND
    return HARDSHIP if cannot_pay(message) else None


def _is_something_else(wanted: ConversationState, calls: Sequence[Call]) -> bool:
    """Tell whether a message is about another thing than the open questions; one not understood is not."""
    if not wanted["intents"]:
        return wanted["topic"] not in _NO_DIGRESSION
    waiting = [call for call in calls if is_open_question(call)]
    about = {name for fact in wanted.get("asked", []) for name in fact["restriction"].get("packages", ())}
    if about and about <= {(call["preview"] or {}).get("to_package") for call in waiting}:
        return False  # "bu pakette kaç GB var" is asked about the change itself
    asked = {call["operation"] for call in waiting}
    return asked.isdisjoint(intent["operation"] for intent in wanted["intents"])


def _only_wished(message: str, wanted: ConversationState) -> ConversationState:
    """Drop the changes that a message only mentions; a remark tells the customer."""
    intents, remarks = only_wished(message, wanted["intents"])
    if not remarks:
        return {**wanted, "intents": intents}
    if not intents:
        return {**wanted, "intents": [], "topic": remarks[0]}
    return {**wanted, "intents": intents, "remarks": remarks, "conditional": False}
