"""Runs one turn: what goes into the graph, and the events that come out of it.

What a turn says is the graph's work, what is recorded of it the recorder's (``recorder.py``).
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, Interrupt, StateSnapshot

from conversation.engine import Engine
from conversation.events import (
    INTERRUPT,
    CallView,
    ChatResult,
    Done,
    Event,
    Pending,
    PendingEvent,
    Token,
    ToolResultView,
    asked,
)
from conversation.inputs import graph_input
from conversation.recorder import RunRecorder, TurnIdentity
from conversation.requests import ChatRequest
from core.channels import Channel
from core.languages import Language
from graph.state import ConversationState, Outcome, TurnContext
from identity.user import User
from tools.caller import Caller


class TurnEnd(NamedTuple):
    """The end of a turn that the service took by itself.

    Attributes:
        answer: Its text, without the question that waits.
        result: The whole answer.
        values: The thread's state after it.
    """

    answer: str
    result: ChatResult
    values: Mapping[str, Any]


class TurnRunner:
    """Drives the graph through one turn and has its end recorded.

    Args:
        thread_id: The turn's thread; the caller of this class holds the thread's lock.
        user: The verified login.
        channel: Where the request came from.
        outer: Callbacks, tags and metadata of an outer runnable; nothing else of it is used.
        engine: What all turns share.
        run_id: Id of the turn's record; a new one by default.
    """

    def __init__(
        self, thread_id: str, user: User, channel: Channel, outer: RunnableConfig | None, engine: Engine,
        run_id: str | None = None,
    ) -> None:  # fmt: skip
        self._turn = TurnIdentity(run_id or str(uuid.uuid4()), thread_id, user.customer_id, channel)
        self._engine = engine.of(thread_id)
        self._recorder = RunRecorder(self._turn, self._engine)
        self._values: Mapping[str, Any] | None = None
        self._interrupts: Sequence[Interrupt] = ()
        self._config = _graph_config(self._turn, outer, self._recorder.models)

    @property
    def run_id(self) -> str:
        """The id of the turn's record."""
        return self._turn.run_id

    def is_changing(self) -> bool:
        """Return True once the turn has begun to carry out a change that the customer agreed to."""
        return self._recorder.is_changing

    async def events(
        self, request: ChatRequest, snapshot: StateSnapshot | None = None, *, from_checkpoint: bool = False
    ) -> AsyncGenerator[Event, None]:
        """Take the turn; the last event is ``Done``. However it ends, it is recorded.

        Args:
            request: What the customer did.
            snapshot: The thread before the turn; read here where it is None.
            from_checkpoint: The graph stands in the middle of the turn (a copy of it) and continues there.

        Raises:
            NothingPending: An answer where no confirmation is open.
        """
        if snapshot is None:
            snapshot = await self._engine.graph.aget_state(self._config)
        put_in = None if from_checkpoint else graph_input(request, snapshot)
        async with aclosing(self._turn_events(request, put_in, snapshot)) as events:
            async for event in events:
                yield event

    async def say(
        self, request: ChatRequest | None, text: str, topic: str, language: Language
    ) -> AsyncGenerator[Event, None]:
        """Take a turn in which the assistant does nothing but say one sentence; it is recorded, and cannot be re-run.

        Args:
            request: What the customer did; None where he did nothing.
            text: The sentence.
            topic: What the turn is about, for the record.
            language: The language of the sentence.
        """
        await self._recorder.begin(request)
        values = {"answer": text, "topic": topic, "confidence": 1.0, "language": language}
        result: ChatResult | None = None
        try:
            self._recorder.note_first_words()
            yield Token(text=text)
            result = self._result(values, None)
        finally:
            await asyncio.shield(self._recorder.finish(None, None, values, result, sys.exception()))
        yield Done(result=result)

    async def tell(self, put_in: ConversationState, snapshot: StateSnapshot) -> TurnEnd:
        """Take a turn in which the customer did nothing, and return its end.

        Args:
            put_in: What is told.
            snapshot: The thread before it.
        """
        return await self._told(self._turn_events(None, put_in, snapshot))

    async def tell_words(self, text: str, topic: str, language: Language) -> TurnEnd:
        """Take a turn in which the customer did nothing and one sentence is said to him; arguments as for ``say``."""
        return await self._told(self.say(None, text, topic, language), text)

    async def _told(self, turn: AsyncGenerator[Event, None], text: str = "") -> TurnEnd:
        """Take a turn to its end and return that; its text stands in the thread's state unless it is given."""
        result: ChatResult | None = None
        async with aclosing(turn) as events:
            async for event in events:
                if isinstance(event, Done):
                    result = event.result
        assert result is not None, "a turn ends with Done or raises"  # noqa: S101
        values = self._values or {}
        return TurnEnd(text or values.get("answer", ""), result, values)

    async def _turn_events(
        self, request: ChatRequest | None, put_in: ConversationState | Command[Any] | None, snapshot: StateSnapshot
    ) -> AsyncGenerator[Event, None]:
        checkpoint_id: str | None = snapshot.config.get("configurable", {}).get("checkpoint_id")
        values: Mapping[str, Any] = snapshot.values
        await self._recorder.begin(request)
        result: ChatResult | None = None
        try:
            async for event in self._graph_events(put_in):
                yield event
            values = self._values or values
            pending = asked(self._interrupts)
            result = self._result(values, pending)
            if pending is not None:
                separator = "\n\n" if values.get("answer") else ""
                self._recorder.note_first_words()
                yield Token(text=separator + pending.text)
                yield PendingEvent(pending=pending)
        finally:
            # The customer may be gone already: the record is written all the same.
            await asyncio.shield(self._recorder.finish(request, checkpoint_id, values, result, sys.exception()))
        yield Done(result=result)

    async def _graph_events(self, put_in: ConversationState | Command[Any] | None) -> AsyncGenerator[Event, None]:
        turn = self._turn
        context = TurnContext(
            Caller(turn.customer_id, turn.run_id, turn.channel), turn.thread_id, versions_of(self._engine.setup)
        )
        # One checkpoint a turn, when it asks or ends: what a turn that died had changed is found by its keys
        # (conversation/untold.py), and nothing of it is resumed in the middle.
        stream = self._engine.graph.astream(
            put_in, self._config, context=context, stream_mode=["custom", "tasks", "values"], durability="exit"
        )
        async for mode, chunk in stream:
            data: Mapping[str, Any] = chunk  # type: ignore[assignment]
            if mode == "values":
                self._note_state(data)
                continue
            event = self._recorder.observe(mode, data)
            if event is not None:
                yield event

    def _note_state(self, values: Mapping[str, Any]) -> None:
        """Note the thread's state after a step; the last one is what its checkpoint holds when the turn ends."""
        self._interrupts = values.get(INTERRUPT, ())
        found = {name: value for name, value in values.items() if name != INTERRUPT}
        self._values = found or self._values

    def _result(self, values: Mapping[str, Any], pending: Pending | None) -> ChatResult:
        outcomes: list[Outcome] = values.get("outcomes", [])
        answer = values.get("answer", "")
        intents = values.get("intents") or []
        return ChatResult(
            response="\n\n".join(part for part in (answer, pending.text if pending else "") if part),
            session_id=self._turn.thread_id,
            run_id=self._turn.run_id,
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
            processing_time_ms=self._recorder.elapsed_ms(),
            language=values.get("language", "tr"),
            asked=[each["fact"] for each in values.get("asked", [])],
        )


