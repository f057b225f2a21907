"""One turn of one thread, for every channel.

Every channel (REST, LangServe, chat page, terminal) calls ``Conversations`` and gets the same typed events. Here are
the things that must hold whatever the channel is: a thread belongs to one customer, it handles one message at a
time, a pending question is answered by the next message, and every turn is recorded. What a turn *says* is the
graph's work.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot
from pydantic import ValidationError

from clock import Clock
from database.threads import SessionSummary, ThreadNotFound, Threads
from events import (
    CallView,
    ChatResult,
    Done,
    Event,
    Option,
    Pending,
    PendingEvent,
    SessionDetail,
    Step,
    Token,
    ToolResultView,
)
from graph.state import ChatRequest, Outcome, PendingView, State, TurnContext, fresh_turn
from identity.user import User
from tools.caller import Caller

__all__ = [
    "CallView", "ChatResult", "ConversationError", "Conversations", "Done", "Event", "InvalidRequest", "NothingPending",
    "Option", "Pending", "PendingEvent", "SessionDetail", "SessionSummary", "Step", "ThreadBusy", "ThreadNotFound",
    "Token", "ToolResultView", "User",
]  # fmt: skip

LOCK_WAIT_SECONDS = 30.0
_SESSION_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class ConversationError(Exception):
    """A turn that could not be taken.

    ``ThreadNotFound`` (the thread does not exist for this customer) comes from the database package; the others:

    - ``InvalidRequest``: neither a message nor a resume, or a malformed session id
    - ``NothingPending``: a resume where no question is open
    - ``ThreadBusy``: another message of the thread is still being worked on
    """


class InvalidRequest(ConversationError):
    """The request itself is wrong; nothing was done."""


class NothingPending(ConversationError):
    """A resume came where no confirmation is open; nothing was done."""


class ThreadBusy(ConversationError):
    """The thread was working on another message for longer than a request may wait; nothing was done."""


class Conversations:
    """The turns of all threads over one graph.

    Args:
        graph: The compiled graph, with its checkpointer.
        threads: Owners, messages and run records.
        clock: The present.
        model_name: Name of the writing model, as reported with each answer.
    """

    def __init__(
        self, graph: CompiledStateGraph[State, TurnContext, Any, Any], threads: Threads, clock: Clock, model_name: str
    ) -> None:
        self._graph = graph
        self._threads = threads
        self._clock = clock
        self._model_name = model_name
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def stream(
        self,
        user: User,
        *,
        session_id: str | None = None,
        message: str | None = None,
        resume: bool | None = None,
        channel: str = "chat",
        config: RunnableConfig | None = None,
    ) -> AsyncIterator[Event]:
        """Take one turn and yield its events; the last one is ``Done``.

        Args:
            user: The verified login.
            session_id: The thread; a new one is made when it is None or unknown.
            message: What the customer writes; it answers a pending question if there is one.
            resume: The answer to a pending confirmation, instead of a message.
            channel: Where the request came from, for the record; a conversation is never ``rest``, whose callers are
                programs that get defaults instead of questions.
            config: Callbacks, tags and metadata of an outer runnable; nothing else of it is used.

        Raises:
            InvalidRequest: No message and no resume, both, or a malformed session id.
            ThreadNotFound: The session belongs to somebody else.
            NothingPending: A resume with no confirmation open.
            ThreadBusy: The thread is working on another message.
        """
        request = _checked(message, resume)
        thread_id = _checked_session(session_id)
        await self._threads.claim(thread_id, user.customer_id, title=request.message or "")
        async with self._turn_lock(thread_id):
            turn = _Turn(thread_id, user, channel, config, self._graph, self._threads, self._clock, self._model_name)
            async with aclosing(turn.events(request)) as events:
                async for event in events:
                    yield event

    async def run(
        self,
        user: User,
        *,
        session_id: str | None = None,
        message: str | None = None,
        resume: bool | None = None,
        channel: str = "chat",
        config: RunnableConfig | None = None,
    ) -> ChatResult:
        """Take one turn and return its result; arguments and errors as in ``stream``."""
        events = self.stream(
            user, session_id=session_id, message=message, resume=resume, channel=channel, config=config
        )
        result: ChatResult | None = None
        async for event in events:
            if isinstance(event, Done):
                result = event.result
        assert result is not None, "a turn ends with Done or raises"  # noqa: S101
        return result

    async def list(self, user: User, *, limit: int = 20, offset: int = 0) -> tuple[Sequence[SessionSummary], int]:
        """The caller's conversations, newest first, and how many there are."""
        return await self._threads.summaries(user.customer_id, limit=limit, offset=offset)

    async def get(self, user: User, session_id: str, *, limit: int = 200, offset: int = 0) -> SessionDetail:
        """One conversation of the caller with its messages and its pending question.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        messages = await self._threads.messages(session_id, user.customer_id, limit=limit, offset=offset)
        snapshot = await self._graph.aget_state({"configurable": {"thread_id": session_id}})
        return SessionDetail(session_id=session_id, messages=list(messages), pending=_pending(snapshot))

    async def delete(self, user: User, session_id: str) -> None:
        """Forget one conversation of the caller: its messages and its state.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
            ThreadBusy: It is working on a message.
        """
        await self._threads.check_owner(session_id, user.customer_id)
        async with self._turn_lock(session_id):
            await self._threads.delete(session_id, user.customer_id)
            checkpointer = self._graph.checkpointer
            if checkpointer is not None and not isinstance(checkpointer, bool):
                await checkpointer.adelete_thread(session_id)

    @asynccontextmanager
    async def _turn_lock(self, thread_id: str) -> AsyncIterator[None]:
        """One message of a thread at a time; a second one waits, and gives up after a while."""
        lock = self._locks.setdefault(thread_id, asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), LOCK_WAIT_SECONDS)
        except TimeoutError as error:
            raise ThreadBusy(thread_id) from error
        try:
            yield
        finally:
            lock.release()


class _Turn:
    """One turn in progress: drives the graph, translates its stream, records the end."""

    def __init__(
        self,
        thread_id: str,
        user: User,
        channel: str,
        outer: RunnableConfig | None,
        graph: CompiledStateGraph[State, TurnContext, Any, Any],
        threads: Threads,
        clock: Clock,
        model_name: str,
    ) -> None:
        self.run_id = str(uuid.uuid4())
        self._thread_id = thread_id
        self._user = user
        self._channel = channel
        self._graph = graph
        self._threads = threads
        self._clock = clock
        self._model_name = model_name
        self._began = time.perf_counter()
        self._started: dict[str, float] = {}
        self._config = RunnableConfig()
        for key in ("callbacks", "tags", "metadata"):
            if outer and key in outer:
                self._config[key] = outer[key]
        # A checkpoint_id would turn a resume into a replay of the past, so nothing but the thread is passed on.
        self._config["configurable"] = {"thread_id": thread_id}

    async def events(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        snapshot = await self._graph.aget_state(self._config)
        step = self._first_step(request, snapshot)
        said = request.message if request.message is not None else ("evet" if request.approve else "hayır")
        await self._threads.begin_run(
            self.run_id, self._thread_id, self._user.customer_id, self._channel, said, self._clock()
        )
        context = TurnContext(
            caller=Caller(customer_id=self._user.customer_id, run_id=self.run_id, channel=self._channel),
            thread_id=self._thread_id,
        )
        stream = self._graph.astream(step, self._config, context=context, stream_mode=["custom", "tasks"])
        async for mode, chunk in stream:
            data: Mapping[str, Any] = chunk  # type: ignore[assignment]
            event = _from_writer(data) if mode == "custom" else self._from_task(data)
            if event is not None:
                yield event
        snapshot = await self._graph.aget_state(self._config)
        pending = _pending(snapshot)
        result = self._result(snapshot.values, pending)
        if pending is not None:
            separator = "\n\n" if snapshot.values.get("answer") else ""
            yield Token(text=separator + pending.text)
            yield PendingEvent(pending=pending)
        await self._threads.end_run(
            self.run_id, self._clock(), answer=result.response, intent=result.intent, confidence=result.confidence,
            outcome=result.model_dump(mode="json", include={"tool_calls", "tool_results", "pending"}),
        )  # fmt: skip
        yield Done(result=result)

    def _first_step(self, request: ChatRequest, snapshot: StateSnapshot) -> State | Command[Any]:
        pending = _pending(snapshot)
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
            model=self._model_name,
            processing_time_ms=round((time.perf_counter() - self._began) * 1000),
        )


def _checked(message: str | None, resume: bool | None) -> ChatRequest:
    try:
        return ChatRequest(message=message, approve=resume)
    except ValidationError as error:
        raise InvalidRequest("; ".join(detail["msg"] for detail in error.errors())) from error


def _checked_session(session_id: str | None) -> str:
    if session_id is None:
        return str(uuid.uuid4())
    if not _SESSION_ID.fullmatch(session_id):
        raise InvalidRequest("session_id: 1 to 64 letters, digits, '.', '_', ':' or '-'")
    return session_id


def _pending(snapshot: StateSnapshot) -> Pending | None:
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
