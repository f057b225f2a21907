"""The inputs of a turn: a new message on a thread, and what an answer to a question clears."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import HumanMessage, MessageLikeRepresentation, convert_to_messages

from graph.state import ConversationState


def fresh_turn(message: str) -> ConversationState:
    """Return the input of a new message on a thread; it clears what belongs to the previous turn only."""
    return {**next_message(message), "messages": [HumanMessage(message)], "step": None, "calls": []}


def turn_from_messages(messages: Sequence[MessageLikeRepresentation]) -> ConversationState:
    """Return the input of a new message, given as clients of LangGraph send it.

    Args:
        messages: LangChain messages or their JSON; the last one is what the customer writes now.
    """
    latest = convert_to_messages(messages)[-1]
    return {**fresh_turn(latest.text), "messages": [HumanMessage(latest.text, id=latest.id)]}


def next_message(message: str | None = None) -> ConversationState:
    """Return what an answer to a question clears: the turn before it, but not what is still open.

    Args:
        message: The customer's words; None for a button without words.
    """
    cleared: ConversationState = {
        "outcomes": [], "answer": "", "intents": [], "topic": "", "choices": [], "answer_source": "", "remarks": [],
        "asked": [], "entry": "", "refused": [],
        "closed": [], "left_out": [], "declined": [], "telling": None, "plan": None,
        "conditional": False,
    }  # fmt: skip
    return cleared if message is None else {**cleared, "message": message}
