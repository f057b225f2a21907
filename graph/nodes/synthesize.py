"""synthesize: answer every result of the turn, streaming.

The chat model names facts by field; code proves and fills them. Each result gets its own answer, in the order of the
calls. When the model fails, or says something that the facts do not prove, a template says what is left to say; nothing
unproven has left by then. Where a free writer is given, it words the asked facts and the results together
(``graph.answers.free``), with the same end: what is not proven is said by code.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.config import get_stream_writer

from agent.errors import AgentError
from agent.prompt_files import Prompt
from core.languages import Language
from database.enums import PaymentMethod
from graph.answers.approved import FIELD, Answers
from graph.answers.composed import Composer, Composition, remembered
from graph.answers.evidence_units import Unit, distinct, of_asked, of_result
from graph.answers.facts import Facts, facts_of, facts_of_error
from graph.answers.free import FreeWriter, Writing
from graph.answers.grounding import Grounder, Ungrounded, answer_grammar, fill, usable
from graph.answers.questions import change_name
from graph.asked.declared import KNOWLEDGE
from graph.asking import add_bounded
from graph.state import AnswerSource, Call, ConversationState, Outcome
from graph.understanding.asked import ASKED
from graph.understanding.fillers import PAUSE
from graph.understanding.references import NOTHING, mentioned_after

_EXAMPLES = 5
"""Approved answers shown to the chat model; the grammar holds all of them."""

QUESTION_CLOSED = "question_closed"
"""Topic of a turn that says no more than that an open question has ended."""

_SPOKEN_OF = {ASKED: "unclear", KNOWLEDGE: "how_to"}
"""Topics of an answer that nothing was found for, by that of the message."""

FIRST_GREETING = "first_greeting"
_LINE = "line_number"
_SEVERAL = 2

_NO_FACTS = Facts("", {})


@dataclass(frozen=True)
class _Topic:
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


class Synthesize:
    """The node ``synthesize``.

    Args:
        chat_model: Writes the answers.
        prompt: respond.md.
        answers: The approved answers.
        max_tokens: Longest text for one answer, tokens.
        most_messages: Messages that the state holds at most.
        contexts: The context of the next message, by the operation or topic of this one.
        composer: Says the facts that a message asks for.
        generation: Bound to the chat model as well: temperature, seed.
        free: Words the answers freely; None where code and approved answers do.
    """

    def __init__(
        self,
        chat_model: BaseChatModel,
        prompt: Prompt,
        answers: Answers,
        max_tokens: int,
        most_messages: int,
        contexts: Mapping[str, str],
        composer: Composer,
        generation: Mapping[str, Any] = MappingProxyType({}),
        free: FreeWriter | None = None,
    ) -> None:
        self._model = chat_model
        self._prompt = prompt
        self._answers = answers
        self._max_tokens = max_tokens
        self._most_messages = most_messages
        self._contexts = contexts
        self._composer = composer
        self._generation = dict(generation)
        self._free = free

    async def __call__(self, state: ConversationState) -> ConversationState:
        """Answer every result of the turn, or the topic of a message that needed no tool."""
        writer = get_stream_writer()
        language = state.get("language", "tr")
        composed = self._composer.compose(state)
        topics = self._topics(state, language, composed)
        answer, by_model = composed.text, True
        writing = self._freely(state, topics, composed, language)
        if writing is not None:
            answer = ""
            async with aclosing(writing.pieces()) as freely:
                async for piece in freely:
                    answer += piece
                    writer({"token": piece})
            topics = [topic for topic in topics if not topic.approved]
        elif answer:
            writer({"token": answer})
        for topic in topics:
            if answer:
                answer += "\n\n"
                writer({"token": "\n\n"})
            if topic.heading:
                answer += topic.heading
                writer({"token": topic.heading})
            async with aclosing(self._say(topic, state["message"], language)) as pieces:
                async for piece, written in pieces:
                    by_model = by_model and (written or not topic.approved)
                    answer += piece
                    writer({"token": piece})
        said: list[AnyMessage] = [AIMessage(answer)] if answer else []
        return {
            "answer": answer, "answer_source": writing.source if writing else _source(composed, by_model),
            "refused": writing.refused if writing else [], "context": self._context(state),
            **remembered(state, composed, answer),
            "messages": add_bounded(state, said, self._most_messages),
            "offered": self._offer(state, answer, language),
            "subject": state["outcomes"][-1]["operation"] if state["outcomes"] else state.get("subject"),
            "mentioned": mentioned_after(state["outcomes"], state.get("mentioned", NOTHING), state["calls"]),
        }  # fmt: skip

    def _freely(
        self, state: ConversationState, topics: Sequence[_Topic], composed: Composition, language: Language
    ) -> Writing | None:
        """Return the free answer to asked facts and results; None where code or approved answers word them."""
        if self._free is None or any(topic.heading for topic in topics):
            return None
        units: list[Unit] | None = []
        if composed.text:
            units = of_asked(self._composer.told(state), self._answers, language, state["message"])
        if units is None:
            return None
        worded = [topic for topic in topics if topic.approved and (topic.done or state["outcomes"])]
        units += [of_result(each.approved, each.facts.values, each.template, each.done) for each in worded]
        if len(worded) < sum(bool(topic.approved) for topic in topics):
            return None
        return self._free.begin(distinct(units), state)

    def _context(self, state: ConversationState) -> str:
        """Return the last thing that was done, to which the next message may refer; else what was done before it."""
        done = state["outcomes"][-1]["operation"] if state["outcomes"] else state["topic"]
        if done == "how_to":  # general talk about an operation
            done = state.get("subject") or done
        return self._contexts.get(done, state.get("context", ""))

    def _offer(self, state: ConversationState, answer: str, language: Language) -> str | None:
        """Return the operation that the answer offers; the last offer where there are several.

        A request that was put aside may be taken up again like an offer; it is asked for anew then.
        """
        if closed := state.get("closed"):
            return closed[-1]
        said = [_situation(outcome, self._answers, language) for outcome in reversed(state["outcomes"])]
        situations = [*state.get("remarks", []), *said]
        offers = (self._answers.offer(situation, answer, language) for situation in situations)
        return next(filter(None, offers), None)

    def _topics(self, state: ConversationState, language: Language, composed: Composition) -> list[_Topic]:
        """Return what there is to say beside the asked facts."""
        told = composed.operations | composed.aside
        untold = [
            each
            for each in state["outcomes"]
            if each["operation"] not in composed.aside and (each["error"] or each["operation"] not in told)
        ]
        topics = [self._headed(outcome, state["outcomes"], language) for outcome in untold]
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
            and not (state["choices"] and not closed and state["topic"] != PAUSE)
        ):
            entry = self._composer.entry(state.get("entry", ""), language)
            known = _Topic(_NO_FACTS, (), entry) if entry else self._small_talk_topic(_topic_of(state), language)
            topics.append(known)
        topics += declined
        topics += [self._of_operation(QUESTION_CLOSED, operation, language) for operation in dict.fromkeys(closed)]
        return topics + [self._of_operation("left_out", operation, language) for operation in state.get("left_out", [])]

    def _fixed(self, key: str, language: Language) -> _Topic:
        return _Topic(_NO_FACTS, (), self._answers.say(key, language))

    def _of_operation(self, key: str, operation: str, language: Language) -> _Topic:
        """Return a fixed piece of wording that names an operation."""
        facts = Facts("", {"operation": self._answers.operation_label(operation, language)}, language)
        return _Topic(facts, (), fill(self._answers.say(key, language), facts))

    def _declined_topic(self, call: Call, language: Language) -> _Topic:
        facts = Facts("", {"change": change_name(call, self._answers, language)}, language)
        return _Topic(facts, (), fill(self._answers.say("declined_one", language), facts))

    def _small_talk_topic(self, topic: str, language: Language) -> _Topic:
        if text := self._answers.fixed_topic(topic, language):
            methods = [self._answers.code(method, language) for method in PaymentMethod]
            last = f" ya da {methods[-1]}" if language == "tr" else f" or {methods[-1]}"
            return _Topic(_NO_FACTS, (), text.replace("{methods}", ", ".join(methods[:-1]) + last))
        approved = self._answers.small_talk(topic, language)
        return _Topic(_NO_FACTS, approved, approved[0])

    def _headed(self, outcome: Outcome, outcomes: Sequence[Outcome], language: Language) -> _Topic:
        """Return what there is to say of an outcome, under its line where the operation has run for several."""
        topic = self._outcome_topic(outcome, language)
        lines = {other["arguments"].get(_LINE) for other in outcomes if other["operation"] == outcome["operation"]}
        line = outcome["arguments"].get(_LINE)
        if len(lines) < _SEVERAL or line is None:
            return topic
        return replace(topic, heading=self._answers.say("line_heading", language).replace("{line_number}", str(line)))

    def _outcome_topic(self, outcome: Outcome, language: Language) -> _Topic:
        done = self._answers.operation_label(outcome["operation"], language)
        if outcome["result"] is not None:
            facts = facts_of(outcome["operation"], outcome["result"], self._answers, language)
            approved = self._answers.of_outcome(outcome["operation"], facts.outcome, language)
        else:
            error = outcome["error"] or {}
            facts = facts_of_error(error, self._answers, language)
            approved = self._answers.of_error(facts.outcome, language)
            if language == "tr":  # the tool's own words are exact: they name what was refused
                return _Topic(facts, usable(approved, facts), f"{error['message']} {error['next_step']}", done=done)
        fitting = usable(approved, facts)
        return _Topic(facts, fitting, fill(fitting[0], facts), done=done)

    async def _say(self, topic: _Topic, message: str, language: Language) -> AsyncGenerator[tuple[str, bool], None]:
        """Yield the pieces of one answer, each with whether the chat model wrote it."""
        grounder = Grounder(topic.facts, topic.approved, self._answers.roles(language), message)
        sent = ""
        try:
            async with aclosing(self._written(topic, message)) as pieces:
                async for piece in pieces:
                    if proven := grounder.feed(piece):
                        sent += proven
                        yield (proven if sent != proven else proven.lstrip()), True
            if rest := grounder.finish():
                sent += rest
                yield (rest if sent != rest else rest.lstrip()), True
        except (AgentError, Ungrounded):
            yield _rest(topic, grounder, sent), False
            return
        if not sent.strip() or not _is_complete(topic, grounder):
            yield _rest(topic, grounder, sent), False

    async def _written(self, topic: _Topic, message: str) -> AsyncGenerator[str, None]:
        """Yield the chat model's text."""
        if not topic.approved:
            return
        examples = "\n".join(f"- {answer}" for answer in topic.approved[:_EXAMPLES])
        prompt = self._prompt.render(examples=examples, message=" ".join(message.split()))
        model = self._model.bind(
            raw_prompt=True,
            grammar=answer_grammar(tuple(topic.approved)),
            max_tokens=self._max_tokens,
            stop=["\n"],
            **self._generation,
        )
        async for chunk in model.astream([HumanMessage(prompt)]):
            yield str(chunk.text)


