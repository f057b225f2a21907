"""A turn that is over, read from its record: its answer, and the steps that ended in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversation.events import ChatResult, Pending, Step
from conversation.recorder import WAITING
from database.tables import Run
from database.thread_records import ThreadTurn

_WHERE_OPERATIONS_RUN = "execute_tools"


def recorded_result(run: Run, model_name: str = "") -> ChatResult:
    """Return the answer of a turn from its record.

    Args:
        run: The record.
        model_name: Name of the chat model, which the record of the answer does not hold.
    """
    outcome = run.outcome or {}
    pending = outcome.get("pending")
    return ChatResult(
        response=run.answer or "", session_id=run.thread_id, run_id=run.id, intent=run.intent or "none",
        confidence=run.confidence or 0.0, tool_calls=outcome.get("tool_calls", []),
        tool_results=outcome.get("tool_results", []), pending=None if pending is None else Pending(**pending),
        model=model_name, processing_time_ms=run.ms or 0, language=outcome.get("language", "tr"),
        asked=outcome.get("asked", []),
    )  # fmt: skip


def recorded_steps(turn: ThreadTurn) -> list[Step]:
    """Return the nodes and the operations that ended in a turn, in that order; none once its details are deleted.

    What a node was given and what it made is masked in the record, so it is left out; an operation's is exact.
    """
    ended: list[Step] = []
    for place, node in enumerate(turn.nodes):
        ended += [_operation(call) for call in turn.calls if _ran_in(call, place, node)]
        if node["ms"] is not None:
            ended.append(_node(node))
    return ended


def _ran_in(call: Mapping[str, Any], place: int, node: Mapping[str, Any]) -> bool:
    return (call["kind"], call["step"], node["node"]) == ("run", place, _WHERE_OPERATIONS_RUN)


def _operation(call: Mapping[str, Any]) -> Step:
    """Return an operation as the node told it while it ran."""
    return Step(
        id=call["operation"], name=call["operation"], kind="tool", status="failed" if call["error"] else "finished",
        input=call["arguments"], output=call["error"] or call["result"], ms=round(call["ms"]),
    )  # fmt: skip


def _node(node: Mapping[str, Any]) -> Step:
    name, ms = node["node"], node["ms"]
    if node["output"] == WAITING:
        return Step(id=name, name=name, kind="node", status="finished", output="waiting", ms=0)
    if node["error"] is not None:
        return Step(id=name, name=name, kind="node", status="failed", output="failed", ms=ms)
    return Step(id=name, name=name, kind="node", status="finished", ms=ms)
