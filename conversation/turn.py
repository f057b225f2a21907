"""One turn while it runs: what goes into the graph, its stream as typed events, and the record of how it ended."""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from conversation.events import (
    CallView,
    ChatResult,
    Done,
    Event,
    Pending,
    PendingEvent,
    Step,
    Token,
    ToolResultView,
    pending_of,
)
from conversation.recorder import ModelLog, StepLog, Tapes
from conversation.requests import ChatRequest
from conversation.tracing import Spans, TurnFacts
from core.channels import Channel
from core.clock import Clock
from database.run_records import RunEnd, RunTrace
from database.runs import Runs
from database.threads import Threads
from graph.state import ConversationState, Outcome, TurnContext, fresh_turn
from identity.user import User
from tools.caller import Caller


class ConversationError(Exception):
    """A turn that could not be taken.

    ``ThreadNotFound`` (the thread does not exist for this customer) comes from the database package; the others:

    - ``NothingPending``: a resume where no question is open
    - ``InvalidRequest``: neither a message nor a resume, or a malformed session id
    - ``ThreadBusy``: another message of the thread is still being worked on
    """


class NothingPending(ConversationError):
    """A resume came where no confirmation is open; nothing was done."""


@dataclass(frozen=True)
class Engine:
    """What all turns share.

    Attributes:
        graph: The compiled graph, with its checkpointer.
        threads: Owners and messages.
        runs: The record of turns.
        tapes: What the operations of the graph answer.
        clock: The present.
        model_name: Name of the writing model, as reported with each answer.
        setup: Models, generation settings and the content hash of each prompt (``prompts``), kept with each run.
        spans: Sends turns to a trace collector, where the operator named one.
    """

    graph: CompiledStateGraph[ConversationState, TurnContext, Any, Any]
    threads: Threads
    runs: Runs
    tapes: Tapes
    clock: Clock
    model_name: str
    setup: Mapping[str, Any]
    spans: Spans | None = None


