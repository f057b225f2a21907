"""Every node and edge of the state machine, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.decision.model import DecisionModel
from agent.prompt_files import Prompt
from core.clock import Clock
from graph.answers.approved import Answers
from graph.nodes.clarify import Clarifier
from graph.nodes.confirm import Gate
from graph.nodes.detect_intent import make_detect_intent, message_questions
from graph.nodes.execute_tools import RUNNABLE, make_execute_tools
from graph.nodes.hand_over import REASONS, HandoverDesk, make_hand_over
from graph.nodes.select_tools import Selector
from graph.nodes.synthesize import Synthesizer
from graph.nodes.troubleshoot import Troubleshooter, wanted_trial
from graph.state import State, TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.replies import CERTAIN, ReplyReader
from tools.catalog import Toolbox

_CALIBRATED = {"intent_threshold": 0.45, "yes_threshold": CERTAIN["yes"]}
_UNCALIBRATED = {"intent_threshold": 0.6, "yes_threshold": 0.9}
"""For a decision model whose probabilities nobody held against answers."""


def thresholds(calibrated: bool, intent: float | None = None) -> dict[str, float]:
    """How sure a reading of a message and a yes have to be.

    Args:
        calibrated: Whether somebody measured what the decision model's probabilities are worth.
        intent: What the operator wants for messages instead.
    """
    found = dict(_CALIBRATED if calibrated else _UNCALIBRATED)
    return found if intent is None else {**found, "intent_threshold": intent}


@dataclass(frozen=True)
class Limits:
    """The numbers that an operator may set; see ``settings.Settings`` for their meaning."""

    intent_threshold: float = _CALIBRATED["intent_threshold"]
    yes_threshold: float = _CALIBRATED["yes_threshold"]
    tool_timeout: float = 10.0
    answer_max_tokens: int = 96
    history_messages: int = 12
    confirmation_lifetime: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Parts:
    """What the graph is made of; ``generation`` is bound to the writer (temperature, seed)."""

    decision_model: DecisionModel
    chat_model: BaseChatModel
    toolbox: Toolbox
    prompts: Mapping[str, Prompt]
    answers: Answers
    clock: Clock
    desk: HandoverDesk
    limits: Limits = Limits()
    generation: Mapping[str, Any] = field(default_factory=dict)


def build_graph(
    parts: Parts, checkpointer: BaseCheckpointSaver[Any] | None = None
) -> CompiledStateGraph[State, TurnContext, Any, Any]:
    """Compile the state machine.

    Args:
        parts: Models, tools, prompts and wording.
        checkpointer: Keeps threads between turns; without one a confirmation cannot be resumed.
    """
    limits, questions, policy = parts.limits, parts.prompts["questions"].data, parts.prompts["policy"].data
    reader = ArgumentReader(
        parts.chat_model, parts.decision_model, parts.prompts["arguments"], questions, parts.toolbox
    )  # fmt: skip
    replies = ReplyReader(parts.decision_model, questions, limits.yes_threshold)
    gate = Gate(replies, reader, parts.toolbox, parts.answers, parts.clock, limits.confirmation_lifetime)
    selector = Selector(reader, parts.toolbox, parts.clock, policy["most_steps"])
    detect_intent = make_detect_intent(
        parts.decision_model, message_questions(questions), limits.intent_threshold, policy["patience"],
        frozenset(filter(parts.toolbox.is_write, parts.toolbox.names)),
    )  # fmt: skip
    synthesizer = Synthesizer(
        parts.chat_model,
        parts.prompts["respond"],
        parts.answers,
        limits.answer_max_tokens,
        limits.history_messages,
        questions["contexts"],
        parts.generation,
    )

    graph: StateGraph[State, TurnContext, Any, Any] = StateGraph(State, context_schema=TurnContext)
    graph.add_node("detect_intent", detect_intent)
    graph.add_node("select_tools", selector.select_tools)
    graph.add_node("clarify", Clarifier(replies, reader, parts.toolbox, parts.answers).clarify)
    graph.add_node("confirm", gate.confirm)
    graph.add_node("troubleshoot", Troubleshooter(replies, parts.toolbox, parts.answers).troubleshoot)
    graph.add_node("execute_tools", make_execute_tools(parts.toolbox, limits.tool_timeout))
    graph.add_node("hand_over", make_hand_over(parts.desk))
    graph.add_node("synthesize", synthesizer.synthesize)

    graph.add_edge(START, "detect_intent")
    graph.add_conditional_edges("detect_intent", after_detect_intent)
    graph.add_conditional_edges("select_tools", after_select_tools)
    graph.add_conditional_edges("clarify", after_clarify)
    graph.add_conditional_edges("confirm", after_confirm)
    graph.add_conditional_edges("troubleshoot", after_troubleshoot)
    graph.add_conditional_edges("execute_tools", after_execute_tools)
    graph.add_edge("hand_over", "synthesize")
    graph.add_conditional_edges("synthesize", after_synthesize)
    return graph.compile(checkpointer=checkpointer, name="telekom")


def after_detect_intent(state: State) -> Literal["select_tools", "clarify", "hand_over", "synthesize"]:
    """Wanted operations are selected, an unclear wish is asked about, a person takes over, or it is answered."""
    if state["intents"]:
        return "select_tools"
    if state["topic"] in REASONS:
        return "hand_over"
    return "clarify" if state["choices"] else "synthesize"


def after_select_tools(state: State) -> Literal["execute_tools", "clarify", "confirm", "synthesize"]:
    """READ calls run at once; a refusal is told before anything else is asked."""
    if any(call["status"] in RUNNABLE for call in state["calls"]):
        return "execute_tools"
    if state["outcomes"] or state["remarks"]:
        return "synthesize"
    return _open_question(state) or "synthesize"


def after_execute_tools(state: State) -> Literal["select_tools", "synthesize"]:
    """A call that waited for a result is looked at again."""
    return "select_tools" if any(call["status"] == "waiting" for call in state["calls"]) else "synthesize"


def after_synthesize(state: State) -> Literal["clarify", "confirm", "troubleshoot", "__end__"]:
    """An open question returns after the answer; a fault that was found is worked on together."""
    return _open_question(state) or ("troubleshoot" if wanted_trial(state) else "__end__")


def after_clarify(state: State) -> Literal["select_tools", "synthesize", "detect_intent"]:
    """A filled argument goes on, a refusal is answered, other words are a new message."""
    return _after_words(state)


def after_troubleshoot(state: State) -> Literal["select_tools", "synthesize", "detect_intent"]:
    """A fault that is still there is checked again, a cured one is answered, other words are a new message."""
    return _after_words(state)


def after_confirm(state: State) -> Literal["execute_tools", "select_tools", "confirm", "synthesize", "detect_intent"]:
    """Yes runs, no is answered, changed facts are asked again, a correction is selected, the rest is a new message."""
    if any(call["status"] == "approved" for call in state["calls"]):
        return "execute_tools"
    if state["answer"]:
        return "confirm"
    return "synthesize" if state["outcomes"] else _after_words(state)


def _after_words(state: State) -> Literal["select_tools", "synthesize", "detect_intent"]:
    if state["intents"]:
        return "select_tools"
    return "synthesize" if state["topic"] else "detect_intent"


def _open_question(state: State) -> Literal["clarify", "confirm"] | None:
    statuses = {call["status"] for call in state["calls"]}
    if "missing" in statuses:
        return "clarify"
    return "confirm" if "awaiting" in statuses else None
