"""Asking the customer: a node stops with a question and goes on with the reply.

A node asks once and before any effect, because LangGraph runs a resumed node again from its top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.types import interrupt

from graph.state import ConversationState, PendingView
from graph.turn_input import next_message


class Reply(NamedTuple):
    """The customer's reply to a question.

    Attributes:
        message: The words; None where a button of a confirmation was pressed.
        approve: The meaning of that button; None where words were written.
        update: The change of the state that every reply makes; a node adds its own to it.
    """

    message: str | None
    approve: bool | None
    update: ConversationState


def ask(view: PendingView, state: ConversationState, most_messages: int) -> Reply:
    """Stop the graph with a question, and return the reply once the graph is resumed.

    Args:
        view: The question.
        state: The state; the question and the reply are added to its ``messages``.
        most_messages: Messages that the state holds at most.
    """
    answer: Mapping[str, Any] = interrupt(view)
    message, approve = answer.get("message"), answer.get("approve")
    words = str(message) if message is not None else view["options"][0 if approve else -1]["label"]
    said: list[AnyMessage] = [AIMessage(view["text"]), HumanMessage(words)]
    update: ConversationState = {**next_message(message), "messages": add_bounded(state, said, most_messages)}
    return Reply(message, approve, update)


def add_bounded(state: ConversationState, new: Sequence[AnyMessage], most: int) -> list[Any]:
    """Return the update of ``messages`` that appends new ones and removes the oldest beyond a bound.

    Args:
        state: The state before the update.
        new: What was said.
        most: Messages that stay.
    """
    known = state.get("messages", [])
    surplus = max(0, len(known) + len(new) - most)
    return [*(RemoveMessage(str(message.id)) for message in known[:surplus]), *new]
