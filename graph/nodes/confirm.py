"""confirm: run a WRITE only after a plain yes to its own facts.

One question lists every change that waits. A reply to it may decide them apart: each runs only if the words that speak
of it are a plain yes (``graph.understanding.verdicts``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from core.clock import Clock
from core.turkish import fold
from graph.answer_topics import QUESTION_CLOSED
from graph.answers.approved import Answers
from graph.answers.questions import confirmation, confirmations
from graph.approval import Approval
from graph.asking import ask
from graph.calls import asked_together, certain, expired, question_id, without
from graph.evidence import button_consent, worded_consent
from graph.reading import MessageReader, Utterance
from graph.second_faults import TICKET
from graph.state import Call, ConversationState, PendingView, TurnContext
from graph.understanding.additions import adds_only, asks_nothing
from graph.understanding.arguments import ArgumentReader
from graph.understanding.beside_replies import BesideReplyReader, Instead
from graph.understanding.consent import ConsentReader
from graph.understanding.contact_changes import CONTACT
from graph.understanding.fillers import PAUSE, declines, is_pause, withdraws
from graph.understanding.intents import IntentReader
from graph.understanding.line_reader import LineReader
from graph.understanding.mentions import listed
from graph.understanding.methods import methods_in, refused_methods
from graph.understanding.named import CHECKED
from graph.understanding.pending_terms import term_asked
from graph.understanding.references import NOTHING
from graph.understanding.reversals import turned_round
from graph.understanding.shares import shares_of
from graph.understanding.stops import stop_of
from graph.understanding.turned_down import turned_down
from graph.understanding.unmet import UNREAD, UNSURE, corrected, ends_in_limit, limit_before, limit_in, with_limit
from graph.understanding.verdicts import Verdict, VerdictReader
from tools.toolbox import Toolbox

_MOST_WORDS_OF_A_METHOD = 3
_OF_A_VALUE = frozenset({"number", "address", "extra", "thing", "addition"})
"""What is named beside the new value of a contact detail to correct it: "sonunda 1 var", "baş harfi büyük"."""


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
        self._beside = BesideReplyReader(messages, consents, intents, toolbox)
        self._lines = LineReader(toolbox)
        self._reader = VerdictReader(messages, consents, arguments, self._lines)
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._approval = Approval(toolbox, answers, clock, lifetime)
        self._open_for = open_for
        self._most_messages = most_messages

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Ask for a yes to the facts of the proposed calls, and act on the answer."""
        calls = asked_together(state["calls"])
        view = confirmations(calls, self._answers, state["language"])
        message, approve, update = ask(view, state, self._most_messages)
        left, closed = expired(state["calls"], self._clock, self._open_for)
        ended: ConversationState = {**update, "calls": left, "closed": closed}
        context = runtime.context
        if message is None:
            if closed:
                return {**ended, "topic": QUESTION_CLOSED, "confidence": 1.0}
            if approve:
                given = button_consent(view)
                approved = [(call, given) for call in calls]
                return {**update, **await self._approval.give(state, approved, question_id(*calls), context.caller)}
            return {**update, "topic": "declined", "confidence": 1.0, "calls": without(state["calls"], calls)}
        if closed:
            reading = self._messages.read(Utterance(message, view["text"], "reply"), context.readings)
            answered = (await self._consents.read(reading)).meaning in ("yes", "no")
            return {**ended, "topic": QUESTION_CLOSED, "confidence": 1.0} if answered else ended
        decided = await self._by_form(message, calls, state, context)
        if decided is None:
            decided = await self._by_reading(message, view, calls, state, context)
        return {**update, **decided}

    async def _by_form(
        self, message: str, calls: Sequence[Call], state: ConversationState, context: TurnContext
    ) -> ConversationState | None:
        """Return what follows from words whose form shows what they say; None for words that have to be read."""
        others = without(state["calls"], calls)
        if is_pause(message):
            return {"topic": PAUSE, "confidence": 1.0}  # the question returns
        if len(calls) == 1 and (turned := turned_round(message, calls[0])):
            return {"intents": certain(turned["operation"]), "calls": [turned, *others]}
        if declines(message) or all(stop_of(message, call) == "drop" for call in calls):
            return {"topic": "declined", "confidence": 1.0, "calls": others}
        if term_asked(message, calls):
            return {}  # a question about the change itself is answered, and the change goes on waiting
        if len(calls) == 1 and (wish := await self._beside.instead(message, calls[0], context)) is not None:
            return _instead(wish, calls, state)
        is_unclear = any(stop_of(message, call) == "unclear" for call in calls)
        if is_unclear or await self._beside.is_sent_again(message, state["message"], calls, context):
            return self._told_before_question("repeated", state)
        return None

    async def _by_reading(
        self, message: str, view: PendingView, calls: Sequence[Call], state: ConversationState, context: TurnContext
    ) -> ConversationState:
        verdicts = await self._verdicts(message, view, calls, state, context)
        left_open = _discussed(state["calls"], calls)
        agreed = [call for call, verdict in zip(calls, verdicts, strict=True) if verdict.answer == "yes"]
        if limit := limit_before(agreed):  # a yes after it may mean the change with the limit
            return {"calls": with_limit(left_open, calls, None), **self._told_before_question(limit, state)}
        decided = await self._decided(message, view, calls, verdicts, {**state, "calls": left_open}, context)
        against: str | None = "direction" if any(turned_down(message, call) for call in calls) else None
        if _is_for_other(verdicts, calls):
            against = "owner"
        elif against is None and decided.get("answer") in self._unsure(state):
            against = UNREAD
        if not decided:
            left_open = with_limit(left_open, calls, limit_in(message, view["text"]) or against)
        elif decided.get("answer"):
            left_open = with_limit(left_open, calls, against)  # a limit has been spoken of now
        return {"calls": left_open, **decided}

    async def _verdicts(
        self, message: str, view: PendingView, calls: Sequence[Call], state: ConversationState, context: TurnContext
    ) -> list[Verdict]:
        """Return what a reply says of each change."""
        questions = [confirmation(call, self._answers, state["language"])["text"] for call in calls]
        shares = None
        if len(calls) > 1:
            if (chosen := _option(message, view)) is not None:
                return _chosen(chosen, len(calls))
            stems = self._answers.wording["named_by"]
            shares = shares_of(message, listed(calls, stems), await self._lines.own(message, context.caller))
        told = state.get("mentioned", NOTHING)["package"]
        return await self._reader.read(message, shares, calls, questions, context, told)

    async def _decided(
        self, message: str, view: PendingView, calls: Sequence[Call], verdicts: Sequence[Verdict],
        state: ConversationState, context: TurnContext,
    ) -> ConversationState:  # fmt: skip
        """Return what follows from the verdicts: a correction goes before everything, and nothing runs beside one."""
        by_answer: dict[str, list[Call]] = {}
        for call, verdict in zip(calls, verdicts, strict=True):
            by_answer.setdefault(verdict.answer, []).append(call)
        refused = by_answer.get("no", [])
        limited = [(call, found.limit) for call, found in zip(calls, verdicts, strict=True) if found.limit is not None]
        remarks = [remark for remark in dict.fromkeys(limit.remark for _, limit in limited) if remark is not None]
        left = without(state["calls"], [*refused, *(call for call, limit in limited if not limit.kept)])
        if corrections := by_answer.get("correction"):
            ids = {call["id"] for call in corrections}
            taken: list[Call] = [corrected(call) for call in left if call["id"] in ids]
            wished = [certain(name)[0] for name in dict.fromkeys(call["operation"] for call in corrections)]
            calls_left = [*without(left, corrections), *taken]
            return {"intents": wished, "calls": calls_left, "declined": refused}
        if by_answer.get("yes"):
            given = [
                (call, worded_consent(view, message, verdict.evidence))
                for call, verdict in zip(calls, verdicts, strict=True)
                if verdict.answer == "yes"
            ]
            approved = await self._approval.give(
                {**state, "calls": left}, given, question_id(*calls), context.caller, declined=refused
            )
            return {**approved, "remarks": remarks}
        told = refused if any(call["status"] == "awaiting" for call in left) else []
        if remarks:  # the question returns after it, where the change may still be wanted
            return {"topic": remarks[0], "remarks": remarks, "confidence": 1.0, "calls": left, "declined": told}
        if any(_only_restates(message, call) for call in calls):
            return self._told_before_question(_limit_named(verdicts) or "repeated", state)
        leaning = [
            call
            for call, verdict in zip(calls, verdicts, strict=True)
            if not verdict.by_form
            and (verdict.answer == "no" or (verdict.consent is not None and verdict.consent.leans_to_no))
        ]
        if withdraws(re.split(r"[,.;!]\s+", message, maxsplit=1)[0]):
            return {"calls": without(left, calls)}  # "vazgeç, onun yerine …": the rest is read for its wish
        if not leaning and await self._beside.begins_with_no(message, view["text"], context):
            leaning = list(calls)
        if leaning and await self._beside.wishes_for_other(leaning, message, context):
            return {"calls": without(left, leaning)}  # "no, instead …": the message is read for its wish
        if refused:
            return {"topic": "declined", "confidence": 1.0, "calls": left, "declined": told}
        obstacle = await self._obstacle(message, view, calls, verdicts, context)
        if obstacle in _OF_A_VALUE and len(calls) == 1 and calls[0]["operation"] == CONTACT:
            return {"intents": certain(CONTACT), "calls": [corrected(calls[0]), *without(left, calls)]}
        return {} if obstacle is None else self._told_before_question(obstacle, state)

    async def _obstacle(
        self, message: str, view: PendingView, calls: Sequence[Call], verdicts: Sequence[Verdict], context: TurnContext
    ) -> str | None:
        """Return what keeps a reply from being a plain answer, to be said before the question; None for other words."""
        obstacles = (verdict.consent.obstacle for verdict in verdicts if verdict.consent is not None)
        if (found := next(filter(None, obstacles), None)) is not None:
            return found
        if _is_for_other(verdicts, calls) and asks_nothing(message):
            return "owner"
        if any(call["operation"] == TICKET for call in calls):  # its description is a statement, too
            return None
        limit = None if calls[0]["operation"] == CONTACT else ends_in_limit(message, view["text"])
        if not (adds_only(message) or (limit is not None and asks_nothing(message))):
            return None
        if not await self._beside.is_nothing_else(message, context):
            return None
        return _limit_named(verdicts) or limit or "addition"

    def _unsure(self, state: ConversationState) -> set[str]:
        """Return what is said of words that may have been misread."""
        return {self._answers.wording["not_plain"][each][state["language"]] for each in UNSURE}

    def _told_before_question(self, obstacle: str, state: ConversationState) -> ConversationState:
        notice = self._answers.wording["not_plain"][obstacle][state["language"]]
        get_stream_writer()({"token": notice})
        return {"answer": notice}


