"""The evidence of a consent on its way from the question to the receipt of the change.

An approved call carries it as plain data; the node that runs the call hands it to the operation with the versions of
policy, prompts and models. What becomes of it is in ``database.receipts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from database.receipts import ConsentEvidence
from graph.state import Call, PendingView, TurnContext


def button_consent(view: PendingView) -> dict[str, Any]:
    """Return the consent of a pressed button to a question."""
    return {"question": view["text"], "words": None, "reading": {"button": True}}


def worded_consent(view: PendingView, words: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the consent of written words to a question.

    Args:
        view: The question.
        words: The whole reply.
        told: The readings of it and what followed from them; without the customer's words.
    """
    return {"question": view["text"], "words": words, "reading": dict(told)}


def evidence_of(call: Call, context: TurnContext) -> ConsentEvidence | None:
    """Return the evidence for the receipt of a call; None for a call that nobody had to approve."""
    given = call.get("consent")
    if given is None:
        return None
    return ConsentEvidence(**given, facts=call["preview"] or {}, versions=context.versions)
