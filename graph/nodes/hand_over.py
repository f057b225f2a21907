"""hand_over: a person takes the conversation. The agent says so only when the record is really written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from langgraph.runtime import Runtime

from core.languages import Language
from graph.state import Outcome, RuntimeNode, State, TurnContext

_log = logging.getLogger(__name__)

Reason = Literal["asked", "angry", "unclear", "out_of_reach"]
REASONS: dict[str, Reason] = {
    "person": "asked", "angry": "angry", "unclear_again": "unclear", "out_of_reach": "out_of_reach",
}  # fmt: skip
"""Topics that end with a person, and why."""

FAILED = "handover_failed"
"""Topic of the answer when no record could be written: how to reach a person otherwise."""

_SAID = {
    "asked": "Müşteri bir temsilciyle görüşmek istedi.",
    "angry": "Müşteri öfkeli.",
    "unclear": "Müşterinin isteği iki kez anlaşılamadı.",
    "out_of_reach": "Müşteri buradan yapılamayan bir işlem istiyor.",
}
_SHOWN_MESSAGES = 3
_LONGEST = 200


class HandOver(NamedTuple):
    """What a colleague is told.

    Attributes:
        reason: Why.
        summary: Turkish, short.
        tried: Operation, whether it succeeded, and the code of its error.
        language: What the customer writes.
    """

    reason: Reason
    summary: str
    tried: Sequence[tuple[str, bool, str | None]]
    language: Language


class HandoverDesk(Protocol):
    """Where conversations wait for a person."""

    async def hand_over(self, context: TurnContext, told: HandOver) -> None:
        """Write the record, or find the one that the conversation has already.

        Args:
            context: Whose conversation it is.
            told: What a colleague is told.

        Raises:
            OSError: It could not be written.
        """


class NoDesk:
    """A desk without anybody, for graphs that must call nobody: re-runs, Studio, measurements."""

    async def hand_over(self, context: TurnContext, told: HandOver) -> None:
        """Nothing is written."""


def make_hand_over(desk: HandoverDesk) -> RuntimeNode:
    """Make the node.

    Args:
        desk: Takes the records.
    """

    async def hand_over(state: State, runtime: Runtime[TurnContext]) -> State:
        reason = REASONS[state["topic"]]
        tried = [
            (
                outcome["operation"],
                outcome["success"],
                str((outcome["error"] or {}).get("code")) if outcome["error"] else None,
            )
            for outcome in state["outcomes"]
        ]
        try:
            told = HandOver(reason, summary(state, reason, state["outcomes"]), tried, state["language"])
            await desk.hand_over(runtime.context, told)
        except OSError:
            _log.exception("a hand-over could not be written")
            return {"topic": FAILED}
        return {"unclear": 0}

    return hand_over


def summary(state: State, reason: Reason, outcomes: Sequence[Outcome]) -> str:
    """What a colleague reads first: why, what the customer wrote last, what was tried."""
    said = [turn["text"] for turn in state.get("history", []) if turn["role"] == "user"]
    quoted = "; ".join(f"«{_short(text)}»" for text in [*said, state["message"]][-_SHOWN_MESSAGES:])
    done = ", ".join(f"{outcome['operation']} ({'oldu' if outcome['success'] else 'olmadı'})" for outcome in outcomes)
    return " ".join(
        part for part in (_SAID[reason], f"Yazdıkları: {quoted}.", f"Denenen: {done}." if done else "") if part
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
