"""detect_intent: find out what the customer wants."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.reading import MessageReader
from graph.state import ConversationState, TurnContext, utterance_of
from graph.understanding.intents import IntentReader


class DetectIntent:
    """The node ``detect_intent``.

    Args:
        messages: Reads messages.
        intents: Reads the intents of a message.
        max_unclear: Messages in a row that are not understood before a person takes over.
    """

    def __init__(self, messages: MessageReader, intents: IntentReader, max_unclear: int) -> None:
        self._messages = messages
        self._intents = intents
        self._max_unclear = max_unclear

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Return the intents or the topic of the latest message."""
        reading = self._messages.read(utterance_of(state), runtime.context.readings)
        question_is_open = any(call["status"] in ("awaiting", "missing") for call in state.get("calls", []))
        wanted = await self._intents.read(reading, question_is_open=question_is_open)
        if "unclear" not in wanted:
            return wanted
        unclear = state.get("unclear", 0) + 1 if wanted["unclear"] else 0
        if unclear >= self._max_unclear:
            wanted = {**wanted, "topic": "unclear_again", "choices": []}
        return {**wanted, "unclear": unclear}
