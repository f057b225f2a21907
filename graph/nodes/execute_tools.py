"""execute_tools: run ready READ calls and approved WRITE calls, independent ones at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from core.clock import Clock
from graph.calls import RUNNABLE, error_data
from graph.evidence import evidence_of
from graph.state import Call, ConversationState, DoneChange, Outcome, TurnContext
from tools.errors import PaymentSystemTimeout, ToolError, ToolTimeout
from tools.toolbox import Toolbox

_UNKNOWN = frozenset({ToolTimeout.code, PaymentSystemTimeout.code})
"""Errors of a write that may have happened all the same."""

_StreamWriter = Callable[[Any], None]


class ExecuteTools:
    """The node ``execute_tools``.

    Args:
        toolbox: The operations.
        timeout: Time limit of one call, seconds.
        clock: Returns the present time.
    """

    def __init__(self, toolbox: Toolbox, timeout: float, clock: Clock) -> None:
        self._toolbox = toolbox
        self._clock = clock
        self._timeout = timeout

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Run the calls that are due and add their outcomes."""
        writer = get_stream_writer()
        due = [call for call in state["calls"] if call["status"] in RUNNABLE]
        outcomes = await asyncio.gather(*(self._run(call, runtime.context, writer) for call in due))
        succeeded = {outcome["call_id"]: outcome["success"] for outcome in outcomes}
        calls = [_settled(call, succeeded) for call in state["calls"]]
        update: ConversationState = {"calls": calls, "outcomes": [*state["outcomes"], *outcomes]}
        for call, outcome in zip(due, outcomes, strict=True):
            if call["write"] and (outcome["error"] or {}).get("code") in _UNKNOWN:
                unsettled: Call = {**call, "unsettled_since": self._clock().isoformat()}
                update["unsettled"] = [*update.get("unsettled", state.get("unsettled", [])), unsettled]
            if call["write"] and outcome["success"]:
                update["done"] = DoneChange(call={**call, "status": "done"}, outcome=outcome, turns=0)
        return update

    async def _run(self, call: Call, context: TurnContext, writer: _StreamWriter) -> Outcome:
        """Run one call; an error becomes data, since the answer has to explain it."""
        began = time.perf_counter()
        step = {"id": call["id"], "name": call["operation"], "input": call["arguments"]}
        writer({"step": {**step, "status": "started"}})
        result: dict[str, Any] | None = None
        error: dict[str, Any] | None = None
        keyed = replace(context.caller, idempotency_key=call["key"], consent=evidence_of(call, context))
        work = asyncio.ensure_future(self._toolbox.run(call["operation"], call["arguments"], keyed))
        try:
            # A write that has begun is never torn: when the caller goes away or the limit passes it still ends by
            # itself.
            waited = asyncio.wait_for(asyncio.shield(work) if call["write"] else work, self._timeout)
            result = (await waited).model_dump(mode="json")
        except TimeoutError:
            error = error_data(ToolTimeout())
            if call["write"]:
                work.add_done_callback(_collect)
        except ToolError as refused:
            error = error_data(refused)
        ms = round((time.perf_counter() - began) * 1000)
        writer({"step": {**step, "status": "failed" if error else "finished", "output": error or result, "ms": ms}})
        return Outcome(
            call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=error is None,
            executed=True, result=result, error=error, ms=ms,
        )  # fmt: skip


def _settled(call: Call, succeeded: Mapping[str, bool]) -> Call:
    if call["id"] not in succeeded:
        return call
    return {**call, "status": "done" if succeeded[call["id"]] else "failed"}


def _collect(work: asyncio.Future[Any]) -> None:
    """Take the result of a write that outlived its limit; its effect is in the database and its audit."""
    if not work.cancelled():
        work.exception()
