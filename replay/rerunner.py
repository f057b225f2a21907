"""Run a recorded turn again, from its start or from one of its nodes, unchanged or with overrides.

The thread's checkpoint is copied into memory, the clock stands at the beginning of the turn, operations answer from
the record, and no hand-over is written. The live thread and the customers' data are only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from conversation.engine import Engine
from conversation.events import INTERRUPT, Done
from conversation.recorded_calls import RecordedCalls
from conversation.requests import ChatRequest
from conversation.service import User
from conversation.turn import TurnRunner
from core.channels import Channel
from core.operator_facts import OperatorFacts
from core.yaml_text import TextError
from database.run_records import RunEnd, RunTrace
from database.runs import Runs
from database.sandbox import sandbox
from database.session import Database
from database.tables import ReplayRun, Run, RunSnapshot
from database.unavailable import UNAVAILABLE
from graph.build import GraphDependencies, build_graph
from graph.handover import NullHandoverQueue
from graph.state import ConversationState, TurnContext
from replay.overrides import NO_OVERRIDES, BadOverrides, Overrides, exact_results, text_name
from replay.toolbox import ReplayedToolbox
from tools.catalog import build_tools
from tools.toolbox import Toolbox

_NOT_TAKEN = (
    "The agent took no part in this turn: a colleague had the conversation, or the service told what became of an "
    "interrupted turn."
)


class NotReplayable(Exception):
    """The turn cannot be run again; nothing was changed."""


@dataclass(frozen=True)
class Rerun:
    """The result of a re-run; texts are not masked.

    Attributes:
        id: A new UUID.
        run_id: The recorded turn.
        end: Answer, intent, time and tokens, as of a live turn.
        trace: Nodes, calls and model uses, as of a live turn.
        not_recorded: Operations that the record did not answer, so that they ran on a copy of the data.
        node: The node that it began from; None where it began at the start of the turn.
        unused: Edited results of operations that did not run, so that they changed nothing.
        failure: The error that ended it; None where it ended as a turn does.
    """

    id: str
    run_id: str
    end: RunEnd
    trace: RunTrace
    not_recorded: list[str]
    node: str | None = None
    unused: Sequence[str] = ()
    failure: str | None = None


_Graph = CompiledStateGraph[ConversationState, TurnContext, Any, Any]


class _UnsavedRun:
    """Stands in for ``Runs`` in a re-run: nothing is written to the database."""

    def __init__(self) -> None:
        self.result: tuple[RunEnd, RunTrace] | None = None

    async def begin(self, *_: Any) -> None:
        """Do nothing: the turn is recorded already."""

    async def end(self, run_id: str, at: datetime, end: RunEnd, trace: RunTrace) -> None:
        """Hold the result in memory; None is returned, so that no spans are sent."""
        self.result = (end, trace)


class Rerunner:
    """Runs recorded turns again.

    Args:
        database: Customers' data, only read, and the table of saved re-runs.
        runs: The recorded turns.
        checkpointer: The live threads, only read.
        dependencies: Those of the live graph.
        with_texts: Returns the dependencies of a graph with other texts, by the text's name.
        load_chat_model: Loads another chat model by its name, as in ``TELEKOM_MODEL``.
        operator: Whose fees and limits operations have; default: the demo operator's.
    """

    def __init__(
        self, database: Database, runs: Runs, checkpointer: BaseCheckpointSaver[Any],
        dependencies: GraphDependencies, with_texts: Callable[[Mapping[str, str]], GraphDependencies],
        load_chat_model: Callable[[str], BaseChatModel], operator: OperatorFacts | None = None,
    ) -> None:  # fmt: skip
        self._operator = operator
        self._database = database
        self._runs = runs
        self._checkpointer = checkpointer
        self._dependencies = dependencies
        self._with_texts = with_texts
        self._load_chat_model = load_chat_model

    async def rerun(self, run_id: str, overrides: Overrides = NO_OVERRIDES) -> Rerun:
        """Run a turn again.

        Raises:
            RunNotFound: There is no such run, or its details were deleted after the retention time.
            NotReplayable: Its thread's checkpoint is gone, or it never reached the node of the overrides.
            BadOverrides: A node or an operation does not exist, or an edited result does not fit.
            PromptError: A prompt is malformed; the message names the line.
            ModelError: The other model cannot be loaded.
        """
        run, snapshot = await self._runs.snapshot(run_id)
        if not snapshot.request:
            raise NotReplayable(_NOT_TAKEN)
        overrides = replace(
            overrides, node=await self._place(run_id, overrides.node),
            results=await exact_results(overrides.results, run, snapshot, self._runs, self._dependencies.toolbox),
        )  # fmt: skip
        unsaved, saver, failure = _UnsavedRun(), InMemorySaver(), None
        await self._copy_start(saver, run, snapshot)
        if overrides.node is not None:
            await self._go_to(overrides.node, saver, run, snapshot)
        async with self._graph(run, snapshot, overrides, saver) as (graph, toolbox, calls):
            try:
                await _drive(graph, calls, unsaved, run, snapshot, from_checkpoint=overrides.node is not None)
            except UNAVAILABLE:
                raise
            except Exception as error:  # how a changed turn ends is the result of its re-run, a fault too
                failure = f"{type(error).__name__}: {error}"
        if unsaved.result is None:
            raise NotReplayable(f"The turn {run_id} did not end{f': {failure}' if failure else '.'}")
        end, trace = unsaved.result
        ran = {call["operation"] for call in trace.calls if call["kind"] == "run"}
        unused = sorted(overrides.results.keys() - ran)
        return Rerun(str(uuid4()), run_id, end, trace, toolbox.not_recorded, overrides.node, unused, failure)

    async def _place(self, run_id: str, node: str | None) -> str | None:
        """Return the node to begin from; None where the turn began with it.

        Raises:
            BadOverrides: There is no such node.
            NotReplayable: The turn did not come to it.
        """
        if node is None:
            return None
        nodes = sorted(set(build_graph(self._dependencies).nodes) - {"__start__"})
        if node not in nodes:
            raise BadOverrides(f"There is no node {node}; there are {', '.join(nodes)}.")
        steps = [step["node"] for step in (await self._runs.get(run_id)).steps]
        if node not in steps:
            raise NotReplayable(f"The turn {run_id} did not come to {node}; it came to {', '.join(steps)}.")
        return node if steps[0] != node else None

    async def save(self, rerun: Rerun, overrides: Overrides, by: str, at: datetime) -> None:
        """Save a re-run, masked, in the table of re-runs.

        Args:
            rerun: The result of ``rerun``.
            overrides: The changes of the re-run.
            by: Login of the engineer who asked for it.
            at: The present time.
        """
        run, _ = await self._runs.snapshot(rerun.run_id)
        outcome = {
            **asdict(rerun.end), "steps": list(rerun.trace.steps), "calls": list(rerun.trace.calls),
            "models": list(rerun.trace.models), "not_recorded": rerun.not_recorded, "unused": list(rerun.unused),
            "failure": rerun.failure,
        }  # fmt: skip
        masked = await self._runs.masked([overrides.changed, outcome], run.customer_id)
        async with self._database.write_session() as session:
            session.add(
                ReplayRun(id=rerun.id, run_id=rerun.run_id, by=by, at=at, overrides=masked[0], outcome=masked[1])
            )

    @asynccontextmanager
    async def _graph(
        self, run: Run, snapshot: RunSnapshot, overrides: Overrides, saver: InMemorySaver
    ) -> AsyncIterator[tuple[_Graph, ReplayedToolbox, RecordedCalls]]:
        """Build the graph of a re-run with its toolbox; the copy of the data is deleted at the end of the block."""
        calls = RecordedCalls()

        def clock() -> datetime:
            return run.started_at

        async with AsyncExitStack() as stack:

            async def on_copy() -> Toolbox:
                database = await stack.enter_async_context(sandbox(self._database, run.customer_id))
                return Toolbox(build_tools(database, None, clock, self._operator))

            toolbox = ReplayedToolbox(
                self._dependencies.toolbox.tools, calls, snapshot.calls, overrides.results, on_copy
            )
            generation = {
                name: value
                for name, value in (("temperature", overrides.temperature), ("seed", overrides.seed))
                if value is not None
            }
            chat_model = self._dependencies.chat_model
            if overrides.model is not None:
                chat_model = await asyncio.to_thread(self._load_chat_model, overrides.model)
            parts = replace(
                await self._worded(run.id, overrides.prompts), chat_model=chat_model, toolbox=toolbox, clock=clock,
                handover_queue=NullHandoverQueue(), generation=generation,
            )  # fmt: skip
            yield build_graph(parts, saver), toolbox, calls

    async def _worded(self, run_id: str, changed: Mapping[str, str]) -> GraphDependencies:
        """Return the dependencies with the texts of the recorded turn and the changed ones.

        What cannot be served any more, because the code has changed since, is said as today.

        Raises:
            PromptError, KnowledgeError: A changed text cannot be served.
        """
        detail = await self._runs.get(run_id)
        recorded = {text_name(name): text for name, text in detail.prompts.items()} | detail.texts
        named = {text_name(name): text for name, text in changed.items()}
        if named:
            await asyncio.to_thread(self._with_texts, named)  # told apart from a recorded text that is out of date
        try:
            return await asyncio.to_thread(self._with_texts, {**recorded, **named})
        except TextError:
            return await asyncio.to_thread(self._with_texts, named)

    async def _copy_start(self, saver: InMemorySaver, run: Run, snapshot: RunSnapshot) -> None:
        """Copy the checkpoint from which the turn started into the memory of the re-run.

        Raises:
            NotReplayable: It is gone.
        """
        if snapshot.checkpoint_id is None:
            return
        place: dict[str, Any] = {"thread_id": run.thread_id, "checkpoint_ns": ""}
        found = await self._checkpointer.aget_tuple(
            {"configurable": {**place, "checkpoint_id": snapshot.checkpoint_id}}
        )
        if found is None:
            raise NotReplayable(f"The conversation of {run.id} is no longer stored; its turns cannot be run again.")
        versions = found.checkpoint["channel_versions"]
        kept = await saver.aput({"configurable": place}, found.checkpoint, found.metadata, versions)
        # Writes of the turn itself (the answer to the question, results of its nodes) are left out: they come anew.
        for task, channel, value in found.pending_writes or ():
            if channel == INTERRUPT:
                await saver.aput_writes(kept, [(channel, value)], task)

    async def _go_to(self, node: str, saver: InMemorySaver, run: Run, snapshot: RunSnapshot) -> None:
        """Run the turn as it was recorded, up to the place right before the first run of a node.

        A turn stores no checkpoint between its nodes.

        Raises:
            NotReplayable: It does not come to the node.
        """
        async with self._graph(run, snapshot, NO_OVERRIDES, saver) as (graph, _, calls):
            config: RunnableConfig = {"configurable": {"thread_id": run.thread_id}}
            began = (await graph.aget_state(config)).config
            stopping: _Graph = graph.copy({"interrupt_before_nodes": [node]})
            await _drive(stopping, calls, _UnsavedRun(), run, snapshot)
            state = await graph.aget_state(config)
        if node not in state.next or state.interrupts or state.config == began:
            raise NotReplayable(f"The turn {run.id} did not come to {node}.")


async def _drive(
    graph: _Graph, calls: RecordedCalls, unsaved: _UnsavedRun, run: Run, snapshot: RunSnapshot, *,
    from_checkpoint: bool = False,
) -> None:  # fmt: skip
    """Take the recorded turn on a graph; how it ends is in the unsaved run."""
    engine = Engine(
        graph=graph, runs=unsaved, calls=calls, clock=lambda: run.started_at, model_name=Channel.REPLAY, setup={}
    )
    user = User(0, run.customer_id, "", "customer", "")
    runner = TurnRunner(run.thread_id, user, Channel.REPLAY, None, engine)
    request = ChatRequest.model_validate(snapshot.request)
    async for event in runner.events(request, from_checkpoint=from_checkpoint):
        if isinstance(event, Done):
            break
