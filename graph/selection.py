"""select_tools: from what is wanted to calls that can run, with their arguments.

A READ call is ready as soon as its arguments are. A WRITE call is put up: its preview is taken (the same guards as the
write, no change) and an idempotency key is made, which stays with the call until it has run.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.errors import AgentError
from clock import Clock
from graph.arguments import ArgumentReader
from graph.state import Call, Outcome, RuntimeNode, State, TurnContext
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import MultipleLines, ToolError

OPEN_STATUSES = frozenset({"missing", "corrected", "awaiting"})


def make_select_tools(reader: ArgumentReader, toolbox: Toolbox, clock: Clock) -> RuntimeNode:
    """Make the node.

    Args:
        reader: Reads stated arguments out of the customer's words.
        toolbox: The operations.
        clock: The present, for the age of a call that is put up.
    """

    async def select_tools(state: State, runtime: Runtime[TurnContext]) -> State:
        caller = runtime.context.caller
        calls = [
            await _corrected(call, reader, state) if call["status"] == "corrected" else call
            for call in state["calls"]
            if call["status"] in OPEN_STATUSES
        ]
        refused: list[Outcome] = list(state["outcomes"])
        waiting = {call["operation"] for call in calls}
        for intent in state["intents"]:
            if intent["operation"] not in waiting:
                arguments = await _read(reader, intent["operation"], state)
                calls.append(new_call(intent["operation"], arguments, toolbox))
        prepared = []
        for call in calls:
            call, refusal = await prepare(call, toolbox, caller, clock)
            prepared.append(call)
            if refusal is not None:
                refused.append(refusal)
        return {"calls": prepared, "outcomes": refused}

    return select_tools


async def _read(reader: ArgumentReader, operation: str, state: State) -> dict[str, object]:
    """What the message states; nothing when a model fails, so that the customer is asked instead."""
    try:
        return await reader.read(operation, state["message"], state.get("context"))
    except AgentError:
        return {}


async def _corrected(call: Call, reader: ArgumentReader, state: State) -> Call:
    """The call with what the correction states on top of what was stated before; it is put up again."""
    stated = await _read(reader, call["operation"], state)
    return {**call, "status": "missing", "arguments": {**call["arguments"], **stated}}


def new_call(operation: str, arguments: dict[str, object], toolbox: Toolbox) -> Call:
    """A call as it was wished for, before anything was checked."""
    return Call(
        id=uuid.uuid4().hex[:12], operation=operation, arguments=arguments, write=toolbox.is_write(operation),
        status="missing", missing=[], key=None, preview=None, put_up_at=None,
    )  # fmt: skip


async def prepare(call: Call, toolbox: Toolbox, caller: Caller, clock: Clock) -> tuple[Call, Outcome | None]:
    """Check a call's arguments; make it ready (READ) or put it up (WRITE).

    Returns:
        The call in its new status, and the refusal to tell the customer when a guard refuses it.
    """
    if call["status"] == "awaiting":
        return call, None
    required: Sequence[str] = toolbox.required(call["operation"])
    missing = [name for name in required if name not in call["arguments"]]
    if missing:
        return {**call, "status": "missing", "missing": missing}, None
    try:
        arguments = toolbox.validate(call["operation"], call["arguments"])
        call = {**call, "arguments": arguments, "missing": []}
        preview = await toolbox.preview(call["operation"], arguments, caller)
    except MultipleLines:
        return {**call, "status": "missing", "missing": ["line_number"]}, None
    except ToolError as error:
        return {**call, "status": "failed"}, refusal(call, error)
    if not call["write"]:
        return {**call, "status": "ready"}, None
    return put_up(call, preview.arguments, preview.facts, clock), None


def put_up(call: Call, arguments: dict[str, object], facts: dict[str, object], clock: Clock) -> Call:
    """Put a WRITE call up for confirmation under a new idempotency key."""
    return {
        **call,
        "arguments": arguments,
        "status": "awaiting",
        "key": uuid.uuid4().hex,
        "preview": facts,
        "put_up_at": clock().isoformat(),
    }


def refusal(call: Call, error: ToolError, *, executed: bool = False, ms: int = 0) -> Outcome:
    """The outcome of a call that a guard or an outside system refused."""
    return Outcome(
        call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=False,
        executed=executed, result=None, error=as_data(error), ms=ms,
    )  # fmt: skip


def as_data(error: ToolError) -> dict[str, object]:
    """A tool error as data that the answer explains."""
    return {
        "code": error.code,
        "message": error.message,
        "next_step": error.next_step,
        "details": error.details,
    }
