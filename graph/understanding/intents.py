"""The intents of a message: the wanted operations, or the topic of a message that wants none.

The decision model answers; no word list is consulted. Arguments are read separately (``arguments.py``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from agent.errors import AgentError
from core import turkish
from core.languages import Language
from core.turkish.verbs import is_requested
from graph.reading import INTENT_QUESTIONS, MessageReader, Reading, Utterance
from graph.state import ConversationState, Intent
from graph.understanding.wishes import VERBS

MOST_CHOICES = 3

LIKELY = 0.5
"""Probability above which a yes-or-no answer of the decision model holds."""

_MOST_CLAUSES = 12
_CLAUSE_THRESHOLD = {True: 0.75, False: 0.5}
"""Probability from which on a clause counts as a wish of its own, for one that changes something and one that does not.
"""

_SURE_OF_ONE = 0.95
"""Probability of no second wish below which the clauses are read, and that of a clause that is a second wish then."""

_DOUBTFUL_CLAUSE = 0.35
"""Probability from which on a clause that counts as no wish is named to the customer."""

_PROPOSED = 0.65
"""Probability from which on a change is proposed; below it the customer is asked what is meant."""

_PERHAPS = 0.3
"""Probability of a change from which on its verb decides for it, against a look-up of the same subject."""

_CLOSEST = 0.4
"""Share of the probability of all operations that makes one the subject of general talk."""

_TICKET = "create_fault_ticket"
_NAMES_TICKET = re.compile(r"\bkay(?:it|d[iu])\w* (?:ac|olustur)|\b(?:open|create) (?:a |me a )?(?:fault )?ticket\b")
"""A ticket and its verb in one breath, whatever fault stands before them: "internetim yavaş kayıt aç"."""

_IF = re.compile(r"\b\w{3,}s[ae]\b|\bif\b")
"""A condition, under which the look-up comes first."""

_SURE_OF_NONE = 0.9
_POSSIBLE = 0.15
_WEAK_TOPIC = 0.3
_PRAISE_THRESHOLD = 0.8
"""Probability that a wish beside praise or a greeting needs."""

_BESIDE_WISHES = frozenset({"thanks", "greeting", "goodbye", "angry"})
"""Topics of a message in which a clause may be a wish all the same."""

_HANDED_OVER = frozenset({"angry", "out_of_reach"})
"""Topics that end in a hand-over, so that they need to be likelier than all others together."""

_PRAISE = frozenset({"thanks", "greeting", "goodbye"})
"""Topics beside which a complaint may stand: a customer who praises the service for what does not work."""

_WRITE_THRESHOLD = 0.8
"""Probability that the wish for another change needs while a question is open: most of what is said then is about the
question."""

MISUSE = "misuse"
"""Topic of a message that asks for what is not the customer's."""

