"""General questions: the entry of the operator's pages that answers a message which wants no operation."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from core.languages import Language
from core.turkish import fold
from graph.asked.declared import KNOWLEDGE
from graph.knowledge.search import Hit, KnowledgeBase
from graph.reading import Reading
from graph.state import ConversationState
from graph.understanding.wishes import ONLY_MENTIONED

HOW_TO = "how_to"
"""Topic of a question in general that no entry answers."""

_SURE: dict[str, float] = {KNOWLEDGE: 0.0, HOW_TO: 0.0, "unclear": 0.9, "out_of_scope": 0.95}
"""Score that an entry needs, by the topic that was read; the search refuses below its own threshold."""


_LEAST = 0.55
"""Score that an entry needs where the message was read as a general question: two readings agree then."""

_PLAINLY: dict[str, float] = {HOW_TO: 0.9, "unclear": 0.97, "out_of_scope": 0.97}
"""Score from which on an entry goes before a fact of the customer's own, where no operation was read."""

_INSTEAD: dict[str, float] = {"out_of_reach": 0.9, ONLY_MENTIONED: 0.8}
"""Score from which on a question is answered that is about what only a person can do, or about a supposed change
("dondursam ne öderim")."""

_MOST_WORDS = 10
"""A longer question says what it is about."""

_DOUBTFUL = 0.8
"""Probability of a change below which a question that an entry plainly answers is no wish for it."""

_ASKS = re.compile(r"\b(?:kac|ne kadar|nasil|hangi|neden|m[iu]|how|what|which|is there|can i)\b")


class GeneralQuestionReader:
    """Finds the entry that answers a message.

    Args:
        knowledge: The operator's entries; None where there are none.
        writes: Operations that change something.
    """

    def __init__(self, knowledge: KnowledgeBase | None, writes: Collection[str] = ()) -> None:
        self._knowledge = knowledge
        self._writes = writes

    def fact_of(self, entry: str) -> str | None:
        """Return the fact of the customer's own that is said with an entry; None where there is none."""
        found = self._knowledge.entry(entry) if self._knowledge is not None and entry else None
        return None if found is None else found.fact

    async def read_first(
        self, wanted: ConversationState, state: ConversationState, alone: Reading
    ) -> ConversationState:
        """Return what is wanted, with the entry that plainly answers a message before its facts are read.

        Args:
            wanted: The intents and the topic, as read so far.
            state: The state; what was said last may be what an unclear message is about.
            alone: The message read by itself: what was done before makes a change of it too easily.
        """
        message, intents, topic = alone.utterance.text, wanted.get("intents", []), wanted.get("topic", "")
        least = _PLAINLY.get(topic) if not intents else None
        if topic != HOW_TO and state.get("said"):
            least = None
        if topic in _INSTEAD and not intents and _ASKS.search(fold(message)):
            least = _INSTEAD[topic]
        if len(intents) == 1 and intents[0]["operation"] in self._writes and _ASKS.search(fold(message)):
            sure = min(intents[0]["probability"], await alone.probability("operation", intents[0]["operation"]))
            least = _PLAINLY["unclear"] if sure < _DOUBTFUL else None
        if least is None or self._knowledge is None:
            return wanted
        hits = self._knowledge.search(message, wanted.get("language", "tr"))
        if not hits or hits[0].score < least:
            return wanted
        return {**wanted, "intents": [], "topic": KNOWLEDGE, "entry": hits[0].entry.id, "choices": [], "unclear": 0}

    def read(self, wanted: ConversationState, message: str, spoken_of: str | None = None) -> ConversationState:
        """Return what is wanted, with the entry that answers a general question.

        Args:
            wanted: The intents and the topic, as read so far.
            message: The customer's words.
            spoken_of: The entry that was said last: a short question may go on from it.
        """
        topic = wanted.get("topic", "")
        if wanted.get("intents") or wanted.get("entry") or topic not in _SURE:
            return wanted
        hits = self._found(
            message, wanted.get("language", "tr"), spoken_of, least=_LEAST if topic == KNOWLEDGE else None
        )
        if hits and hits[0].score >= _SURE[topic]:
            return {**wanted, "topic": KNOWLEDGE, "entry": hits[0].entry.id, "choices": [], "unclear": 0}
        return {**wanted, "topic": HOW_TO} if topic == KNOWLEDGE else wanted

    def _found(self, message: str, language: Language, spoken_of: str | None, least: float | None) -> Sequence[Hit]:
        """Return the entries that may answer a message, by itself or after the title of the entry that was said."""
        if self._knowledge is None:
            return []
        before = self._knowledge.entry(spoken_of) if spoken_of else None
        hits = self._knowledge.search(message, language)
        if not hits and before is not None and len(message.split()) <= _MOST_WORDS:
            hits = self._knowledge.search(f"{before.titles[language]}: {message}", language)
        return hits or self._knowledge.search(message, language, least=least)
