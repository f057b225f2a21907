"""synthesize: answer every result of the turn, streaming.

The chat model names facts by field; code proves and fills them. Each result gets its own answer, in the order of the
calls. When the model fails, or says something that the facts do not prove, a template says what is left to say; nothing
unproven has left by then. Where a free writer is given, it words the asked facts and the results together
(``graph.answers.free``), with the same end: what is not proven is said by code.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from types import MappingProxyType
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.config import get_stream_writer

from agent.chat.written import written
from agent.errors import AgentError
from agent.prompt_files import Prompt
from core.fields import FIELD
from core.languages import Language
from graph.answer_topics import Topic, Topics, outcome_key
from graph.answers.approved import PERSON, Answers
from graph.answers.composed import Composer, Composition
from graph.answers.evidence_units import Unit, distinct, of_asked, of_result
from graph.answers.free import FreeWriter, Writing
from graph.answers.grounding import Grounder, Ungrounded, answer_grammar, fill
from graph.answers.remembered import remembered
from graph.asking import add_bounded
from graph.state import AnswerSource, ConversationState, RefusedText
from graph.understanding.limits import NOT_NEEDED
from graph.understanding.references import NOTHING, mentioned_after

_EXAMPLES = 5
"""Approved answers shown to the chat model; the grammar holds all of them."""


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
        self._topics = Topics(answers, composer)
        self._generation = dict(generation)
        self._free = free

    async def __call__(self, state: ConversationState) -> ConversationState:
        """Answer every result of the turn, or the topic of a message that needed no tool."""
        writer = get_stream_writer()
        language = state.get("language", "tr")
        composed = self._composer.compose(state)
        topics = self._topics.of(state, composed, language)
        answer, by_model = composed.text, True
        refused: list[RefusedText] = []
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
            async with aclosing(self._say(topic, state["message"], language, refused)) as pieces:
                async for piece, written in pieces:
                    by_model = by_model and (written or not topic.approved)
                    answer += piece
                    writer({"token": piece})
        said: list[AnyMessage] = [AIMessage(answer)] if answer else []
        return {
            "answer": answer, "answer_source": writing.source if writing else _source(composed, by_model),
            "refused": [*(writing.refused if writing else ()), *refused], "context": self._context(state),
            **remembered(state, composed, answer),
            "messages": add_bounded(state, said, self._most_messages),
            "offered": self._offer(state, composed, answer, language),
            "subject": state["outcomes"][-1]["operation"] if state["outcomes"] else state.get("subject"),
            "mentioned": mentioned_after(
                state["outcomes"], state.get("mentioned", NOTHING), state["calls"], state.get("entry", ""),
                composed.said,
            ),
        }  # fmt: skip

    def _freely(
        self, state: ConversationState, topics: Sequence[Topic], composed: Composition, language: Language
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

    def _offer(self, state: ConversationState, composed: Composition, answer: str, language: Language) -> str | None:
        """Return the operation that the answer offers, or a colleague; the last offer where there are several.

        A request that was put aside may be taken up again like an offer; it is asked for anew then.
        """
        if closed := state.get("closed"):
            return closed[-1]
        if NOT_NEEDED in state.get("remarks", []) and (last := state.get("last_change")):
            return last["operation"]  # "yine de yapabilirim"
        said = [outcome_key(outcome, self._answers, language) for outcome in reversed(state["outcomes"])]
        situations = [*state.get("remarks", []), *composed.situations, *said]
        offers = (self._answers.offer(situation, answer, language) for situation in situations)
        offered = next(filter(None, offers), None)
        return offered or (PERSON if self._answers.offers_person(answer, language) else None)

    async def _say(
        self, topic: Topic, message: str, language: Language, refused: list[RefusedText]
    ) -> AsyncGenerator[tuple[str, bool], None]:
        """Yield the pieces of one answer, each with whether the chat model wrote it; note what it wrote in vain."""
        grounder = Grounder(topic.facts, topic.approved, self._answers.roles(language), message)
        sent = raw = ""
        try:
            async with aclosing(self._written(topic, message)) as pieces:
                async for piece in pieces:
                    raw += piece
                    if proven := grounder.feed(piece):
                        sent += proven
                        yield (proven if sent != proven else proven.lstrip()), True
            if rest := grounder.finish():
                sent += rest
                yield (rest if sent != rest else rest.lstrip()), True
        except (AgentError, Ungrounded) as error:
            refused.append(_refusal(raw, error))
            yield _rest(topic, grounder, sent), False
            return
        if not sent.strip() or not _is_complete(topic, grounder):
            if topic.approved:
                refused.append(RefusedText(text=raw.strip(), reason="asked_unsaid", raw=raw.strip()))
            yield _rest(topic, grounder, sent), False

    async def _written(self, topic: Topic, message: str) -> AsyncGenerator[str, None]:
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
        async with aclosing(written(model, [HumanMessage(prompt)])) as pieces:
            async for piece in pieces:
                yield piece


def _refusal(raw: str, error: AgentError | Ungrounded) -> RefusedText:
    """Return the note of a text that did not reach the customer as it was written."""
    reason = "unsupported" if isinstance(error, Ungrounded) else "model_failed"
    why = str(error) if isinstance(error, Ungrounded) else f"{type(error).__name__}: {error}"
    return RefusedText(text=raw.strip(), reason=reason, why=why, raw=raw.strip())


def _source(composed: Composition, by_model: bool) -> AnswerSource:
    """Return the author of an answer."""
    if not by_model:
        return "template"
    return "composed" if composed.text else "model"


def _is_complete(topic: Topic, grounder: Grounder) -> bool:
    """Tell whether the answer named the facts that every approved answer names: what the customer must be told."""
    named = [set(FIELD.findall(answer)) for answer in topic.approved]
    return (set.intersection(*named) if named else set()) <= grounder.named


def _rest(topic: Topic, grounder: Grounder, sent: str) -> str:
    """Return the template, or the first approved answer where it has facts that were not said yet."""
    if not sent.strip():
        return topic.template
    unsaid = [answer for answer in topic.approved[:1] if set(FIELD.findall(answer)) - grounder.named]
    return " " + fill(unsaid[0], topic.facts) if unsaid else ""