def _topic_of(state: ConversationState) -> str:
    """Return the topic to speak about; the first greeting of a conversation says who answers."""
    topic = state["topic"]
    if topic == "greeting" and not any(isinstance(each, AIMessage) for each in state.get("messages", [])):
        return FIRST_GREETING
    return _SPOKEN_OF.get(topic, topic)


def _source(composed: Composition, by_model: bool) -> AnswerSource:
    """Return the author of an answer."""
    if not by_model:
        return "template"
    return "composed" if composed.text else "model"


def _situation(outcome: Outcome, answers: Answers, language: Language) -> str:
    if outcome["result"] is None:
        return str((outcome["error"] or {}).get("code"))
    return f"{outcome['operation']}.{facts_of(outcome['operation'], outcome['result'], answers, language).outcome}"


def _is_complete(topic: _Topic, grounder: Grounder) -> bool:
    """Tell whether the answer named the facts that every approved answer names: what the customer must be told."""
    named = [set(FIELD.findall(answer)) for answer in topic.approved]
    return (set.intersection(*named) if named else set()) <= grounder.named


def _rest(topic: _Topic, grounder: Grounder, sent: str) -> str:
    """Return the template, or the first approved answer where it has facts that were not said yet."""
    if not sent.strip():
        return topic.template
    unsaid = [answer for answer in topic.approved[:1] if set(FIELD.findall(answer)) - grounder.named]
    return " " + fill(unsaid[0], topic.facts) if unsaid else ""
