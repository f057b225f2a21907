"""hand_over: put the conversation into the queue of the people who take over.

The answer promises a person only when the record is really written.
"""

from __future__ import annotations

import logging

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from graph.handover import REASONS, HandoverQueue, HandoverRequest, Reason
from graph.state import ConversationState, Outcome, TurnContext

_log = logging.getLogger(__name__)

FAILED = "handover_failed"
"""Topic of the answer when no record could be written: it tells how to reach a person otherwise."""

_OPENINGS: dict[Reason, str] = {
    "asked": "Müşteri bir temsilciyle görüşmek istedi.",
    "angry": "Müşteri öfkeli.",
    "unclear": "Müşterinin isteği iki kez anlaşılamadı.",
    "out_of_reach": "Müşteri buradan yapılamayan bir işlem istiyor.",
}
_QUOTED_MESSAGES = 3
_LONGEST_QUOTE = 200


class HandOver:
    """The node ``hand_over``.

    Args:
        queue: Takes the conversation.
    """

    def __init__(self, queue: HandoverQueue) -> None:
        self._queue = queue

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Hand the conversation over; a failure changes the topic of the answer."""
        reason = REASONS[state["topic"]]
        tried = [_tried(outcome) for outcome in state["outcomes"]]
        request = HandoverRequest(reason, summary(state, reason), tried, state["language"])
        try:
            await self._queue.hand_over(runtime.context, request)
        except OSError:
            _log.exception("a hand-over could not be written")
            return {"topic": FAILED}
        return {"unclear": 0}


def summary(state: ConversationState, reason: Reason) -> str:
    """Return what a colleague reads first: the reason, the customer's last messages, the operations of the turn."""
    written = [message.text for message in state.get("messages", []) if isinstance(message, HumanMessage)]
    quoted = "; ".join(f"«{_short(text)}»" for text in written[-_QUOTED_MESSAGES:])
    ended = [f"{outcome['operation']} ({'oldu' if outcome['success'] else 'olmadı'})" for outcome in state["outcomes"]]
    parts = [_OPENINGS[reason], f"Yazdıkları: {quoted}."]
    return " ".join([*parts, f"Denenen: {', '.join(ended)}."] if ended else parts)


def _tried(outcome: Outcome) -> tuple[str, bool, str | None]:
    error = outcome["error"]
    return outcome["operation"], outcome["success"], str(error.get("code")) if error else None


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1] + "…"
