"""execute_tools: ready READ calls and approved WRITE calls run, those that are independent at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from graph.nodes.select_tools import as_data
from graph.state import Call, Outcome, RuntimeNode, State, TurnContext
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import ToolError, ToolTimeout

StreamWriter = Callable[[Any], None]
RUNNABLE = frozenset({"ready", "approved"})


def make_execute_tools(toolbox: Toolbox, timeout: float) -> RuntimeNode:
    """Make the node.

    Args:
        toolbox: The operations.
        timeout: Time limit of one call, seconds.
    """

    async def execute_tools(state: State, runtime: Runtime[TurnContext]) -> State:
        writer = get_stream_writer()
        caller = runtime.context.caller
        due = [call for call in state["calls"] if call["status"] in RUNNABLE]
        outcomes = await asyncio.gather(*(_run(call, toolbox, caller, timeout, writer) for call in due))
        ended = {outcome["call_id"]: outcome["success"] for outcome in outcomes}
        calls = [_settled(call, ended) for call in state["calls"]]
        return {"calls": calls, "outcomes": [*state["outcomes"], *outcomes]}

    return execute_tools


def _settled(call: Call, ended: Mapping[str, bool]) -> Call:
    if call["id"] not in ended:
        return call
    return {**call, "status": "done" if ended[call["id"]] else "failed"}


async def _run(call: Call, toolbox: Toolbox, caller: Caller, limit: float, writer: StreamWriter) -> Outcome:
    """Run one call; an error is data, since the answer has to explain it."""
    began = time.perf_counter()
    step = {"id": call["id"], "name": call["operation"], "input": call["arguments"]}
    writer({"step": {**step, "status": "started"}})
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    work = asyncio.ensure_future(
        toolbox.run(call["operation"], call["arguments"], replace(caller, idempotency_key=call["key"]))
    )
    try:
        # A write that has begun is never torn: when the caller goes away or the limit passes it still ends by itself.
        waited = asyncio.wait_for(asyncio.shield(work) if call["write"] else work, limit)
        result = (await waited).model_dump(mode="json")
    except TimeoutError:
        error = as_data(ToolTimeout())
        if call["write"]:
            work.add_done_callback(_collect)
    except ToolError as refused:
        error = as_data(refused)
    ms = round((time.perf_counter() - began) * 1000)
    writer({"step": {**step, "status": "failed" if error else "finished", "output": error or result, "ms": ms}})
    return Outcome(
        call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=error is None,
        executed=True, result=result, error=error, ms=ms,
    )  # fmt: skip


def _collect(work: asyncio.Future[Any]) -> None:
    """Take the result of a write that outlived its limit; its effect is in the database and its audit."""
    if not work.cancelled():
        work.exception()
