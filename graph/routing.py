"""The routers: after each node, the next one."""

from __future__ import annotations

from typing import Literal

from graph.calls import RUNNABLE, certain, is_open_question
from graph.handover import REASONS
from graph.state import ConversationState
from graph.troubleshooting import next_step
from graph.understanding.fillers import NO_VALUE, PAUSE


def at_start(state: ConversationState) -> Literal["detect_intent", "synthesize"]:
    """Read the message, unless the turn only tells what became of earlier changes."""
    return "synthesize" if state.get("telling") else "detect_intent"


def after_detect_intent(state: ConversationState) -> Literal["select_tools", "clarify", "hand_over", "synthesize"]:
    """Select wanted operations, ask about an unclear wish, hand over to a person, or answer."""
    if state["intents"]:
        return "select_tools"
    if state["topic"] in REASONS:
        return "hand_over"
    return "clarify" if state["choices"] and not state.get("closed") else "synthesize"


def after_detect_intent_or_plan(
    state: ConversationState,
) -> Literal["plan", "select_tools", "clarify", "hand_over", "synthesize"]:
    """Let the chat model plan for a wish, or for words that the decision model cannot place; topics stay with it."""
    return "plan" if _may_be_planned(state) else after_detect_intent(state)


def after_plan(state: ConversationState) -> Literal["select_tools", "clarify", "hand_over", "synthesize"]:
    """Prepare the planned calls, answer what was read, or go by the decision model's reading."""
    plan = state["plan"]
    return "synthesize" if plan is not None and plan["status"] == "ended" else after_detect_intent(state)


def after_select_tools(state: ConversationState) -> Literal["execute_tools", "clarify", "confirm", "synthesize"]:
    """Run READ calls at once; tell a refusal before anything else is asked."""
    if any(call["status"] in RUNNABLE for call in state["calls"]):
        return "execute_tools"
    if any(state.get(told) for told in ("outcomes", "remarks", "closed", "left_out", "declined")):
        return "synthesize"
    return _open_question(state) or "synthesize"


def after_execute_tools(state: ConversationState) -> Literal["select_tools", "synthesize"]:
    """Take up a call that waited for a result, or answer."""
    return "select_tools" if any(call["status"] == "waiting" for call in state["calls"]) else "synthesize"


def after_execute_tools_or_plan(state: ConversationState) -> Literal["plan", "select_tools", "synthesize"]:
    """Give results back to the chat model that plans; else as without one."""
    following, plan = after_execute_tools(state), state.get("plan")
    is_planning = plan is not None and plan["status"] == "reading"
    return "plan" if is_planning and following == "synthesize" else following


def after_synthesize(state: ConversationState) -> Literal["clarify", "confirm", "troubleshoot", "__end__"]:
    """Return to an open question after the answer; work on a fault that was found together with the customer."""
    if (
        state["topic"] in (PAUSE, NO_VALUE) and state["choices"]
    ):  # the question which operation is meant is kept by no call
        return "clarify"
    return _open_question(state) or ("troubleshoot" if next_step(state) else "__end__")


def after_clarify(state: ConversationState) -> Literal["select_tools", "synthesize", "detect_intent"]:
    """Go on with a filled argument, answer a refusal, take other words as a new message."""
    return _after_words(state)


def after_troubleshoot(state: ConversationState) -> Literal["select_tools", "synthesize", "detect_intent"]:
    """Check a fault again that is still there, answer a cured one, take other words as a new message."""
    return _after_words(state)


def after_confirm(
    state: ConversationState,
) -> Literal["execute_tools", "select_tools", "confirm", "synthesize", "detect_intent"]:
    """Run after a yes, answer a no, ask changed facts again, select a correction, take the rest as a new message."""
    if any(call["status"] == "approved" for call in state["calls"]):
        return "execute_tools"
    if state["answer"]:
        return "confirm"
    return "synthesize" if state["outcomes"] else _after_words(state)


def _after_words(state: ConversationState) -> Literal["select_tools", "synthesize", "detect_intent"]:
    if state["intents"]:
        return "select_tools"
    return "synthesize" if state["topic"] else "detect_intent"


def _may_be_planned(state: ConversationState) -> bool:
    """Tell whether a message is planned: never the reply to an open question, nor the yes to an offer."""
    if not state["intents"]:
        return state["topic"] == "unclear" and _open_question(state) is None
    offered = state.get("offered")
    return offered is None or state["intents"] != certain(offered)


def _open_question(state: ConversationState) -> Literal["clarify", "confirm"] | None:
    question = next((call for call in state["calls"] if is_open_question(call)), None)
    if question is None:
        return None
    return "clarify" if question["status"] == "missing" else "confirm"
