"""The state machine: every node and edge on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.decision.consent import SecondReading
from agent.decision.model import DecisionModel
from agent.decision.support import SupportReading
from agent.prompt_files import Prompt
from core.clock import Clock
from core.operator_facts import OperatorFacts
from graph import routing
from graph.after_answers import AfterAnswers
from graph.answers.approved import Answers
from graph.answers.composed import Composer
from graph.answers.free import FreeWriter
from graph.asked.declared import FactCatalogue, load_facts
from graph.done_corrections import DoneCorrections
from graph.handover import HandoverQueue
from graph.knowledge.search import KnowledgeBase
from graph.nodes.clarify import Clarify
from graph.nodes.confirm import Confirm
from graph.nodes.detect_intent import DetectIntent
from graph.nodes.execute_tools import ExecuteTools
from graph.nodes.hand_over import HandOver
from graph.nodes.plan import Plan
from graph.nodes.select_tools import SelectTools
from graph.nodes.synthesize import Synthesize
from graph.nodes.troubleshoot import Troubleshoot
from graph.reading import ALSO_ASKED, ASKED, MessageReader
from graph.state import ConversationState, TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.asked import AskedReader
from graph.understanding.consent import LEAST, ConsentReader
from graph.understanding.follow_ups import FollowUpReader
from graph.understanding.general_questions import GeneralQuestionReader
from graph.understanding.intents import IntentReader
from graph.understanding.line_reader import LineReader
from graph.understanding.planner import ToolPlanner
from graph.understanding.replies import ReplyReader
from graph.understanding.written_arguments import ArgumentWriter
from tools.toolbox import Toolbox

_CALIBRATED = {"intent_threshold": 0.45, "yes_threshold": LEAST}
_UNCALIBRATED = {"intent_threshold": 0.6, "yes_threshold": 0.9}
"""For a decision model whose probabilities were never compared with answers."""


def thresholds(calibrated: bool, intent: float | None = None) -> dict[str, float]:
    """Return the probabilities that an intent and a yes have to reach.

    Args:
        calibrated: Whether the decision model's probabilities are calibrated.
        intent: The operator's own threshold for intents; None for the default.
    """
    found = dict(_CALIBRATED if calibrated else _UNCALIBRATED)
    return found if intent is None else {**found, "intent_threshold": intent}


@dataclass(frozen=True)
class GraphConfig:
    """The numbers that an operator may set; ``core.settings.Settings`` explains them."""

    intent_threshold: float = _CALIBRATED["intent_threshold"]
    yes_threshold: float = _CALIBRATED["yes_threshold"]
    tool_timeout: float = 10.0
    answer_max_tokens: int = 96
    history_messages: int = 12
    confirmation_lifetime: timedelta = timedelta(minutes=15)
    planner: Literal["decisions", "tools"] = "decisions"


@dataclass(frozen=True)
class GraphDependencies:
    """The models, tools and texts of the nodes.

    ``generation`` (temperature, seed) is bound to the chat model. Where ``support`` is given, the chat model words the
    answers freely, and each sentence is proven with it.
    """

    decision_model: DecisionModel
    second_reading: SecondReading
    chat_model: BaseChatModel
    toolbox: Toolbox
    prompts: Mapping[str, Prompt]
    answers: Answers
    clock: Clock
    handover_queue: HandoverQueue
    config: GraphConfig = GraphConfig()
    facts: FactCatalogue = field(default_factory=load_facts)
    knowledge: KnowledgeBase | None = None
    generation: Mapping[str, Any] = field(default_factory=dict)
    support: SupportReading | None = None
    operator: OperatorFacts | None = None


def build_graph(
    dependencies: GraphDependencies, checkpointer: BaseCheckpointSaver[Any] | None = None
) -> CompiledStateGraph[ConversationState, TurnContext, Any, Any]:
    """Compile the state machine.

    Args:
        dependencies: Models, tools, prompts and wording.
        checkpointer: Keeps threads between turns; without one a confirmation cannot be resumed.
    """
    chat_model, toolbox, answers, clock = (
        dependencies.chat_model, dependencies.toolbox, dependencies.answers, dependencies.clock,
    )  # fmt: skip
    config, prompts, most = dependencies.config, dependencies.prompts, dependencies.config.history_messages
    questions, policy = prompts["questions"].data, prompts["policy"].data
    facts = dependencies.facts
    asked_questions = {ASKED: facts.question, ALSO_ASKED: facts.second_question}
    messages = MessageReader(dependencies.decision_model, questions, asked_questions)
    writes = frozenset(filter(toolbox.is_write, toolbox.names))
    intents = IntentReader(messages, config.intent_threshold, writes)
    arguments = ArgumentReader(toolbox, ArgumentWriter(chat_model, prompts["arguments"]))
    replies = ReplyReader()
    consents = ConsentReader(dependencies.second_reading, config.yes_threshold)
    open_for = timedelta(minutes=policy["question_minutes"])
    lifetime = config.confirmation_lifetime

    graph: StateGraph[ConversationState, TurnContext, Any, Any]
    graph = StateGraph(ConversationState, context_schema=TurnContext)
    corrections = DoneCorrections(arguments, LineReader(toolbox), answers.wording["named_by"])
    after_answers = AfterAnswers(
        messages, FollowUpReader(replies), answers, toolbox, corrections, policy["remembered_turns"]
    )
    graph.add_node("detect_intent", DetectIntent(
        messages, intents, after_answers, LineReader(toolbox), AskedReader(facts, toolbox, clock),
        GeneralQuestionReader(dependencies.knowledge, writes), policy["patience"], policy["most_digressions"],
    ))  # fmt: skip
    graph.add_node("select_tools", SelectTools(messages, arguments, facts, toolbox, clock, policy["most_steps"]))
    graph.add_node("clarify", Clarify(messages, replies, arguments, toolbox, answers, clock, open_for, most))
    graph.add_node("confirm", Confirm(
        messages, consents, intents, arguments, toolbox, answers, clock, lifetime, open_for, most
    ))  # fmt: skip
    graph.add_node("troubleshoot", Troubleshoot(messages, replies, toolbox, answers, most))
    graph.add_node("execute_tools", ExecuteTools(toolbox, config.tool_timeout, clock))
    graph.add_node("hand_over", HandOver(dependencies.handover_queue))
    graph.add_node("synthesize", synthesize_node(dependencies))

    graph.add_conditional_edges(START, routing.at_start)
    if config.planner == "tools":
        planner = ToolPlanner(chat_model, prompts["plan"], toolbox, clock, dependencies.generation)
        graph.add_node("plan", Plan(planner, toolbox, policy["most_steps"]))
        graph.add_conditional_edges("detect_intent", routing.after_detect_intent_or_plan)
        graph.add_conditional_edges("plan", routing.after_plan)
        graph.add_conditional_edges("execute_tools", routing.after_execute_tools_or_plan)
    else:
        graph.add_conditional_edges("detect_intent", routing.after_detect_intent)
        graph.add_conditional_edges("execute_tools", routing.after_execute_tools)
    graph.add_conditional_edges("select_tools", routing.after_select_tools)
    graph.add_conditional_edges("clarify", routing.after_clarify)
    graph.add_conditional_edges("confirm", routing.after_confirm)
    graph.add_conditional_edges("troubleshoot", routing.after_troubleshoot)
    graph.add_edge("hand_over", "synthesize")
    graph.add_conditional_edges("synthesize", routing.after_synthesize)
    return graph.compile(checkpointer=checkpointer, name="telekom")


def synthesize_node(dependencies: GraphDependencies) -> Synthesize:
    """Make the node that words the answers; measurements of answers take it from here."""
    chat_model, prompts, config = dependencies.chat_model, dependencies.prompts, dependencies.config
    free = None if dependencies.support is None else FreeWriter(
        chat_model, prompts["respond_free"], dependencies.support, dependencies.knowledge, dependencies.generation
    )  # fmt: skip
    return Synthesize(
        chat_model, prompts["respond"], dependencies.answers, config.answer_max_tokens, config.history_messages,
        prompts["questions"].data["contexts"],
        Composer(
            dependencies.facts, dependencies.answers, dependencies.clock, dependencies.knowledge, dependencies.operator
        ),
        dependencies.generation, free,
    )  # fmt: skip
