"""What a customer's words say to a question that was asked; never guessed: an unsure reading is "other"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.decision.model import DecisionModel
from agent.errors import AgentError

CERTAIN = {"yes": 0.87, "no": 0.6, "correction": 0.6, "answer": 0.5}
"""Probability that a reply has to reach to count; anything less is unclear, and an unclear reply is never a yes. A yes
has to be surer, since a missed one costs a repeated question and a false one costs money."""

_STEP_CERTAIN = 0.5
OTHER = "other"


class ReplyReader:
    """Reads replies.

    Args:
        decision_model: Answers typed questions.
        questions: questions.md.
        yes: Probability that a yes has to reach.
    """

    def __init__(
        self, decision_model: DecisionModel, questions: Mapping[str, Any], yes: float = CERTAIN["yes"]
    ) -> None:
        self._decide = decision_model
        self._questions = questions
        self._certain = {**CERTAIN, "yes": yes}

    async def reply(self, message: str, asked: str) -> str:
        """yes, no, correction, answer or other.

        Args:
            message: The customer's words.
            asked: The question that was asked.
        """
        best, sure = await self._read("reply", message, asked)
        return best if sure >= self._certain.get(best, 1.1) else OTHER

    async def trial(self, message: str, asked: str) -> str:
        """What a customer says of a step that he was to try: fixed, still, unable, ticket or other."""
        best, sure = await self._read("step", message, asked)
        return best if sure >= _STEP_CERTAIN else OTHER

    async def _read(self, question: str, message: str, asked: str) -> tuple[str, float]:
        seen = {"message": message, "context": asked}
        try:
            answers = await self._decide.ainvoke({"state": seen, "questions": {question: self._questions[question]}})
        except AgentError:
            return OTHER, 0.0
        probabilities: Mapping[str, float] = answers[question]["probabilities"]
        best = max(probabilities, key=probabilities.__getitem__)
        return best, probabilities[best]
