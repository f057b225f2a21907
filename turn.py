"""One turn while it runs: what goes into the graph, its stream as typed events, and the record of how it ended."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from clock import Clock
from database.threads import Threads
from events import CallView, ChatResult, Done, Event, Pending, PendingEvent, Step, Token, ToolResultView
from graph.state import ChatRequest, Outcome, PendingView, State, TurnContext, fresh_turn
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
        threads: Owners, messages and run records.
        clock: The present.
        model_name: Name of the writing model, as reported with each answer.
        prompts: The content hash of each prompt and of the policy, kept with each run.
    """

    graph: CompiledStateGraph[State, TurnContext, Any, Any]
    threads: Threads
    clock: Clock
    model_name: str
    prompts: Mapping[str, str]


class Turn:
    """One turn in progress: drives the graph, translates its stream, records the end.

    Args:
        thread_id: Its thread; the caller of this class holds the thread's lock.
        user: The verified login.
        channel: Where the request came from.
        outer: Callbacks, tags and metadata of an outer runnable; nothing else of it is used.
        engine: What all turns share.
    """

    def __init__(self, thread_id: str, user: User, channel: str, outer: RunnableConfig | None, engine: Engine) -> None:
        self.run_id = str(uuid.uuid4())
        self._thread_id = thread_id
        self._user = user
        self._channel = channel
        self._engine = engine
        self._began = time.perf_counter()
        self._started: dict[str, float] = {}
        self._config = RunnableConfig()
        for key in ("callbacks", "tags", "metadata"):
            if outer and key in outer:
                self._config[key] = outer[key]
        # A checkpoint_id would turn a resume into a replay of the past, so nothing but the thread is passed on.
        self._config["configurable"] = {"thread_id": thread_id}

    async def events(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Take the turn; the last event is ``Done``.

        Raises:
            NothingPending: A resume with no confirmation open.
        """
        snapshot = await self._engine.graph.aget_state(self._config)
        step = self._first_step(request, snapshot)
        said = request.message if request.message is not None else ("evet" if request.approve else "hayır")
        await self._engine.threads.begin_run(
            self.run_id, self._thread_id, self._user.customer_id, self._channel, said, self._engine.clock()
        )
        context = TurnContext(
            caller=Caller(customer_id=self._user.customer_id, run_id=self.run_id, channel=self._channel),
            thread_id=self._thread_id,
        )
        stream = self._engine.graph.astream(step, self._config, context=context, stream_mode=["custom", "tasks"])
        async for mode, chunk in stream:
            data: Mapping[str, Any] = chunk  # type: ignore[assignment]
            event = _from_writer(data) if mode == "custom" else self._from_task(data)
            if event is not None:
                yield event
        snapshot = await self._engine.graph.aget_state(self._config)
        pending = pending_of(snapshot)
        result = self._result(snapshot.values, pending)
        if pending is not None:
            separator = "\n\n" if snapshot.values.get("answer") else ""
            yield Token(text=separator + pending.text)
            yield PendingEvent(pending=pending)
        await self._engine.threads.end_run(
            self.run_id, self._engine.clock(), answer=result.response, intent=result.intent,
            confidence=result.confidence,
            outcome={
                **result.model_dump(mode="json", include={"tool_calls", "tool_results", "pending"}),
                "prompts": dict(self._engine.prompts),
            },
        )  # fmt: skip
        yield Done(result=result)

    def _first_step(self, request: ChatRequest, snapshot: StateSnapshot) -> State | Command[Any]:
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


def pending_of(snapshot: StateSnapshot) -> Pending | None:
    """The question that a thread waits with."""
    for interrupt in snapshot.interrupts:
        view: PendingView = interrupt.value
        return Pending.model_validate(view)
    return None


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
    shown = {key: value for key, value in result.items() if key != "history"}
    if "calls" in shown:
        shown["calls"] = [{name: call[name] for name in call if name != "key"} for call in shown["calls"]]
    return shown
