"""The reading of a customer's words: the decision model's answers about them, each asked for at most once in a turn.

The nodes and the readers of ``understanding`` ask a ``Reading``; nothing else in the graph asks the decision model.
This module concludes nothing from the answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from agent.decision.format import DecisionState
from agent.decision.model import DecisionModel, ReadsSpans
from agent.decision.spans import Span
from core.turkish import calm

Kind = Literal["message", "reply", "clause"]

INTENT_QUESTIONS = ("operation", "second_operation", "topic", "language", "conditional")
ASKED, ALSO_ASKED = "asked", "also_asked"
"""The questions which fact is asked, and which one beside it."""

_ARGUMENT_QUESTIONS = ("switch", "method", "contact_type", "described", "pick")
_TOGETHER: Mapping[Kind, tuple[str, ...]] = {
    "message": (*INTENT_QUESTIONS, *_ARGUMENT_QUESTIONS, ASKED, ALSO_ASKED),
    "reply": ("reply", "step", *_ARGUMENT_QUESTIONS),
    "clause": ("operation",),
}
"""The questions that the graph may ask about an utterance, by its kind."""


@dataclass(frozen=True)
class Utterance:
    """Words of the customer in the context in which they are read.

    Attributes:
        text: The words.
        context: What was done just before, or the question that they reply to; "" on a fresh thread.
        kind: A message of its own, the reply to a question, or one clause of a message.
    """

    text: str
    context: str = ""
    kind: Kind = "message"

    @property
    def decision_state(self) -> DecisionState:
        """The utterance as the decision model takes it, which has learned from texts in small letters."""
        text = calm(self.text)
        return {"message": text, "context": self.context} if self.context else text


class Reading:
    """The decision model's answers about one utterance.

    Args:
        utterance: The words and their context.
        decision_model: Answers typed questions.
        questions: The typed questions by name.
    """

    def __init__(
        self, utterance: Utterance, decision_model: DecisionModel, questions: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.utterance = utterance
        self._model = decision_model
        self._questions = questions
        self._answers: dict[str, Mapping[str, float]] = {}
        self._spans: Sequence[Span] | None = None

    def of(self, text: str) -> Reading:
        """Return the reading of other words in the same place by the same model; nothing is asked yet."""
        return Reading(replace(self.utterance, text=text), self._model, self._questions)

    async def probabilities(self, question: str) -> Mapping[str, float]:
        """Return the probability of each option of a question.

        Raises:
            AgentError: The model failed.
        """
        if question not in self._answers:
            await self.ask(question)
        return self._answers[question]

    async def among(self, question: str, options: Collection[str]) -> Mapping[str, float]:
        """Return the probabilities of a question among some of its options; they add up to 1.

        A model that reads every question of a message at once answers all of them; any other is shown these only.

        Args:
            question: A question with many options.
            options: Those that matter.

        Raises:
            AgentError: The model failed.
        """
        if self._model.answers_together or question in self._answers:
            found = {name: share for name, share in (await self.probabilities(question)).items() if name in options}
            total = sum(found.values()) or 1.0
            return {name: share / total for name, share in found.items()}
        whole = self._questions[question]
        asked = {**whole, "criteria": {name: text for name, text in whole["criteria"].items() if name in options}}
        answers = await self._model.ainvoke({"state": self.utterance.decision_state, "questions": {question: asked}})
        found = dict(answers[question]["probabilities"])
        self._answers[question] = found
        return found

    async def probability(self, question: str, option: str) -> float:
        """Return the probability of one option; 0 where the question does not offer it.

        Raises:
            AgentError: The model failed.
        """
        return float((await self.probabilities(question)).get(option, 0.0))

    async def best(self, question: str) -> tuple[str, float]:
        """Return the likeliest option of a question and its probability.

        Raises:
            AgentError: The model failed.
        """
        probabilities = await self.probabilities(question)
        option = max(probabilities, key=probabilities.__getitem__)
        return option, float(probabilities[option])

    def offers(self, question: str) -> bool:
        """Return True if the question can be asked."""
        return question in self._questions

    async def ask(self, *questions: str) -> None:
        """Ask several questions in one request, and with them every other one where that costs nothing.

        Raises:
            AgentError: The model failed.
        """
        others = _TOGETHER[self.utterance.kind] if self._model.answers_together else ()
        names = [
            name
            for name in dict.fromkeys((*questions, *others))
            if name not in self._answers and name in self._questions
        ]
        if not names:
            return
        asked = {name: self._questions[name] for name in names}
        answers = await self._model.ainvoke({"state": self.utterance.decision_state, "questions": asked})
        self._answers |= {name: answers[name]["probabilities"] for name in names}

    @property
    def answered(self) -> Mapping[str, Mapping[str, float]]:
        """The probabilities of every question that was asked so far, by question."""
        return {name: dict(answer) for name, answer in self._answers.items()}

    @property
    def tags_spans(self) -> bool:
        """True where the model also tags the words that are arguments."""
        return isinstance(self._model, ReadsSpans)

    async def spans(self) -> Sequence[Span]:
        """Return the words that are arguments; none where the model does not tag words.

        Raises:
            AgentError: The model failed.
        """
        if self._spans is not None:
            return self._spans
        spans: Sequence[Span] = ()
        if isinstance(self._model, ReadsSpans):
            spans = await asyncio.to_thread(self._model.spans, self.utterance.decision_state)
        self._spans = spans
        return spans


class MessageReader:
    """Makes the readings of a turn, one for each utterance.

    Args:
        decision_model: Answers typed questions.
        questions: The front matter of questions.md.
        facts: The typed questions for the asked facts, by name.
    """

    def __init__(
        self,
        decision_model: DecisionModel,
        questions: Mapping[str, Any],
        facts: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ) -> None:
        self._model = decision_model
        self._questions = {
            **questions["questions"], **questions["arguments"],
            **{name: questions[name] for name in ("conditional", "reply", "step", "pick")}, **facts,
        }  # fmt: skip

    def read(self, utterance: Utterance, readings: dict[Utterance, Reading] | None = None) -> Reading:
        """Return the reading of an utterance; nothing is asked yet.

        Args:
            utterance: The words and their context.
            readings: The readings of the turn so far, where the new one is remembered.
        """
        reading = Reading(utterance, self._model, self._questions)
        return reading if readings is None else readings.setdefault(utterance, reading)
