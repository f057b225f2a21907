"""General questions: the entry of the operator's pages that answers a message which wants no operation."""

from __future__ import annotations

from graph.asked.declared import KNOWLEDGE
from graph.knowledge.search import KnowledgeBase
from graph.state import ConversationState

HOW_TO = "how_to"
"""Topic of a question in general that no entry answers."""

_SURE: dict[str, float] = {KNOWLEDGE: 0.0, HOW_TO: 0.0, "unclear": 0.9, "out_of_scope": 0.95}
"""Score that an entry needs, by the topic that was read; the search refuses below its own threshold."""


class GeneralQuestionReader:
    """Finds the entry that answers a message.

    Args:
        knowledge: The operator's entries; None where there are none.
    """

    def __init__(self, knowledge: KnowledgeBase | None) -> None:
        self._knowledge = knowledge

    def read(self, wanted: ConversationState, message: str) -> ConversationState:
        """Return what is wanted, with the entry that answers a general question.

        Args:
            wanted: The intents and the topic, as read so far.
            message: The customer's words.
        """
        topic = wanted.get("topic", "")
        if wanted.get("intents") or topic not in _SURE:
            return wanted
        hits = [] if self._knowledge is None else self._knowledge.search(message, wanted.get("language", "tr"))
        if hits and hits[0].score >= _SURE[topic]:
            return {**wanted, "topic": KNOWLEDGE, "entry": hits[0].entry.id, "choices": [], "unclear": 0}
        return {**wanted, "topic": HOW_TO} if topic == KNOWLEDGE else wanted
