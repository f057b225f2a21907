"""What a reply to a proposed change wishes for beside it: read as a message of its own, without the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.turkish import fold
from graph.reading import MessageReader, Utterance
from graph.state import Call, ConversationState, TurnContext
from graph.understanding.consent import ConsentReader
from graph.understanding.intents import FIRST, IntentReader
from graph.understanding.methods import methods_in
from graph.understanding.turned_down import goes_on, puts_other, turned_down
from tools.toolbox import Toolbox

_TALK = frozenset({*FIRST, "greeting", "thanks", "goodbye", "angry", "out_of_reach", "model_failed"})
"""Topics of words that are about no change."""

_FEW_WORDS = 3
"""Words that may be no more than another method for the same payment: "havaleyle olsun"."""


class Instead(NamedTuple):
    """What a reply wants beside or instead of the change asked about.

    Attributes:
        words: The words that hold the other wish; "" where the change is only turned down.
        is_further: Whether the change itself stays wanted.
    """

    words: str
    is_further: bool = False


class BesideReplyReader:
    """Reads the wishes that may stand in a reply.

    Args:
        messages: Reads messages.
        consents: Reads the consent of replies.
        intents: Reads the intents of messages.
        toolbox: The operations.
    """

    def __init__(
        self, messages: MessageReader, consents: ConsentReader, intents: IntentReader, toolbox: Toolbox
    ) -> None:
        self._messages = messages
        self._consents = consents
        self._intents = intents
        self._toolbox = toolbox

    async def is_nothing_else(self, message: str, context: TurnContext) -> bool:
        """Return True for words that are no wish for a change and no small talk either."""
        wanted = await self._wanted(message, context, question_is_open=True)
        changes = any(self._toolbox.is_write(intent["operation"]) for intent in wanted["intents"])
        return not changes and wanted["topic"] not in _TALK

    async def begins_with_no(self, message: str, question: str, context: TurnContext) -> bool:
        """Return True if the words before the first mark refuse by themselves, whatever stands behind them."""
        first, *rest = re.split(r"[,.;!]\s+", message, maxsplit=1)
        if not rest:
            return False
        reading = self._messages.read(Utterance(first, question, "reply"), context.readings)
        return (await self._consents.read(reading)).answer == "no"

    async def wishes_for_other(self, calls: Sequence[Call], message: str, context: TurnContext) -> bool:
        """Return True if a refusal also wishes for another operation than those that were proposed."""
        wanted = await self._wanted(message, context)
        proposed = {call["operation"] for call in calls}
        return any(intent["operation"] not in proposed for intent in wanted["intents"])

    async def instead(self, message: str, call: Call, context: TurnContext) -> Instead | None:
        """Return the wish of a reply that speaks against a change, or goes on to a second one; None for other words."""
        further = goes_on(message)
        if further is not None and await self.wishes_for_other([call], further, context):
            return Instead(further, is_further=True)
        other = puts_other(message)
        if other is not None and await self.wishes_for_other([call], other, context):
            return Instead(other)
        found = turned_down(message, call)
        if found is None or not (found.rest or found.stays or found.withdrawn):
            return None
        is_paid = not {"method", "payment_method"}.isdisjoint(call["arguments"])
        only_method = is_paid and len(found.rest.split()) <= _FEW_WORDS and methods_in(found.rest)
        if found.rest and not only_method and await self.wishes_for_other([call], found.rest, context):
            return Instead(found.rest)
        if found.stays or (found.withdrawn and not (found.rest and await self._wishes(call, found.rest, context))):
            return Instead("")
        return None

    async def is_sent_again(self, message: str, before: str, calls: Sequence[Call], context: TurnContext) -> bool:
        """Return True for the very words of the wish that is asked about: sent twice, they answer no question."""
        if fold(message) != fold(before):
            return False
        wanted = await self._wanted(message, context)
        proposed = {call["operation"] for call in calls}
        return any(intent["operation"] in proposed for intent in wanted["intents"])

    async def _wishes(self, call: Call, words: str, context: TurnContext) -> bool:
        """Return True for words that wish for the change itself: "boşver kartı, havaleyle öde"."""
        wanted = await self._wanted(words, context)
        return any(intent["operation"] == call["operation"] for intent in wanted["intents"])

    async def _wanted(self, message: str, context: TurnContext, *, question_is_open: bool = False) -> ConversationState:
        reading = self._messages.read(Utterance(message), context.readings)
        return await self._intents.read(reading, question_is_open=question_is_open)