def versions_of(setup: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models and the hashes of policy and prompts from an engine's setup, for the receipts of changes."""
    prompts = setup.get("prompts", {})
    models = {name: setup[name] for name in ("model", "decision_model", "adapter") if name in setup}
    return {**models, "policy": prompts.get("policy"), "prompts": dict(prompts)}


def _graph_config(turn: TurnIdentity, outer: RunnableConfig | None, handler: BaseCallbackHandler) -> RunnableConfig:
    """Build the configuration of the graph's run."""
    outer = outer or RunnableConfig()
    config = RunnableConfig(
        # The run also stands on each checkpoint of the turn, so that a re-run finds its own.
        metadata={**outer.get("metadata", {}), "run": turn.run_id},
        callbacks=_with_handler(outer.get("callbacks"), handler),
        # A checkpoint_id would turn a resume into a replay of the past, so nothing but the thread is passed on.
        configurable={"thread_id": turn.thread_id},
    )
    if "tags" in outer:
        config["tags"] = outer["tags"]
    return config


def _with_handler(outer: Any, handler: BaseCallbackHandler) -> Any:
    """Return the callbacks of the outer runnable, if there is one, with our handler added."""
    if isinstance(outer, BaseCallbackManager):
        manager = outer.copy()
        manager.add_handler(handler, inherit=True)
        return manager
    return [*(outer or ()), handler]
