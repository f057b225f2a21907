"""detect_intent: what does the customer want? Asked of the decision model, never of a word list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.decision_format import State as DecisionState
from agent.decision_model import DecisionModel
from agent.errors import AgentError
from graph.state import Intent, Language, Node, State

MAX_CHOICES = 3
_LIKELY = 0.5
_PATIENCE = 2
"""Messages in a row that are not understood before a person takes over."""

_FIRST = ("misuse", "person")
"""Topics that end the search for an operation."""


def make_detect_intent(decision_model: DecisionModel, questions: Mapping[str, Any], threshold: float) -> Node:
    """Make the node.

    Args:
        decision_model: Answers typed questions with a probability for each allowed answer.
        questions: The questions about a message, by name.
        threshold: Below this probability of the operation the customer is asked what is meant.
    """

    async def detect_intent(state: State) -> State:
        try:
            answers = await decision_model.ainvoke({"state": seen_in_context(state), "questions": dict(questions)})
        except AgentError:  # the model cannot answer: say so, do nothing, keep the thread
            return {"intents": [], "topic": "model_failed", "confidence": 0.0, "choices": [], "language": "tr"}
        language: Language = "en" if probability(answers, "language", "en") > _LIKELY else "tr"
        for topic in _FIRST:
            confidence = probability(answers, "topic", topic)
            if confidence > _LIKELY:
                return {"intents": [], "topic": topic, "confidence": confidence, "choices": [], "language": language}
        wanted = _wanted(answers, threshold)
        unclear = state.get("unclear", 0) + 1 if wanted["topic"] == "unclear" else 0
        if unclear >= _PATIENCE:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {"language": language, "unclear": unclear, **wanted}

    return detect_intent


def probability(answers: Mapping[str, Any], question: str, option: str) -> float:
    """Probability of one option of an answered question; 0 for a question that the model was not asked."""
    answer = answers.get(question)
    return float(answer["probabilities"].get(option, 0.0)) if answer else 0.0


def seen_in_context(state: State) -> DecisionState:
    """The latest message with what was done just before it in the thread."""
    context = state.get("context")
    return {"message": state["message"], "context": context} if context else state["message"]


def _wanted(answers: Mapping[str, Any], threshold: float) -> State:
    """The operations of a message in the order said, or its topic, or the likeliest choices."""
    operations: Mapping[str, float] = answers["operation"]["probabilities"]
    ranked = sorted(operations, key=operations.__getitem__, reverse=True)
    first = ranked[0]
    confidence = float(operations[first])
    if first == "none":
        topics = {name: p for name, p in answers["topic"]["probabilities"].items() if name != "request"}
        return {
            "intents": [], "topic": max(topics, key=topics.__getitem__), "confidence": confidence, "choices": [],
        }  # fmt: skip
    if confidence < threshold:
        choices = [name for name in ranked if name != "none"][:MAX_CHOICES]
        return {"intents": [], "topic": "unclear", "confidence": confidence, "choices": choices}
    intents = [Intent(operation=first, probability=confidence)]
    others: Mapping[str, float] = answers["second_operation"]["probabilities"]
    second = max(others, key=others.__getitem__)
    confidence *= float(others[second])
    if second not in ("none", first):
        intents.append(Intent(operation=second, probability=float(others[second])))
    return {"intents": intents, "topic": "", "confidence": confidence, "choices": []}
