"""Words after an answer, while no question is open: a yes to its offer or to what was just done, a refusal, "fine".

They are short and mean nothing by themselves, so they are read as replies to what was said last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessage

from agent.errors import AgentError
from core.turkish import fold
from graph.answers.approved import PERSON, Answers
from graph.answers.questions import confirmation
from graph.calls import certain, new_call, told_again
from graph.done_corrections import CHANGED_BEFORE, PAYMENT_STANDS, DoneCorrections
from graph.reading import MessageReader, Utterance
from graph.state import ConversationState, DoneChange, TurnContext
from graph.understanding.fillers import acknowledges, consents, declines, withdraws
from graph.understanding.follow_ups import FollowUpReader
from graph.understanding.named import direction_of
from graph.understanding.references import NOTHING, resolve_package
from graph.understanding.reversals import calls_off, restores, turned_back
from graph.understanding.wishes import VERBS, chooses, insists
from tools.toolbox import Toolbox

ACKNOWLEDGED = "acknowledged"
"""Topic of the answer to an acknowledgement or a filler, which is no misunderstanding."""

NOTHING_OPEN, NOT_UNDONE = "nothing_open", "not_undone"
"""Topics of a refusal while no question is open: nothing waits, or the last change was carried out."""

TICKET_STAYS = "ticket_stays"
"""Topic of words that call a fault ticket off, which only a colleague can do."""

_TICKETS = frozenset({"create_fault_ticket", "get_fault_ticket_status"})

_ADDED = frozenset({"accepted_fee", "bill_id", "note_for"})
"""Arguments that code adds to a change."""

_MOST_WORDS = 6
"""Words of an acknowledgement; longer ones that nobody understands are a misunderstanding."""

_TELL_PACKAGES = frozenset({"get_available_packages", "get_package_details"})
_SURE_OF_CHOICE = 0.8

_OFFERED_WITH: Mapping[str, Mapping[str, Any]] = {
    "enable_roaming": {"status": True}, "setup_autopay": {"status": True},
}  # fmt: skip
"""Arguments that an offer holds."""


class AfterAnswers:
    """Reads messages as replies to the last answer.

    Args:
        messages: Reads messages.
        follow_ups: Reads messages as replies to something said earlier.
        answers: Wording of the questions.
        toolbox: The operations.
        corrections: Reads corrections of a change that was carried out.
        remembered_turns: Messages for which a carried out change is remembered.
    """

    def __init__(
        self, messages: MessageReader, follow_ups: FollowUpReader, answers: Answers, toolbox: Toolbox,
        corrections: DoneCorrections, remembered_turns: int,
    ) -> None:  # fmt: skip
        self._messages = messages
        self._follow_ups = follow_ups
        self._answers = answers
        self._toolbox = toolbox
        self._corrections = corrections
        self._remembered_turns = remembered_turns

    async def read(
        self, state: ConversationState, done: DoneChange | None, context: TurnContext
    ) -> ConversationState | None:
        """Return what a message means as a reply to the last answer; None for words that are none.

        Args:
            state: The state; no question is open.
            done: The last change, as ``remembered`` gives it.
            context: The turn, which remembers readings.
        """
        message = state["message"]
        if taken := await self._offer_taken(state, context) or await self._package_taken(state, context):
            return taken
        if insisted := self._taken_up_again(state, done):
            return insisted
        if calls_off(message) and _speaks_of_ticket(state, done):
            return {"intents": [], "topic": TICKET_STAYS, "confidence": 1.0, "choices": [], "done": done}
        if done is not None and takes_note_of(message, done):
            return {"intents": [], "topic": ACKNOWLEDGED, "confidence": 1.0, "choices": [], "done": done}
        if done is not None and (turned := turned_back(message, done)):
            return self._begun(*turned, state)
        if done is not None and (restores(message) or calls_off(message)):
            return {"intents": [], "topic": NOT_UNDONE, "confidence": 1.0, "choices": [], "done": done}
        if done is not None and (again := await self._corrections.read(message, done, context.caller)) is not None:
            return self._corrected(again, done, state)
        if done is not None and await self._is_yes_again(state, done, context):
            return told_again(done)
        if consents(message):  # nothing waits for it
            return {"intents": [], "topic": ACKNOWLEDGED, "confidence": 1.0, "choices": [], "done": done}
        if declines(message):
            undone = NOTHING_OPEN if done is None else NOT_UNDONE
            topic = undone if withdraws(message) else ACKNOWLEDGED
            return {"intents": [], "topic": topic, "confidence": 1.0, "choices": [], "done": done}
        return None

    def _corrected(self, again: Mapping[str, Any], done: DoneChange, state: ConversationState) -> ConversationState:
        """Return the wish for a change with another value; a payment that was made stays as it is."""
        operation = done["call"]["operation"]
        if operation == "pay_bill":
            return {"intents": [], "topic": PAYMENT_STANDS, "confidence": 1.0, "choices": [], "done": done}
        return {**self._begun(operation, again, state), "remarks": [CHANGED_BEFORE]}

    def remembered(self, state: ConversationState) -> DoneChange | None:
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
        if offered == PERSON:
            return {"intents": [], "topic": PERSON, "confidence": 1.0, "choices": []}
        arguments = {**_OFFERED_WITH.get(offered, {}), **_stated_before(offered, state)}
        if direction_of(state["message"]) is False and arguments.get("status"):
            return None  # "kapat" after the offer to open something
        return self._begun(offered, arguments, state)

    def _taken_up_again(self, state: ConversationState, done: DoneChange | None) -> ConversationState | None:
        """Return the wish for the change that was dropped last, after words that want it all the same."""
        last = state.get("last_change")
        if last is None or (done is not None and done["call"]["id"] == last["id"]):
            return None
        operation = last["operation"]
        is_insisted = insists(state["message"], VERBS.get(operation))
        return self._begun(operation, _stated_before(operation, state), state) if is_insisted else None

    async def _package_taken(self, state: ConversationState, context: TurnContext) -> ConversationState | None:
        """Return the wish for a package that the last answer named, after words that only choose one of them."""
        message, mentioned = state["message"], state.get("mentioned", NOTHING)
        if state.get("subject") not in _TELL_PACKAGES or not chooses(message):
            return None
        try:
            reading = self._messages.read(Utterance(message), context.readings)
            option, probability = await reading.best("pick")
        except AgentError:
            return None
        package = resolve_package(option, mentioned) if probability >= _SURE_OF_CHOICE else None
        return None if package is None else self._begun("change_package", {"new_package_name": package}, state)

    def _begun(self, operation: str, arguments: Mapping[str, Any], state: ConversationState) -> ConversationState:
        """Return the wish for an operation, with the arguments that are certain already."""
        begun = [new_call(operation, dict(arguments), self._toolbox)] if arguments else []
        return {
            "intents": certain(operation), "topic": "", "confidence": 1.0, "choices": [], "unclear": 0,
            "calls": [*state.get("calls", []), *begun],
        }  # fmt: skip

    async def is_acknowledgement(
        self, state: ConversationState, wanted: ConversationState, context: TurnContext
    ) -> bool:
        """Tell whether words without a wish say no more than "fine": a yes or no to the offer of further help."""
        if wanted["topic"] != "unclear" or wanted["choices"] or len(state["message"].split()) > _MOST_WORDS:
            return False
        question = self._answers.say("anything_else", state.get("language", "tr"))
        return await self._reply(state, question, context) in ("yes", "no")

    async def _reply(self, state: ConversationState, question: str, context: TurnContext) -> str:
        """Return the meaning of the latest message as a reply to a question; "other" for a wish of its own."""
        reply = self._messages.read(Utterance(state["message"], question, "reply"), context.readings)
        message = self._messages.read(Utterance(state["message"]), context.readings)
        return await self._follow_ups.reply(reply, message)


def _stated_before(operation: str, state: ConversationState) -> dict[str, Any]:
    """Return what the customer stated for a change that was dropped; what code added to it is looked up anew."""
    last = state.get("last_change")
    stated = last["arguments"] if last is not None and last["operation"] == operation else {}
    return {name: value for name, value in stated.items() if name not in _ADDED}


def _speaks_of_ticket(state: ConversationState, done: DoneChange | None) -> bool:
    """Return True after words about a fault ticket, or where the last change opened one."""
    return state.get("subject") in _TICKETS or (done is not None and done["call"]["operation"] in _TICKETS)


def takes_note_of(message: str, done: DoneChange) -> bool:
    """Return True for words that only take note of a done change; the very words that agreed to it are sent twice."""
    agreed = (done["call"].get("consent") or {}).get("words")
    return acknowledges(message) and (agreed is None or fold(str(agreed)) != fold(message))