def _is_for_other(verdicts: Sequence[Verdict], calls: Sequence[Call]) -> bool:
    """Return True for a reply that names another owner: a yes after it may mean his line or bill."""
    named = any(verdict.consent is not None and verdict.consent.is_for_other for verdict in verdicts)
    return named and all(call["operation"] not in (TICKET, CONTACT) for call in calls)


def _limit_named(verdicts: Sequence[Verdict]) -> str | None:
    """Return the kind of limit that code has found in a reply; None where it found none."""
    named = [each.kind for verdict in verdicts if verdict.consent is not None for each in verdict.consent.named]
    return next((kind for kind in named if kind in CHECKED), None)


def _only_restates(message: str, call: Call) -> bool:
    """Return True for a few words that only name the way to pay which was asked about: "banka hesabımdan"."""
    facts = call["preview"] or {}
    asked = facts.get("method") or facts.get("payment_method") or call["arguments"].get("payment_method")
    is_short = len(message.split()) <= _MOST_WORDS_OF_A_METHOD and not refused_methods(message)
    return asked is not None and methods_in(message) == [asked] and is_short


def _instead(wish: Instead, calls: Sequence[Call], state: ConversationState) -> ConversationState:
    """Return what follows from a wish beside the change or instead of it: its words are read by themselves."""
    if wish.is_further:
        return {"message": wish.words}
    others = without(state["calls"], calls)
    if not wish.words:
        return {"topic": "declined", "confidence": 1.0, "calls": others}
    return {"message": wish.words, "calls": others, "declined": list(calls)}


def _option(message: str, view: PendingView) -> int | None:
    """Return the place of the option whose words a reply is; a bare number counts the changes, not the options."""
    said = fold(message).strip(" .!")
    return next((place for place, each in enumerate(view["options"]) if said == fold(each["label"])), None)


def _chosen(option: int, count: int) -> list[Verdict]:
    """Return the verdicts of an option: the first consents to all, the last to none, those between to one."""
    wanted = range(count) if option == 0 else range(option - 1, option) if option <= count else range(0)
    return [Verdict("yes" if place in wanted else "no") for place in range(count)]


def _discussed(calls: Sequence[Call], asked: Sequence[Call]) -> list[Call]:
    """Return calls with a mark on those that were asked about; one that runs or is dropped does not keep it."""
    ids = {call["id"] for call in asked}
    return [{**call, "discussed": True} if call["id"] in ids else call for call in calls]