FIRST = (MISUSE, "person")
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
        language: Language = "en" if await reading.probability("language", "en") > LIKELY else "tr"
        for topic in FIRST:
            confidence = await reading.probability("topic", topic)
            if confidence > LIKELY:
                return {"intents": [], "topic": topic, "confidence": confidence, "choices": [], "language": language}
        wanted = await self._wanted(reading)
        if question_is_open:
            wanted = self._beside_question(wanted)
        if wanted["topic"] in _BESIDE_WISHES or (wanted["topic"] == "unclear" and len(wanted["choices"]) > 0):
            wanted = await self._beside_praise(reading.utterance.text, wanted)
        wanted["intents"], left_out = await self._from_clauses(reading, wanted)
        taken_up = {intent["operation"] for intent in wanted["intents"]}
        wanted["left_out"] = [each for each in (*wanted.get("left_out", []), *left_out) if each not in taken_up]
        return {"language": language, "unclear": int(wanted["topic"] == "unclear"), **wanted}

    async def _wanted(self, reading: Reading) -> ConversationState:
        """Return the operations of a message in the order said, or its topic, or the likeliest choices."""
        operations = await reading.probabilities("operation")
        ranked = sorted(operations, key=operations.__getitem__, reverse=True)
        first, confidence = self._first(reading.utterance.text, operations)
        if first == "none":
            return await self._without_operation(reading, ranked)
        if confidence < (max(self._threshold, _PROPOSED) if first in self._writes else self._threshold):
            choices = [name for name in ranked if name != "none"][:MOST_CHOICES]
            return {"intents": [], "topic": "unclear", "confidence": confidence, "choices": choices}
        intents = [Intent(operation=first, probability=confidence)]
        second, probability = await reading.best("second_operation")
        confidence *= probability
        if second in self._writes and second != first and probability < _PROPOSED:
            return {"intents": intents, "topic": "", "confidence": confidence, "choices": [], "conditional": False,
                    "left_out": [second]}  # fmt: skip
        if second not in ("none", first):
            intents.append(Intent(operation=second, probability=probability))
        conditional = len(intents) > 1 and await reading.probability("conditional", "true") > LIKELY
        return {"intents": intents, "conditional": conditional, "topic": "", "confidence": confidence, "choices": []}

    def _first(self, message: str, operations: Mapping[str, float]) -> tuple[str, float]:
        """Return the likeliest operation and its probability.

        Between a change and a look-up of the same subject the verb decides: "en ucuz paketinize geçirir misiniz" is a
        wish for the change, and both readings are for it then.
        """
        first = max(operations, key=operations.__getitem__)
        said = turkish.fold(message)
        if _NAMES_TICKET.search(said) and not _IF.search(said) and is_requested(message, VERBS[_TICKET]):
            return _TICKET, max(float(operations[_TICKET]), _PROPOSED)
        looked_up = {name: share for name, share in operations.items() if name not in self._writes and name != "none"}
        possible = [name for name in self._writes if operations.get(name, 0.0) >= _PERHAPS]
        asked = [name for name in possible if name in VERBS and is_requested(message, VERBS[name])]
        if len(asked) == 1 and (first in looked_up or first == asked[0]):
            return asked[0], min(operations[asked[0]] + max(looked_up.values(), default=0.0), 1.0)
        return first, float(operations[first])

    async def _without_operation(self, reading: Reading, ranked: Sequence[str]) -> ConversationState:
        """Return the topic of a message that wants no operation; what is neither is unclear, with choices.

        Thanks for something that does not work are no thanks: where an operation is possible, the customer is asked.
        """
        operations, topics = await reading.probabilities("operation"), await reading.probabilities("topic")
        confidence = float(operations["none"])
        topic = _likeliest(topics, without="request")
        if topic in _HANDED_OVER and topics[topic] < LIKELY:
            return {"intents": [], "topic": "unclear", "confidence": confidence, "choices": []}
        doubtful = confidence < _SURE_OF_NONE and topic in _PRAISE
        neither = topics.get("request", 0.0) > LIKELY and topics[topic] < _WEAK_TOPIC
        if not doubtful and not neither:
            return {"intents": [], "topic": topic, "confidence": confidence, "choices": []}
        choices = [name for name in ranked if name != "none" and operations[name] >= _POSSIBLE][:MOST_CHOICES]
        if not choices and not neither:
            return {"intents": [], "topic": topic, "confidence": confidence, "choices": []}
        return {"intents": [], "topic": "unclear", "confidence": confidence, "choices": choices}

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

    async def _from_clauses(self, reading: Reading, wanted: ConversationState) -> tuple[list[Intent], list[str]]:
        """Return the wishes in the order of their clauses, and the operations that may be wished for besides.

        One reading finds two wishes at most. A message with one is looked through where the reading is not sure that
        there is no second one.
        """
        message = reading.utterance.text
        clauses = turkish.clauses(message) or turkish.enumerated(message)
        count = len(wanted["intents"])
        intents = wanted["intents"]
        if not count or wanted["conditional"] or len(clauses) <= count:
            return intents, []
        if count == 1:
            commands = turkish.lists_commands(message)
            if await reading.probability("second_operation", "none") >= _SURE_OF_ONE and not commands:
                return intents, []
            first, least = intents[0]["operation"], _CLAUSE_THRESHOLD[True] if commands else _SURE_OF_ONE
            others = [each for each in await self._of_clauses(clauses) if each["operation"] != first]
            return [*intents, *[each for each in others if each["probability"] >= least][:1]], []
        known = {intent["operation"] for intent in intents}
        found = list(intents)
        doubtful: list[str] = []
        of_clauses = await self._of_clauses(clauses)
        for intent in of_clauses:
            operation, probability = intent["operation"], intent["probability"]
            if operation in known:
                continue
            if probability >= _CLAUSE_THRESHOLD[operation in self._writes]:
                known.add(operation)
                found.append(intent)
            elif probability >= _DOUBTFUL_CLAUSE:
                doubtful.append(operation)
        said = [intent["operation"] for intent in of_clauses]
        if known <= set(said):  # the one that was read as the second may stand third
            found.sort(key=lambda intent: said.index(intent["operation"]))
        return found, [operation for operation in dict.fromkeys(doubtful) if operation not in known]

    async def _beside_praise(self, message: str, wanted: ConversationState) -> ConversationState:
        """Return the wish of a clause that stands beside praise or a greeting, else what was wanted."""
        clauses = turkish.clauses(message)
        found = await self._of_clauses(clauses) if len(clauses) > 1 else []
        best = max(found, key=lambda intent: intent["probability"], default=None)
        if best is None or best["probability"] < _PRAISE_THRESHOLD or best["operation"] in self._writes:
            return wanted
        return {**wanted, "intents": [best], "topic": "", "confidence": best["probability"], "conditional": False}

    async def _of_clauses(self, clauses: Sequence[str]) -> list[Intent]:
        """Return the operation that each clause is about, without those that are about none."""
        found: list[Intent] = []
        for clause in clauses[:_MOST_CLAUSES]:
            try:
                operation, probability = await self._messages.read(Utterance(clause, kind="clause")).best("operation")
            except AgentError:
                break
            if operation != "none":
                found.append(Intent(operation=operation, probability=probability))
        return found


def _likeliest(probabilities: Mapping[str, float], *, without: str) -> str:
    return max((option for option in probabilities if option != without), key=probabilities.__getitem__)


async def likeliest_operation(reading: Reading) -> str | None:
    """Return the operation that a message is closest to, though it wants none; None where several are as close."""
    operations = {name: share for name, share in (await reading.probabilities("operation")).items() if name != "none"}
    likeliest = max(operations, key=operations.__getitem__)
    return likeliest if operations[likeliest] >= _CLOSEST * sum(operations.values()) else None
