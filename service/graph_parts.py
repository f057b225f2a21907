"""The parts of the graph as the settings say: models, prompts, numbers, and the queue of hand-overs in the database."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from langchain_core.language_models import BaseChatModel
from sqlalchemy.exc import SQLAlchemyError

from agent.decision.support import load_support_model
from agent.errors import ModelUnusable
from agent.models import Models, load_chat_model
from core.clock import Clock
from core.operator_facts import load_operator
from core.settings import Settings
from database.enums import HandoverReason
from database.handover_records import Tried
from database.handovers import Handovers
from database.threads import ThreadNotFound
from graph.build import GraphConfig, GraphDependencies, thresholds
from graph.handover import HandoverQueue, HandoverRequest
from graph.knowledge.search import KnowledgeBase
from graph.state import TurnContext
from service.texts import Contents
from tools.toolbox import Toolbox


class DatabaseHandoverQueue:
    """Hand-overs of the graph as records of the database.

    Args:
        handovers: The records.
        clock: The present.
    """

    def __init__(self, handovers: Handovers, clock: Clock) -> None:
        self._handovers = handovers
        self._clock = clock

    async def hand_over(self, context: TurnContext, request: HandoverRequest) -> None:
        """Write the record, or find the one that the conversation has; see ``graph.handover.HandoverQueue``."""
        try:
            await self._handovers.open(
                thread_id=context.thread_id, run_id=context.caller.run_id, customer_id=context.caller.customer_id,
                reason=HandoverReason(request.reason), summary=request.summary,
                tried=[Tried(*each) for each in request.tried],
                language=request.language, now=self._clock(),
            )  # fmt: skip
        except (SQLAlchemyError, ThreadNotFound) as error:
            raise OSError(f"the hand-over was not written: {error}") from error


def run_setup(settings: Settings, models: Models, dependencies: GraphDependencies) -> dict[str, Any]:
    """Return the setup that is stored with each run: models and settings; the texts are added to it."""
    limits = {
        name: str(value) if isinstance(value, timedelta) else value
        for name, value in asdict(dependencies.config).items()
    }
    return {
        "model": models.name, "decision_model": settings.decision_model, "adapter": models.adapter,
        "device": models.device, "writer": settings.writer, "limits": limits, "release": _release(),
    }  # fmt: skip


def _release() -> str:
    """Return the installed release of this code; empty where it runs from a folder that was never installed."""
    try:
        return version("telekom-agent")
    except PackageNotFoundError:
        return ""


def graph_dependencies(
    settings: Settings, models: Models, contents: Contents, knowledge: KnowledgeBase, toolbox: Toolbox, clock: Clock,
    handover_queue: HandoverQueue,
) -> GraphDependencies:  # fmt: skip
    """Make the dependencies of the graph as the settings say.

    Args:
        settings: The operator's settings.
        models: The loaded models.
        contents: What the served texts make.
        knowledge: Their pages, ready for search.
        toolbox: The operations.
        clock: The present.
        handover_queue: Receives hand-overs.
    """
    return GraphDependencies(
        decision_model=models.decision_model,
        second_reading=models.second_reading,
        chat_model=models.chat_model,
        toolbox=toolbox,
        prompts=contents.prompts,
        answers=contents.answers,
        clock=clock,
        handover_queue=handover_queue,
        config=graph_config(settings, models),
        knowledge=knowledge,
        operator=load_operator(settings.facts_folder),
        support=load_support_model() if settings.writer == "free" else None,
    )


def graph_config(settings: Settings, models: Models) -> GraphConfig:
    """Make the graph's numbers from the settings; the thresholds depend on the decision model."""
    return GraphConfig(
        **thresholds(models.decision_model.calibrated, settings.intent_threshold),
        tool_timeout=settings.tool_timeout,
        answer_max_tokens=settings.answer_max_tokens,
        history_messages=settings.history_messages,
        confirmation_lifetime=timedelta(minutes=settings.confirmation_minutes),
        planner=settings.planner,
    )


def load_named(settings: Settings, name: str) -> BaseChatModel:
    """Load another chat model for a re-run; the words of a customer go to no server that the operator did not name.

    Raises:
        ModelUnusable: The operator did not allow it.
        ModelError: It cannot be had.
    """
    own = name in ("embedded", settings.model)
    if not own and not any(fnmatchcase(name, pattern) for pattern in settings.rerun_models):
        raise ModelUnusable(f"{name} is not among TELEKOM_RERUN_MODELS, so no turn runs again with it.")
    return load_chat_model(settings.model_copy(update={"model": name}))
