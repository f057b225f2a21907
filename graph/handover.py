"""Hand-overs to a person: the reasons, what a colleague is told, and the queue that takes conversations.

The queue of the service writes to the database and stands in ``service``; here is its protocol, and one that takes
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from core.languages import Language
from graph.state import TurnContext

Reason = Literal["asked", "angry", "unclear", "out_of_reach"]
REASONS: dict[str, Reason] = {
    "person": "asked", "angry": "angry", "unclear_again": "unclear", "out_of_reach": "out_of_reach",
    "bereaved": "out_of_reach", "hardship": "out_of_reach",
}  # fmt: skip
"""Topics that end with a person, and why."""


class HandoverRequest(NamedTuple):
    """The message to the colleague who takes over.

    Attributes:
        reason: The reason.
        summary: The conversation so far, short and in Turkish.
        tried: Each operation of the turn, whether it succeeded, and the code of its error.
        language: The customer's language.
    """

    reason: Reason
    summary: str
    tried: Sequence[tuple[str, bool, str | None]]
    language: Language


class HandoverQueue(Protocol):
    """The queue of conversations that wait for a person."""

    async def hand_over(self, context: TurnContext, request: HandoverRequest) -> None:
        """Write the record of a hand-over, or find the one that the conversation has already.

        Args:
            context: The speaker and the conversation.
            request: The message to the colleague.

        Raises:
            OSError: It could not be written.
        """


class NullHandoverQueue:
    """A queue that nobody serves, for graphs that must call nobody: re-runs, Studio, measurements."""

    async def hand_over(self, context: TurnContext, request: HandoverRequest) -> None:
        """Write nothing."""