class Turn:
    """One turn in progress: drives the graph, translates its stream, records the end.

    Args:
        thread_id: Its thread; the caller of this class holds the thread's lock.
        user: The verified login.
        channel: Where the request came from.
        outer: Callbacks, tags and metadata of an outer runnable; nothing else of it is used.
        engine: What all turns share.
    """

    def __init__(
        self, thread_id: str, user: User, channel: Channel, outer: RunnableConfig | None, engine: Engine
    ) -> None:
        self.run_id = str(uuid.uuid4())
        self._thread_id = thread_id
        self._user = user
        self._channel = channel
        self._engine = engine
        self._began = time.perf_counter()
        self._started: dict[str, float] = {}
        self._began_ns = time.time_ns()
        self._models, self._steps = ModelLog(), StepLog()
        self._config = RunnableConfig()
        if outer and "tags" in outer:
            self._config["tags"] = outer["tags"]
        # It also stands on each checkpoint of the turn, so that a re-run finds those of its own.
        self._config["metadata"] = {**(outer.get("metadata", {}) if outer else {}), "run": self.run_id}
        self._config["callbacks"] = _with_handler(outer.get("callbacks") if outer else None, self._models)
        # A checkpoint_id would turn a resume into a replay of the past, so nothing but the thread is passed on.
        self._config["configurable"] = {"thread_id": thread_id}

    async def events(self, request: ChatRequest, *, going_on: bool = False) -> AsyncGenerator[Event, None]:
        """Take the turn; the last event is ``Done``. However it ends, it is recorded.

        Args:
            request: What the customer did.
            going_on: The graph is in the middle of the turn (a copy of it) and goes on from there.

        Raises:
            NothingPending: A resume with no confirmation open.
        """
        snapshot = await self._engine.graph.aget_state(self._config)
        step = None if going_on else self._first_step(request, snapshot)
        started_from: str | None = snapshot.config.get("configurable", {}).get("checkpoint_id")
        said = request.message if request.message is not None else ("evet" if request.approve else "hayır")
        await self._engine.runs.begin(
            self.run_id, self._thread_id, self._user.customer_id, self._channel, said, self._engine.clock()
        )
        self._engine.tapes.begin(self.run_id)
        result: ChatResult | None = None
        try:
            async for event in self._graph_events(step):
                yield event
            snapshot = await self._engine.graph.aget_state(self._config)
            pending = pending_of(snapshot)
            result = self._result(snapshot.values, pending)
            if pending is not None:
                separator = "\n\n" if snapshot.values.get("answer") else ""
                yield Token(text=separator + pending.text)
                yield PendingEvent(pending=pending)
        finally:
            # The customer may be gone already: the record is written all the same.
            await asyncio.shield(self._record(result, snapshot.values, request, started_from, sys.exception()))
        yield Done(result=result)

    async def _graph_events(self, step: ConversationState | Command[Any] | None) -> AsyncGenerator[Event, None]:
        context = TurnContext(
            caller=Caller(customer_id=self._user.customer_id, run_id=self.run_id, channel=self._channel),
            thread_id=self._thread_id,
        )
        stream = self._engine.graph.astream(step, self._config, context=context, stream_mode=["custom", "tasks"])
        async for mode, chunk in stream:
            data: Mapping[str, Any] = chunk  # type: ignore[assignment]
            if mode == "tasks":
                self._steps.note(data)
            event = _from_writer(data) if mode == "custom" else self._from_task(data)
            if event is not None:
                yield event

    async def _record(
        self,
        result: ChatResult | None,
        values: Mapping[str, Any],
        request: ChatRequest,
        started_from: str | None,
        failure: BaseException | None,
    ) -> None:
        calls = self._engine.tapes.end(self.run_id)
        refused = [outcome["error"]["code"] for outcome in values.get("outcomes", []) if outcome["error"]]
        broken = [use["error"] for use in self._models.uses if "error" in use]
        outcome = None
        if result is not None:
            outcome = {
                **result.model_dump(mode="json", include={"tool_calls", "tool_results", "pending"}),
                "answer_source": values.get("answer_source", ""),
            }
        end = RunEnd(
            answer=None if result is None else result.response, intent="" if result is None else result.intent,
            confidence=0.0 if result is None else result.confidence, outcome=outcome,
            tools=[] if result is None else [call.arac_adi for call in result.tool_calls],
            error=next(iter([*refused, *broken]), None) if result is not None else _name_of(failure),
            ms=round((time.perf_counter() - self._began) * 1000),
            tokens_in=self._models.tokens_in, tokens_out=self._models.tokens_out,
        )  # fmt: skip
        recorded = RunTrace(
            checkpoint_id=started_from, request=request.model_dump(exclude_none=True), steps=self._steps.steps,
            calls=calls, models=self._models.uses, setup=self._engine.setup,
        )  # fmt: skip
        masked = await self._engine.runs.end(self.run_id, self._engine.clock(), end, recorded)
        if self._engine.spans is not None:
            facts = TurnFacts(
                self.run_id, self._thread_id, self._channel, self._began_ns, end.ms, end.error, self._engine.model_name
            )
            self._engine.spans.send(facts, masked)

    def _first_step(self, request: ChatRequest, snapshot: StateSnapshot) -> ConversationState | Command[Any]:
        pending = pending_of(snapshot)
        if request.approve is not None:
            if pending is None or pending.kind != "confirmation":
                raise NothingPending(self._thread_id)
            return Command(resume={"approve": request.approve})
        if pending is not None:
            return Command(resume={"message": request.message})
        return fresh_turn(request.message or "")

    def _from_task(self, chunk: Mapping[str, Any]) -> Step | None:
        """A node's start or end, from the stream of tasks."""
        if "triggers" in chunk:
            self._started[chunk["id"]] = time.perf_counter()
            return Step(
                id=chunk["id"], name=chunk["name"], kind="node", status="started", input=_node_input(chunk["input"])
            )
        if chunk.get("interrupts"):
            return Step(id=chunk["id"], name=chunk["name"], kind="node", status="finished", output="waiting", ms=0)
        elapsed = time.perf_counter() - self._started.get(chunk["id"], self._began)
        failed = chunk.get("error") is not None
        return Step(
            id=chunk["id"], name=chunk["name"], kind="node", status="failed" if failed else "finished",
            output="failed" if failed else _node_output(chunk["result"]), ms=round(elapsed * 1000),
        )  # fmt: skip

    def _result(self, values: Mapping[str, Any], pending: Pending | None) -> ChatResult:
        outcomes: list[Outcome] = values.get("outcomes", [])
        answer = values.get("answer", "")
        intents = values.get("intents") or []
        return ChatResult(
            response="\n\n".join(part for part in (answer, pending.text if pending else "") if part),
            session_id=self._thread_id,
            run_id=self.run_id,
            intent=intents[0]["operation"] if intents else values.get("topic", "") or "none",
            confidence=round(float(values.get("confidence", 0.0)), 4),
            tool_calls=[
                CallView(arac_adi=outcome["operation"], parametreler=outcome["arguments"])
                for outcome in outcomes
                if outcome["executed"]
            ],
            tool_results=[
                ToolResultView(
                    tool_name=outcome["operation"],
                    success=outcome["success"],
                    result=outcome["result"],
                    error=outcome["error"],
                )
                for outcome in outcomes
            ],
            pending=pending,
            model=self._engine.model_name,
            processing_time_ms=round((time.perf_counter() - self._began) * 1000),
        )


def _name_of(failure: BaseException | None) -> str:
    """Of what ended a turn; a customer who went away is no fault."""
    if failure is None or isinstance(failure, GeneratorExit | asyncio.CancelledError):
        return "Cancelled"
    return type(failure).__name__


def _with_handler(outer: Any, handler: BaseCallbackHandler) -> Any:
    """The callbacks of the outer runnable, if there is one, and our own."""
    if isinstance(outer, BaseCallbackManager):
        manager = outer.copy()
        manager.add_handler(handler, inherit=True)
        return manager
    return [*(outer or ()), handler]


def _from_writer(chunk: Mapping[str, Any]) -> Event | None:
    """What a node sent by the stream writer: a token, or the start or end of a tool call."""
    if "token" in chunk:
        return Token(text=chunk["token"])
    if "step" in chunk:
        return Step(kind="tool", **chunk["step"])
    return None


def _node_input(state: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the state that a reader of the steps wants to see."""
    return {key: state[key] for key in ("message", "intents", "topic") if state.get(key)}


def _node_output(result: Any) -> Any:
    """What a node changed, without what no reader needs; the idempotency key stays inside."""
    if not isinstance(result, Mapping):
        return None
    shown = {key: value for key, value in result.items() if key != "messages"}
    if "calls" in shown:
        shown["calls"] = [{name: call[name] for name in call if name != "key"} for call in shown["calls"]]
    return shown
