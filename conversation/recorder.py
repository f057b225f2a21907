"""Sees everything that happens inside one turn, once, and makes two things of it: events and the run's record.

The events go to the channel while the turn runs; the record goes to the store when it ends. How a turn is driven is in
``turn.py``, where records are stored in ``database/runs.py``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversation.engine import Engine
from conversation.events import ChatResult, Event, Step, Token
from conversation.model_uses import ModelUses
from conversation.requests import ChatRequest
from conversation.tracing import TurnFacts
from core.channels import Channel
from database.run_records import RunEnd, RunTrace
from database.threads import LEFT

WAITING = {"waits for": "the customer"}
"""Recorded output of a node that asked the customer a question."""

_UNTOLD = frozenset({"messages", "refused"})
"""Changes of the state that stay in the record: a channel shows what it gets, and refused text is nobody's to read."""

_LONGEST_ERROR = 200


@dataclass(frozen=True)
class TurnIdentity:
    """Names a turn: its run, thread, customer and channel."""

    run_id: str
    thread_id: str
    customer_id: int
    channel: Channel


class RunRecorder:
    """Observes one turn.

    Args:
        turn: The turn.
        engine: What all turns share.

    Attributes:
        models: A callback handler; the turn's runnable configuration must carry it.
        is_changing: True once a change that the customer agreed to is being carried out.
    """

    def __init__(self, turn: TurnIdentity, engine: Engine) -> None:
        self.models = ModelUses()
        self.is_changing = False
        self._has_spoken = False
        self._turn = turn
        self._engine = engine
        self._began = time.perf_counter()
        self._began_ns = time.time_ns()
        self._steps: list[dict[str, Any]] = []
        self._step_of: dict[str, int] = {}
        """Place in the steps by the id of the graph's task."""

    async def begin(self, request: ChatRequest | None) -> None:
        """Store that the turn began, and record the tool calls from now on.

        Args:
            request: What the customer did; None for a turn that the service takes by itself.
        """
        turn = self._turn
        message = None if request is None else request.message or ("evet" if request.approve else "hayır")
        await self._engine.runs.begin(
            turn.run_id, turn.thread_id, turn.customer_id, turn.channel, message, self._engine.clock()
        )
        self._engine.calls.begin(turn.run_id)
        if self._engine.metrics is not None:
            self._engine.metrics.running.inc()

    def observe(self, mode: str, chunk: Mapping[str, Any]) -> Event | None:
        """Record one chunk of the graph's stream and return the event that the channel gets, if it gets one.

        Args:
            mode: The chunk's stream mode: ``tasks`` or ``custom``.
            chunk: The start or end of a node, or what a node sent by the stream writer.
        """
        if mode == "tasks":
            return self._node_began(chunk) if "triggers" in chunk else self._node_ended(chunk)
        if "token" in chunk:
            self.note_first_words()
            return Token(text=chunk["token"])
        return Step(kind="tool", **chunk["step"]) if "step" in chunk else None

    def elapsed_ms(self) -> int:
        """Return the milliseconds since the turn began."""
        return round((time.perf_counter() - self._began) * 1000)

    async def finish(
        self,
        request: ChatRequest | None,
        checkpoint_id: str | None,
        values: Mapping[str, Any],
        result: ChatResult | None,
        failure: BaseException | None,
    ) -> None:
        """Store the record and send its spans.

        Args:
            request: What the customer did; None for a turn that the service took by itself.
            checkpoint_id: The checkpoint that the turn began from.
            values: The thread's state at the end.
            result: The whole answer; None where the turn failed or was cancelled.
            failure: What ended it then.
        """
        end = self._end(values, result, failure)
        self._count(end, values)
        trace = RunTrace(
            checkpoint_id=checkpoint_id, steps=self._steps,
            request={} if request is None else request.model_dump(exclude_none=True),
            calls=self._placed(self._engine.calls.end(self._turn.run_id)), models=self._placed(self.models.uses),
            setup=self._engine.setup,
        )  # fmt: skip
        masked = await self._engine.runs.end(self._turn.run_id, self._engine.clock(), end, trace)
        if self._engine.spans is not None and masked is not None:
            facts = TurnFacts(
                self._turn.run_id, self._turn.thread_id, self._turn.channel, self._began_ns, end.ms, end.error,
                self._engine.model_name,
            )  # fmt: skip
            self._engine.spans.send(facts, masked)

    def note_first_words(self) -> None:
        """Note that the customer gets words now; the first time counts."""
        if not self._has_spoken and self._engine.metrics is not None:
            self._engine.metrics.count_first_token(self._turn.channel, time.perf_counter() - self._began)
        self._has_spoken = True

    def _count(self, end: RunEnd, values: Mapping[str, Any]) -> None:
        if self._engine.metrics is not None:
            self._engine.metrics.running.dec()
            nodes = frozenset(step["node"] for step in self._steps)
            self._engine.metrics.count_turn(self._turn.channel, end, values, nodes)

    def _node_began(self, chunk: Mapping[str, Any]) -> Step:
        if chunk["name"] == "execute_tools" and any(
            call["status"] == "approved" for call in chunk["input"].get("calls", ())
        ):
            self.is_changing = True
        self._step_of[chunk["id"]] = len(self._steps)
        self._steps.append({
            "node": chunk["name"], "input": _without_empty(chunk["input"]), "output": None,
            "at": round((time.perf_counter() - self._began) * 1000, 1), "ms": None, "error": None,
        })  # fmt: skip
        told = {key: chunk["input"][key] for key in ("message", "intents", "topic") if chunk["input"].get(key)}
        return Step(id=chunk["id"], name=chunk["name"], kind="node", status="started", input=told)

    def _node_ended(self, chunk: Mapping[str, Any]) -> Step:
        if chunk["id"] not in self._step_of:
            self._node_began({**chunk, "input": {}})
        step = self._steps[self._step_of[chunk["id"]]]
        step["ms"] = ms = round((time.perf_counter() - self._began) * 1000 - step["at"])
        event = Step(id=chunk["id"], name=chunk["name"], kind="node", status="finished", ms=ms)
        if chunk.get("interrupts"):
            step["output"] = WAITING
            return event.model_copy(update={"output": "waiting", "ms": 0})
        if chunk.get("error") is not None:
            step["error"] = str(chunk["error"])[:_LONGEST_ERROR]
            return event.model_copy(update={"output": "failed", "status": "failed"})
        changes = _without_keys(chunk["result"])
        step["output"] = _without_empty(changes)
        told = None if changes is None else {name: value for name, value in changes.items() if name not in _UNTOLD}
        return event.model_copy(update={"output": told})

    def _end(self, values: Mapping[str, Any], result: ChatResult | None, failure: BaseException | None) -> RunEnd:
        if result is None:
            return RunEnd(
                answer=None, intent="", confidence=0.0, outcome=None, tools=[], error=failure_name(failure),
                ms=self.elapsed_ms(), tokens_in=self.models.tokens_in, tokens_out=self.models.tokens_out,
            )  # fmt: skip
        refused = [outcome["error"]["code"] for outcome in values.get("outcomes", []) if outcome["error"]]
        broken = [use["error"] for use in self.models.uses if "error" in use]
        kept_back = any(text["reason"] != "model_failed" for text in values.get("refused", ()))
        outcome = {
            **result.model_dump(mode="json", include={"tool_calls", "tool_results", "pending", "language", "asked"}),
            "answer_source": values.get("answer_source", ""),
        }
        return RunEnd(
            answer=result.response, intent=result.intent, confidence=result.confidence, outcome=outcome,
            tools=[call.arac_adi for call in result.tool_calls], error=next(iter([*refused, *broken]), None),
            ms=self.elapsed_ms(), kept_back=kept_back, tokens_in=self.models.tokens_in,
            tokens_out=self.models.tokens_out,
        )  # fmt: skip

    def _placed(self, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name the step that each part ran in by its place in the steps, instead of the graph's task."""
        return [
            {**{name: value for name, value in part.items() if name != "task"}, "step": self._step_of.get(part["task"])}
            for part in parts
        ]


def failure_name(failure: BaseException | None) -> str:
    """Return the error class name for a failed turn; a cancelled turn is not a failure."""
    if failure is None or isinstance(failure, GeneratorExit | asyncio.CancelledError):
        return LEFT
    return type(failure).__name__


def _without_keys(values: Any) -> dict[str, Any] | None:
    """Return a state, or a change of one, without its idempotency keys: nobody may reuse them."""
    if not isinstance(values, Mapping):
        return None
    calls = {"calls": [{name: call[name] for name in call if name != "key"} for call in values.get("calls") or ()]}
    return {**values, **(calls if "calls" in values else {})}


def _without_empty(values: Any) -> dict[str, Any] | None:
    """Return a state, or a change of one, without empty fields, idempotency keys and the thread's messages."""
    safe = _without_keys(values) or {}
    told = {name: value for name, value in safe.items() if name != "messages" and value not in (None, [], {}, "")}
    return told if isinstance(values, Mapping) else None
