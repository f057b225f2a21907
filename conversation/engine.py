"""The parts that all turns share: the graph, the store of the records, and the names of the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from langgraph.graph.state import CompiledStateGraph

from conversation.metrics import TurnMetrics
from conversation.recorded_calls import RecordedCalls
from conversation.tracing import Spans
from core.channels import Channel
from core.clock import Clock
from database.run_records import MaskedRun, RunEnd, RunTrace
from graph.state import ConversationState, TurnContext


class RunStore(Protocol):
    """The store of a turn's record: ``database.runs.Runs``, or the memory of a re-run."""

    async def begin(
        self, run_id: str, thread_id: str, customer_id: int, channel: Channel, message: str | None, at: datetime, /
    ) -> None:
        """Store that a turn began, with the customer's message; None where the service begins it by itself."""

    async def end(self, run_id: str, at: datetime, end: RunEnd, trace: RunTrace, /) -> MaskedRun | None:
        """Store how a turn ended and what happened in it; return what an engineer may read, or None."""
        ...


@dataclass(frozen=True)
class Trial:
    """A share of the conversations is answered by another engine.

    Attributes:
        engine: That engine.
        takes: Returns whether a conversation, by its id, is one of them; always the same for the same one.
    """

    engine: Engine
    takes: Callable[[str], bool]


@dataclass(frozen=True)
class Engine:
    """The parts that all turns share.

    Attributes:
        graph: The compiled graph, with its checkpointer.
        runs: Stores the record of each turn.
        calls: The tool calls of the graph's toolbox, recorded by run.
        clock: The present.
        model_name: Name of the chat model, as reported with each answer.
        setup: Models, generation settings and the content hash of each prompt (``prompts``), stored with each run.
        spans: Sends turns to a trace collector, where the operator named one.
        metrics: Counts the turns; None in a re-run.
        trial: Another engine for some of the conversations, where a roll-out of texts runs.
    """

    graph: CompiledStateGraph[ConversationState, TurnContext, Any, Any]
    runs: RunStore
    calls: RecordedCalls
    clock: Clock
    model_name: str
    setup: Mapping[str, Any]
    spans: Spans | None = None
    metrics: TurnMetrics | None = None
    trial: Trial | None = None

    def of(self, thread_id: str) -> Engine:
        """Return the engine that answers in a conversation."""
        return self.trial.engine if self.trial is not None and self.trial.takes(thread_id) else self
