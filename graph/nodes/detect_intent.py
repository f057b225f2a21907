"""detect_intent: what does the customer want? Asked of the decision model, never of a word list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from agent.decision.format import DecisionState
from agent.decision.model import DecisionModel
from agent.errors import AgentError
from core import turkish
from core.languages import Language
from graph.state import Intent, Node, State

MAX_CHOICES = 3
_LIKELY = 0.5
_FOUND_AT_ONCE = 2
_MOST_CLAUSES = 12
_SURE_BESIDE = 0.8
"""While a question is open, a wish to change something else has to be so probable: most of what is said then is about
the question."""

_SURE = 0.75
"""From which probability on a clause counts as a wish of its own."""

_FIRST = ("misuse", "person")
"""Topics that end the search for an operation."""


def message_questions(questions: Mapping[str, Any]) -> dict[str, Any]:
    """Those of questions.md that are asked about every message."""
    return {**questions["questions"], "conditional": questions["conditional"]}


def make_detect_intent(
    decision_model: DecisionModel, questions: Mapping[str, Any], threshold: float, patience: int = 2,
    writes: Collection[str] = (),
) -> Node:  # fmt: skip
    """Make the node.

    Args:
        decision_model: Answers typed questions with a probability for each allowed answer.
        questions: The questions about a message, by name.
        threshold: Below this probability of the operation the customer is asked what is meant.
        patience: Messages in a row that are not understood before a person takes over.
        writes: Operations that change something.
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
        open_question = any(call["status"] in ("awaiting", "missing") for call in state.get("calls", []))
        wanted = _wanted(answers, threshold)
        if open_question:
            wanted = _beside(wanted, writes)
        wanted["intents"] += await _further(decision_model, questions["operation"], wanted, state["message"])
        unclear = state.get("unclear", 0) + 1 if wanted["topic"] == "unclear" else 0
        if unclear >= patience:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {"language": language, "unclear": unclear, **wanted}

    return detect_intent


def _beside(wanted: State, writes: Collection[str]) -> State:
    """What a message wants while a question is open: one question at a time, and no change by a doubtful reading."""
    doubtful = [one for one in wanted["intents"] if one["operation"] in writes and one["probability"] < _SURE_BESIDE]
    if not doubtful:
        return {**wanted, "choices": []}
    kept = [one for one in wanted["intents"] if one not in doubtful]
    return {**wanted, "intents": kept, "topic": "" if kept else "unclear", "choices": []}


async def _further(
    decision_model: DecisionModel, question: Mapping[str, Any], wanted: State, message: str
) -> list[Intent]:
    """Wishes beyond the two that one reading of a message finds: its clauses are read one by one then."""
    parts = turkish.clauses(message)
    if len(wanted["intents"]) < _FOUND_AT_ONCE or wanted["conditional"] or len(parts) <= _FOUND_AT_ONCE:
        return []
    known = {intent["operation"] for intent in wanted["intents"]}
    found: list[Intent] = []
    for part in parts[:_MOST_CLAUSES]:
        try:
            answers = await decision_model.ainvoke({"state": part, "questions": {"operation": question}})
        except AgentError:
            break
        operations: Mapping[str, float] = answers["operation"]["probabilities"]
        best = max(operations, key=operations.__getitem__)
        if best != "none" and best not in known and operations[best] >= _SURE:
            known.add(best)
            found.append(Intent(operation=best, probability=float(operations[best])))
    return found


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
    conditional = len(intents) > 1 and probability(answers, "conditional", "true") > _LIKELY
    return {"intents": intents, "conditional": conditional, "topic": "", "confidence": confidence, "choices": []}
