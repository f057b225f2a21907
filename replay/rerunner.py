"""Runs a recorded turn again: from its start or from one of its nodes, as it was or with something changed.

The thread's checkpoint is copied into memory, time stands at the turn's beginning, operations answer from the record,
hand-overs are not written. The live thread, its head and its data are only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from agent.prompt_files import Prompt, PromptError, read_prompt, replacing
from conversation.events import Done
from conversation.recorder import Tapes
from conversation.requests import ChatRequest
from conversation.turn import Engine, Turn
from core.channels import Channel
from database.run_records import Recorded, RunEnd
from database.runs import Runs
from database.sandbox import sandbox
from database.session import Database
from database.tables import ReplayRun, Run, RunTape
from graph.build import Parts, build_graph
from graph.nodes.hand_over import NoDesk
from graph.state import State, TurnContext
from identity.user import User
from ports import Ports
from replay.toolbox import ReplayedToolbox
from tools.catalog import Toolbox, build_tools

_INTERRUPT = "__interrupt__"
"""LangGraph's name of the channel with open questions; it has no public constant."""


class NotReplayable(Exception):
    """The turn cannot be run again; nothing was changed."""


@dataclass(frozen=True)
class Overrides:
    """What is changed in a re-run.

    Attributes:
        node: Where to begin; None: at the turn's start.
        prompts: Content of a prompt file by the prompt's name.
        model: The model that writes, as ``TELEKOM_MODEL`` names it.
        temperature: Of the writer; 0 takes the likeliest token each time.
        seed: Makes drawing repeatable.
        results: Result by operation, instead of the recorded one.
    """

    node: str | None = None
    prompts: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None
    temperature: float | None = None
    seed: int | None = None
    results: Mapping[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rerun:
    """What came of a re-run; ``recorded`` is as of a live turn."""

    id: str
    run_id: str
    end: RunEnd
    recorded: Recorded
    not_recorded: list[str]


class _Sink:
    """Takes what a live turn would store."""

    def __init__(self) -> None:
        self.end_of: tuple[RunEnd, Recorded] | None = None

    async def begin(self, *_: Any) -> None:
        """Nothing is stored."""

    async def end(self, run_id: str, at: datetime, end: RunEnd, recorded: Recorded) -> None:
        """Keep the end for whoever asked for the re-run; no spans are made of it."""
        self.end_of = (end, recorded)


class Rerunner:
    """Runs recorded turns again.

    Args:
        database: Customers' data, only read, and the re-runs.
        runs: The record.
        checkpointer: The live threads, only read.
        parts: What the live graph is made of.
        writer: Loads another model that writes.
    """

    def __init__(
        self, database: Database, runs: Runs, checkpointer: BaseCheckpointSaver[Any], parts: Parts,
        writer: Callable[[str], BaseChatModel],
    ) -> None:  # fmt: skip
        self._database = database
        self._writer = writer
        self._runs = runs
        self._checkpointer = checkpointer
        self._parts = parts

    async def rerun(self, run_id: str, overrides: Overrides = Overrides()) -> Rerun:
        """Run a turn again.

        Raises:
            RunNotFound: There is no such run, or what happened inside it is no longer kept.
            NotReplayable: Its thread's checkpoint is gone, or it never came to that node.
            PromptError: A prompt is malformed; the message names the line.
            ModelError: The other model cannot be had.
            ValidationError: An edited result has not the operation's form.
        """
        run, tape = await self._runs.tape(run_id)
        async with self._graph(run, tape, overrides) as (graph, toolbox, tapes, sink):
            await self._copy_start(graph, run, tape, overrides.node)
            engine = Engine(
                graph=graph, threads=None, runs=sink, tapes=tapes, clock=lambda: run.started_at,  # type: ignore[arg-type]
                model_name=Channel.REPLAY, setup={},
            )  # fmt: skip
            user = User(0, run.customer_id, "", "customer", "")
            turn = Turn(run.thread_id, user, Channel.REPLAY, None, engine)
            request = ChatRequest.model_validate(tape.request)
            async for event in turn.events(request, going_on=overrides.node is not None):
                if isinstance(event, Done):
                    break
        if sink.end_of is None:
            raise NotReplayable(f"The turn {run_id} did not end.")
        end, recorded = sink.end_of
        return Rerun(str(uuid4()), run_id, end, recorded, toolbox.not_recorded)

    async def keep(self, rerun: Rerun, overrides: Overrides, by: str, at: datetime) -> None:
        """Store a re-run, masked, in the table of re-runs."""
        run, _ = await self._runs.tape(rerun.run_id)
        outcome = {
            **asdict(rerun.end), "steps": list(rerun.recorded.steps), "calls": list(rerun.recorded.calls),
            "models": list(rerun.recorded.models), "not_recorded": rerun.not_recorded,
        }  # fmt: skip
        changed = {name: value for name, value in asdict(overrides).items() if value}
        masked = await self._runs.masked([changed, outcome], run.customer_id)
        async with self._database.write_session() as session:
            session.add(
                ReplayRun(id=rerun.id, run_id=rerun.run_id, by=by, at=at, overrides=masked[0], outcome=masked[1])
            )

    @asynccontextmanager
    async def _graph(
        self, run: Run, tape: RunTape, overrides: Overrides
    ) -> AsyncIterator[tuple[CompiledStateGraph[State, TurnContext, Any, Any], ReplayedToolbox, Tapes, _Sink]]:
        tapes = Tapes()

        def clock() -> datetime:
            return run.started_at

        async with AsyncExitStack() as stack:
            copy: list[Toolbox] = []

            async def elsewhere() -> Toolbox:
                if not copy:
                    database = await stack.enter_async_context(sandbox(self._database, run.customer_id))
                    at = lambda: run.started_at  # noqa: E731
                    copy.append(Toolbox(build_tools(database, Ports.simulated(clock=at), at)))
                return copy[0]

            toolbox = ReplayedToolbox(self._parts.toolbox.tools, tapes, tape.calls, overrides.results, elsewhere)
            generation = {
                name: value
                for name, value in (("temperature", overrides.temperature), ("seed", overrides.seed))
                if value is not None
            }
            chat_model = self._parts.chat_model
            if overrides.model is not None:
                chat_model = await asyncio.to_thread(self._writer, overrides.model)
            parts = replace(
                self._parts, chat_model=chat_model, toolbox=toolbox, clock=clock, desk=NoDesk(), generation=generation,
                prompts={**await self._recorded_prompts(run.id), **_prompts(overrides.prompts, self._parts.prompts)},
            )  # fmt: skip
            yield build_graph(parts, InMemorySaver()), toolbox, tapes, _Sink()

    async def _recorded_prompts(self, run_id: str) -> dict[str, Prompt]:
        """The prompts that the turn had; today's, where what the code fills in has changed since."""
        recorded = (await self._runs.get(run_id)).prompts
        found = dict(self._parts.prompts)
        for name in recorded.keys() & found.keys():
            try:
                found |= _prompts({name: recorded[name]}, self._parts.prompts)
            except PromptError:
                continue
        return found

    async def _copy_start(
        self, graph: CompiledStateGraph[State, TurnContext, Any, Any], run: Run, tape: RunTape, node: str | None
    ) -> None:
        """Put the checkpoint from which the re-run begins into memory.

        Raises:
            NotReplayable: It is gone, or the turn never came to the node.
        """
        if tape.checkpoint_id is None and node is None:
            return
        saver = graph.checkpointer
        assert isinstance(saver, InMemorySaver)  # noqa: S101  made above
        place: dict[str, Any] = {"thread_id": run.thread_id, "checkpoint_ns": ""}
        checkpoint_id = tape.checkpoint_id if node is None else await self._before(run, tape, node)
        found = await self._checkpointer.aget_tuple({"configurable": {**place, "checkpoint_id": checkpoint_id}})
        if found is None:
            raise NotReplayable(f"The conversation of {run.id} is no longer stored; its turns cannot be run again.")
        versions = found.checkpoint["channel_versions"]
        kept = await saver.aput({"configurable": place}, found.checkpoint, found.metadata, versions)
        # What the turn itself wrote behind this checkpoint (its answer to the question, its nodes' results) stays out.
        for task, channel, value in found.pending_writes or ():
            if channel == _INTERRUPT and node is None:
                await saver.aput_writes(kept, [(channel, value)], task)

    async def _before(self, run: Run, tape: RunTape, node: str) -> str:
        """The checkpoint of the turn after which the node ran first.

        Raises:
            NotReplayable: There is none.
        """
        live = build_graph(self._parts, self._checkpointer)
        later: list[str] = []
        async for snapshot in live.aget_state_history({"configurable": {"thread_id": run.thread_id}}):
            found = snapshot.config["configurable"]["checkpoint_id"]
            if snapshot.metadata and snapshot.metadata.get("run") == run.id and node in snapshot.next:
                later.append(found)
            if found == tape.checkpoint_id:
                break
        if not later:
            raise NotReplayable(f"The turn {run.id} did not come to {node}, or its steps are no longer stored.")
        return later[-1]


def _prompts(contents: Mapping[str, str], known: Mapping[str, Prompt]) -> dict[str, Prompt]:
    """Prompts from their contents.

    Raises:
        PromptError: One is malformed, or there is none of that name.
    """
    found = {}
    for name, content in contents.items():
        found[name] = replacing(read_prompt(name, content), known)
    return found
