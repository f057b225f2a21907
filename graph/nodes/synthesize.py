"""synthesize: what the customer is told. The writer names facts by field, code proves and fills them, streaming.

Each result gets its own answer, in the order of the calls. When the writer fails, or says something that the facts do
not prove, code goes on with a plain rendering of what was not said yet; nothing unproven has left by then.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langgraph.config import get_stream_writer

from agent.errors import AgentError
from agent.prompt_files import Prompt
from core.languages import Language
from graph.answers.approved import FIELD, Answers
from graph.answers.facts import Facts, facts_of, facts_of_error
from graph.answers.grounding import Grounder, Ungrounded, answer_grammar, fill, usable
from graph.state import Outcome, State, Turn
from graph.understanding.references import NOTHING, mentioned_after

_EXAMPLES = 5
"""Approved answers shown to the writer; the grammar holds all of them."""
_NO_FACTS = Facts("", {})


@dataclass(frozen=True)
class Topic:
    """One thing to say: the facts, and the approved answers that fit them."""

    facts: Facts
    approved: Sequence[str]
    plain: str
    """What code says when the writer cannot."""


class Synthesizer:
    """Writes the answers of a turn.

    Args:
        chat_model: The writer.
        prompt: respond.md.
        answers: The approved answers.
        max_tokens: Longest text for one answer, tokens.
        history_messages: Turns of the thread that are kept for references.
        contexts: What is said of an operation or topic when the next message is decided about.
        generation: Bound to the writer as well: temperature, seed.
    """

    def __init__(
        self,
        chat_model: BaseChatModel,
        prompt: Prompt,
        answers: Answers,
        max_tokens: int,
        history_messages: int,
        contexts: Mapping[str, str],
        generation: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._model = chat_model
        self._prompt = prompt
        self._answers = answers
        self._max_tokens = max_tokens
        self._keep = history_messages
        self._contexts = contexts
        self._generation = dict(generation)

    async def synthesize(self, state: State) -> State:
        """The node: answer every result of the turn, or the topic of a message that needed no tool."""
        writer = get_stream_writer()
        language = state.get("language", "tr")
        answer, by_model = "", True
        for topic in self._topics(state, language):
            if answer:
                answer += "\n\n"
                writer({"token": "\n\n"})
            async with aclosing(self._say(topic, state["message"], language)) as pieces:
                async for piece, written in pieces:
                    by_model = by_model and written
                    answer += piece
                    writer({"token": piece})
        said: list[Turn] = [
            *state.get("history", []),
            {"role": "user", "text": state["message"]},
            {"role": "assistant", "text": answer},
        ]
        return {
            "answer": answer, "said_by": "model" if by_model else "rendering", "history": said[-self._keep :],
            "context": self._context(state),
            "mentioned": mentioned_after(state["outcomes"], state.get("mentioned", NOTHING), state["calls"]),
        }  # fmt: skip

    def _context(self, state: State) -> str:
        """What the next message may refer to: the last thing that was done, or what was done before it."""
        done = state["outcomes"][-1]["operation"] if state["outcomes"] else state["topic"]
        return self._contexts.get(done, state.get("context", ""))

    def _topics(self, state: State, language: Language) -> list[Topic]:
        topics = [self._outcome_topic(outcome, language) for outcome in state["outcomes"]]
        topics += [self._talk_topic(remark, language) for remark in state.get("remarks", [])]
        if not topics and state["topic"] and not state["choices"]:
            topics.append(self._talk_topic(state["topic"], language))
        return topics

    def _talk_topic(self, topic: str, language: Language) -> Topic:
        approved = self._answers.talk(topic, language)
        return Topic(_NO_FACTS, approved, approved[0])

    def _outcome_topic(self, outcome: Outcome, language: Language) -> Topic:
        if outcome["result"] is not None:
            facts = facts_of(outcome["operation"], outcome["result"], self._answers, language)
            approved = self._answers.of_outcome(outcome["operation"], facts.outcome, language)
        else:
            error = outcome["error"] or {}
            facts = facts_of_error(error, self._answers, language)
            approved = self._answers.of_error(facts.outcome, language)
            if language == "tr":  # the tool's own words are exact: they name what was refused
                return Topic(facts, usable(approved, facts), f"{error['message']} {error['next_step']}")
        fitting = usable(approved, facts)
        return Topic(facts, fitting, fill(fitting[0], facts))

    async def _say(self, topic: Topic, message: str, language: Language) -> AsyncGenerator[tuple[str, bool], None]:
        """The pieces of one answer, each with whether the writer wrote it."""
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
            yield self._rest(topic, grounder, sent), False
            return
        if not sent.strip() or not self._complete(topic, grounder):
            yield self._rest(topic, grounder, sent), False

    async def _written(self, topic: Topic, message: str) -> AsyncGenerator[str, None]:
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

    def _complete(self, topic: Topic, grounder: Grounder) -> bool:
        """Whether the answer named the facts that the plain answer names; lists may stay out."""
        return self._core(topic) <= grounder.named

    def _core(self, topic: Topic) -> set[str]:
        """The facts that every approved answer names: what the customer must be told."""
        named = [set(FIELD.findall(answer)) for answer in topic.approved]
        return set.intersection(*named) if named else set()

    def _rest(self, topic: Topic, grounder: Grounder, sent: str) -> str:
        """The plain answer, or its sentences with facts that were not said yet."""
        if not sent.strip():
            return topic.plain
        unsaid = [answer for answer in topic.approved[:1] if set(FIELD.findall(answer)) - grounder.named]
        return " " + fill(unsaid[0], topic.facts) if unsaid else ""
