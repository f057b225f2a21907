"""The topics of an answer beside the asked facts: results, small talk, remarks, what was left open.

Each topic has its facts and the approved answers that fit them, or a template that code says itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import AIMessage

from core.languages import Language
from core.turkish import fold
from database.enums import PaymentMethod
from graph.answers.approved import Answers
from graph.answers.composed import Composer, Composition
from graph.answers.facts import Facts, facts_of, facts_of_error
from graph.answers.grounding import fill, usable
from graph.answers.questions import change_name
from graph.answers.switches import SWITCHES, is_as_before
from graph.asked.declared import KNOWLEDGE
from graph.state import Call, ConversationState, Outcome
from graph.understanding.additions import asks_nothing
from graph.understanding.asked import ASKED
from graph.understanding.fillers import NO_VALUE, PAUSE

_SMALL_TALK = frozenset({PAUSE, NO_VALUE, "greeting", "thanks", "goodbye", "angry", "acknowledged"})
QUESTION_CLOSED = "question_closed"
"""Topic of a turn that says no more than that an open question has ended."""

_SPOKEN_OF = {ASKED: "unclear", KNOWLEDGE: "how_to"}
"""Topics of an answer that nothing was found for, by that of the message."""

FIRST_GREETING = "first_greeting"
_LINE = "line_number"
_SEVERAL = 2

_PARTING = re.compile(
    r"\b(?:iyi (?:gun|aksam|gece|calisma)|hayirli (?:gun|is|aksam)|kolay gelsin|good (?:night|evening))"
)
_THANKING = re.compile(
    r"\bt(?:e?s+e?k+|sk)\w*|\bsag ?ol\w*|\beyvalla\w*|\bsukran\w*|\bmersi\b|\bminnet\w*|\brazi ol\w*"
    r"|\b(?:elin|emeg)\w* sag\w*|\bthank\w*|\bthx\b|\bcheers\b|\bappreciat\w*"
)

_NO_FACTS = Facts("", {})


@dataclass(frozen=True)
class Topic:
    """One thing to say.

    Attributes:
        facts: Its facts.
        approved: The approved answers that fit them; none where code says the template itself.
        template: The answer of code, for when the chat model fails.
        heading: Said before it, where an operation has run for several lines.
        done: The operation that it tells the result of, as a customer reads it; "" for other things.
    """

    facts: Facts
    approved: Sequence[str]
    template: str
    heading: str = ""
    done: str = ""


class Topics:
    """Finds the topics of a turn.

    Args:
        answers: The approved answers and the wording.
        composer: Says the entries of the operator's pages.
    """

    def __init__(self, answers: Answers, composer: Composer) -> None:
        self._answers = answers
        self._composer = composer

    def of(self, state: ConversationState, composed: Composition, language: Language) -> list[Topic]:
        """Return what there is to say beside the asked facts."""
        told = composed.operations | composed.aside
        untold = [
            each
            for each in state["outcomes"]
            if each["operation"] not in composed.aside and (each["error"] or each["operation"] not in told)
        ]
        unchanged = _switched_as_before(state)
        topics = [
            self._fixed(unchanged[outcome["call_id"]], language)
            if outcome["call_id"] in unchanged
            else self._headed(outcome, state["outcomes"], language)
            for outcome in untold
        ]
        telling = state.get("telling")
        if telling is not None and telling["late"]:
            if topics:
                topics.insert(0, self._fixed("told_late", language))
            topics += [self._of_operation("result_unknown", operation, language) for operation in telling["unknown"]]
            topics += [self._of_operation("not_carried_out", operation, language) for operation in telling["not_done"]]
        elif any(outcome["success"] and not outcome["executed"] for outcome in state["outcomes"]):
            topics.insert(0, self._fixed("already_done", language))
        topics += [self._small_talk_topic(remark, language) for remark in state.get("remarks", [])]
        declined = [self._declined_topic(call, language) for call in state.get("declined", [])]
        closed = state.get("closed", [])
        if (
            not topics
            and not declined
            and not composed.text
            and state["topic"] not in ("", QUESTION_CLOSED)
            and not (state["choices"] and not closed and state["topic"] not in (PAUSE, NO_VALUE))
        ):
            entry = self._composer.entry(state.get("entry", ""), language)
            known = Topic(_NO_FACTS, (), entry) if entry else self._small_talk_topic(_topic_of(state), language)
            topics.append(known)
        topics += declined
        topics += [self._of_operation(QUESTION_CLOSED, operation, language) for operation in dict.fromkeys(closed)]
        if _is_unchanged(state):
            topics.append(self._fixed("still_as_asked", language))
        return topics + [self._of_operation("left_out", operation, language) for operation in state.get("left_out", [])]

    def _fixed(self, key: str, language: Language) -> Topic:
        return Topic(_NO_FACTS, (), self._answers.say(key, language))

    def _of_operation(self, key: str, operation: str, language: Language) -> Topic:
        """Return a fixed piece of wording that names an operation."""
        facts = Facts("", {"operation": self._answers.operation_label(operation, language)}, language)
        return Topic(facts, (), fill(self._answers.say(key, language), facts))

    def _declined_topic(self, call: Call, language: Language) -> Topic:
        facts = Facts("", {"change": change_name(call, self._answers, language)}, language)
        return Topic(facts, (), fill(self._answers.say("declined_one", language), facts))

    def _small_talk_topic(self, topic: str, language: Language) -> Topic:
        if text := self._answers.fixed_topic(topic, language):
            methods = [self._answers.code(method, language) for method in PaymentMethod]
            last = f" ya da {methods[-1]}" if language == "tr" else f" or {methods[-1]}"
            return Topic(_NO_FACTS, (), text.replace("{methods}", ", ".join(methods[:-1]) + last))
        approved = self._answers.small_talk(topic, language)
        return Topic(_NO_FACTS, approved, approved[0])

    def _headed(self, outcome: Outcome, outcomes: Sequence[Outcome], language: Language) -> Topic:
        """Return what there is to say of an outcome, under its line where the operation has run for several."""
        topic = self._outcome_topic(outcome, language)
        lines = {other["arguments"].get(_LINE) for other in outcomes if other["operation"] == outcome["operation"]}
        line = outcome["arguments"].get(_LINE)
        if len(lines) < _SEVERAL or line is None:
            return topic
        return replace(topic, heading=self._answers.say("line_heading", language).replace("{line_number}", str(line)))

    def _outcome_topic(self, outcome: Outcome, language: Language) -> Topic:
        done = self._answers.operation_label(outcome["operation"], language)
        if outcome["result"] is not None:
            facts = facts_of(outcome["operation"], outcome["result"], self._answers, language)
            approved = self._answers.of_outcome(outcome["operation"], facts.outcome, language)
        else:
            error = outcome["error"] or {}
            facts = facts_of_error(error, self._answers, language)
            approved = self._answers.of_error(facts.outcome, language)
            if language == "tr":  # the tool's own words are exact: they name what was refused
                return Topic(facts, usable(approved, facts), f"{error['message']} {error['next_step']}", done=done)
        fitting = usable(approved, facts)
        return Topic(facts, fitting, fill(fitting[0], facts), done=done)


def _topic_of(state: ConversationState) -> str:
    """Return the topic to speak about; the first greeting of a conversation says who answers.

    "İyi günler" after an answer takes leave, and who is only content is not thanked back.
    """
    topic, said = state["topic"], fold(state["message"])
    spoken = any(isinstance(each, AIMessage) for each in state.get("messages", []))
    if topic == "greeting" and not spoken:
        return FIRST_GREETING
    if topic == "greeting" and _PARTING.search(said):
        return "goodbye"
    if topic == "thanks" and not _THANKING.search(said):
        return "acknowledged"
    return _SPOKEN_OF.get(topic, topic)


def outcome_key(outcome: Outcome, answers: Answers, language: Language) -> str:
    """Return the key of what an outcome tells: an error code, or an operation with its outcome."""
    if outcome["result"] is None:
        return facts_of_error(outcome["error"] or {"code": ""}, answers, language).outcome
    return f"{outcome['operation']}.{facts_of(outcome['operation'], outcome['result'], answers, language).outcome}"


def _switched_as_before(state: ConversationState) -> dict[str, str]:
    """Return by call the wording for a switch that was in that position before: nothing was done by it."""
    proposed = {call["id"]: call for call in state["calls"] if call["operation"] in SWITCHES}
    found = {}
    for outcome in state["outcomes"]:
        call = proposed.get(outcome["call_id"])
        facts = call["preview"] if call is not None else None
        if call is not None and facts and outcome["result"] is not None and is_as_before(call["arguments"], facts):
            found[call["id"]] = f"{call['operation']}_{'on' if call['arguments']['status'] else 'off'}_before"
    return found


def _is_unchanged(state: ConversationState) -> bool:
    """Return True where words that may have been meant as a limit left a change as it was first asked about."""
    waiting = any(call["status"] == "awaiting" and call.get("discussed") for call in state["calls"])
    told = state.get("remarks") or state.get("declined") or state["topic"] in _SMALL_TALK
    several = len(state["message"].split()) > 1  # "paketim" alone opens a subject
    return waiting and not told and several and asks_nothing(state["message"])
