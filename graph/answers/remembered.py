"""What the next questions may refer to: the facts that an answer has said, with their figures."""

from __future__ import annotations

from graph.answers.composed import Composition, first_sentence
from graph.asked import conversation
from graph.state import ConversationState

_MOST_SAID, _MOST_TOPICS = 4, 8
"""Facts and first sentences that are remembered for the questions that refer to them."""


def remembered(state: ConversationState, composed: Composition, answer: str) -> ConversationState:
    """Return what the next questions may refer to; small talk leaves it as it was.

    Args:
        state: The state before the answer.
        composed: What the answer says of the asked facts.
        answer: The whole answer.
    """
    if not composed.said and not state["outcomes"]:
        return {}
    repeats = all(each["fact"] in conversation.FIND for each in composed.said) and bool(composed.said)
    said = state.get("said", []) if repeats else [*state.get("said", []), *composed.said]
    told = list(state.get("topics_told", []))
    if answer and not repeats:
        told.append(first_sentence(answer).partition("\n")[0].rstrip(":"))
    return {"said": said[-_MOST_SAID:], "topics_told": told[-_MOST_TOPICS:]}
