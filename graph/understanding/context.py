"""The choice between two readings of a message: by itself, or together with what was done just before it.

What was done before helps a message that leaves something out ("onu öde", "peki geçen ayki") and misleads one that
says everything itself. So a message is read by itself first. What was done before counts only for a short message
that points back, or that is unclear by itself, and only where the reading with it is the surer one.
"""

from __future__ import annotations

import re

from agent.errors import AgentError
from core.turkish import fold
from graph.reading import MessageReader, Reading, Utterance
from graph.state import TurnContext
from graph.understanding.intents import FIRST, LIKELY

_CLEAR_ALONE = 0.75
"""Probability of the operation (or of none) from which on a message needs nothing of what was done before."""

_CLEAR_TOGETHER = 0.8
"""The same of a message that points back, read with what was done before."""

_MOST_WORDS = 8
"""A longer message says what it is about."""

_POINTS_BACK = re.compile(
    r"\b(?:(?:on|bun|sun)(?:u|a|da|dan|un|lar\w*|unla|la|daki\w*|unki\w*)|oradan?|orayi|o (?!kadar\b)\w+|oyleyse"
    r"|peki|o\s*[?.!]*$|it|that|those|them|then)\b"
)
"""Pronouns that stand for what was spoken of, and the words by which a question goes on from an answer."""


class ContextReader:
    """Chooses the reading of a message.

    Args:
        messages: Reads messages.
    """

    def __init__(self, messages: MessageReader) -> None:
        self._messages = messages

    async def read(self, message: str, before: str, context: TurnContext) -> Reading:
        """Return the reading of a message that understands it best.

        Args:
            message: The customer's words.
            before: What was done just before, in words that the decision model knows; "" on a fresh thread.
            context: The turn, which remembers readings.
        """
        alone = self._messages.read(Utterance(message), context.readings)
        if not before or len(message.split()) > _MOST_WORDS:
            return alone
        together = self._messages.read(Utterance(message, before), context.readings)
        try:
            return together if await _needs_context(message, alone, together) else alone
        except AgentError:  # whoever asks the reading meets the same failure
            return alone


def points_back(message: str) -> bool:
    """Return True if a message has a pronoun or another word that stands for what was spoken of."""
    return _POINTS_BACK.search(fold(message)) is not None


async def _needs_context(message: str, alone: Reading, together: Reading) -> bool:
    for topic in FIRST:  # a wish for a person, or for what is not the customer's, is one in any context
        if await alone.probability("topic", topic) > LIKELY:
            return False
    _, sure_alone = await alone.best("operation")
    back = points_back(message)
    if sure_alone >= _CLEAR_ALONE and not back:
        return False
    _, sure_together = await together.best("operation")
    return sure_together > sure_alone or (back and sure_together >= _CLEAR_TOGETHER)
