"""The intents of a message: the wanted operations, or the topic of a message that wants none.

The decision model answers; no word list is consulted. Arguments are read separately (``arguments.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agent.errors import AgentError
from core import turkish
from core.languages import Language
from graph.reading import INTENT_QUESTIONS, MessageReader, Reading, Utterance
from graph.state import ConversationState, Intent

MOST_CHOICES = 3
_LIKELY = 0.5
_FOUND_AT_ONCE = 2
_MOST_CLAUSES = 12
_CLAUSE_THRESHOLD = 0.75
"""Probability from which on a clause counts as a wish of its own."""

_WRITE_THRESHOLD = 0.8
"""Probability that the wish for another change needs while a question is open: most of what is said then is about the
question."""

MISUSE = "misuse"
"""Topic of a message that asks for what is not the customer's."""

_FIRST = (MISUSE, "person")
"""Topics that end the search for an operation."""


class IntentReader:
    """Reads the intents of a message.

    Args:
        messages: Reads the clauses of a message with several wishes.
        threshold: Below this probability of the operation the customer is asked what is meant.
        writes: Operations that change something.
    """

    def __init__(self, messages: MessageReader, threshold: float, writes: Collection[str] = ()) -> None:
        self._messages = messages
        self._threshold = threshold
        self._writes = writes

    async def read(self, reading: Reading, *, question_is_open: bool = False) -> ConversationState:
        """Return the intents, topic, confidence, choices, condition and language of a message.

        ``unclear`` is 1 for a message that was not understood; it is absent where no operation was looked for.

        Args:
            reading: The message.
            question_is_open: Whether the customer still owes the answer to a question.
        """
        try:
            await reading.ask(*INTENT_QUESTIONS)
        except AgentError:  # the model cannot answer: say so, do nothing, keep the thread
            return {"intents": [], "topic": "model_failed", "confidence": 0.0, "choices": [], "language": "tr"}
        language: Language = "en" if await reading.probability("language", "en") > _LIKELY else "tr"
        for topic in _FIRST:
            confidence = await reading.probability("topic", topic)
            if confidence > _LIKELY:
                return {"intents": [], "topic": topic, "confidence": confidence, "choices": [], "language": language}
        wanted = await self._wanted(reading)
        if question_is_open:
            wanted = self._beside_question(wanted)
        wanted["intents"] += await self._from_clauses(reading.utterance.text, wanted)
        return {"language": language, "unclear": int(wanted["topic"] == "unclear"), **wanted}

    async def _wanted(self, reading: Reading) -> ConversationState:
        """Return the operations of a message in the order said, or its topic, or the likeliest choices."""
        operations = await reading.probabilities("operation")
        ranked = sorted(operations, key=operations.__getitem__, reverse=True)
        first = ranked[0]
        confidence = float(operations[first])
        if first == "none":
            topic = _likeliest(await reading.probabilities("topic"), without="request")
            return {"intents": [], "topic": topic, "confidence": confidence, "choices": []}
        if confidence < self._threshold:
            choices = [name for name in ranked if name != "none"][:MOST_CHOICES]
            return {"intents": [], "topic": "unclear", "confidence": confidence, "choices": choices}
        intents = [Intent(operation=first, probability=confidence)]
        second, probability = await reading.best("second_operation")
        confidence *= probability
        if second not in ("none", first):
            intents.append(Intent(operation=second, probability=probability))
        conditional = len(intents) > 1 and await reading.probability("conditional", "true") > _LIKELY
        return {"intents": intents, "conditional": conditional, "topic": "", "confidence": confidence, "choices": []}

    def _beside_question(self, wanted: ConversationState) -> ConversationState:
        """Drop the choices, and each change that is not certain: one question at a time while one is open."""
        doubtful = [
            intent
            for intent in wanted["intents"]
            if intent["operation"] in self._writes and intent["probability"] < _WRITE_THRESHOLD
        ]
        if not doubtful:
            return {**wanted, "choices": []}
        certain = [intent for intent in wanted["intents"] if intent not in doubtful]
        return {**wanted, "intents": certain, "topic": "" if certain else "unclear", "choices": []}

    async def _from_clauses(self, message: str, wanted: ConversationState) -> list[Intent]:
        """Return the wishes beyond the two that one reading finds, by reading the clauses of a message one by one."""
        clauses = turkish.clauses(message)
        if len(wanted["intents"]) < _FOUND_AT_ONCE or wanted["conditional"] or len(clauses) <= _FOUND_AT_ONCE:
            return []
        known = {intent["operation"] for intent in wanted["intents"]}
        found: list[Intent] = []
        for clause in clauses[:_MOST_CLAUSES]:
            try:
                operation, probability = await self._messages.read(Utterance(clause, kind="clause")).best("operation")
            except AgentError:
                break
            if operation != "none" and operation not in known and probability >= _CLAUSE_THRESHOLD:
                known.add(operation)
                found.append(Intent(operation=operation, probability=probability))
        return found


def _likeliest(probabilities: Mapping[str, float], *, without: str) -> str:
    return max((option for option in probabilities if option != without), key=probabilities.__getitem__)
