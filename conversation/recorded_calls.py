"""Records what the operations answer while a turn runs, for the turn's record and for re-runs.

``database.runs`` stores what was recorded; nothing here is kept longer than its turn.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar

from langgraph.config import get_config
from pydantic import BaseModel

from tools.caller import Caller
from tools.errors import ToolError
from tools.schema import Arguments, Preview, stated
from tools.toolbox import OperationTool, Toolbox

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class RecordedCalls:
    """The tool calls of the turns that are running, by run."""

    def __init__(self) -> None:
        self._calls: dict[str, list[dict[str, Any]]] = {}
        self._began: dict[str, float] = {}

    def begin(self, run_id: str) -> None:
        """Record the run's calls from now on."""
        self._calls[run_id] = []
        self._began[run_id] = time.perf_counter()

    def add(self, run_id: str, call: dict[str, Any], began: float) -> None:
        """Record a call; a call of a run that is not being recorded is dropped.

        Args:
            run_id: The turn's run.
            call: Gets ``at`` and ``ms``: milliseconds since the turn's beginning, and the call's duration.
            began: The call's beginning, by ``time.perf_counter``.
        """
        if run_id in self._calls:
            now = time.perf_counter()
            call |= {"at": round((began - self._began[run_id]) * 1000, 1), "ms": round((now - began) * 1000, 1)}
            self._calls[run_id].append(call)

    def end(self, run_id: str) -> list[dict[str, Any]]:
        """Stop recording the run; return its calls in the order in which they ended."""
        self._began.pop(run_id, None)
        return self._calls.pop(run_id, [])


class RecordingToolbox(Toolbox):
    """The operations; every run and every preview is recorded.

    Args:
        tools: The operations, as ``build_tools`` makes them.
        recorded: Gets the calls.
    """

    def __init__(self, tools: Sequence[OperationTool], recorded: RecordedCalls) -> None:
        super().__init__(tools)
        self._calls = recorded

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        """Run an operation and record its result or refusal; see ``Toolbox.run``."""
        return await self._record("run", name, args, caller, super().run(name, args, caller))

    async def preview(self, name: str, args: Mapping[str, Any] | Arguments, caller: Caller) -> Preview:
        """Take a preview and record it; see ``Toolbox.preview``."""
        return await self._record("preview", name, stated(args), caller, super().preview(name, args, caller))

    async def _record(
        self, kind: str, name: str, args: Mapping[str, Any], caller: Caller, answering: Awaitable[AnswerT]
    ) -> AnswerT:
        """Wait for the answer; record it, or the refusal."""
        began = time.perf_counter()
        call = {
            "kind": kind, "operation": name, "arguments": dict(args), "result": None, "error": None,
            "task": _current_task(),
        }  # fmt: skip
        try:
            answer = await answering
        except ToolError as error:
            call["error"] = {
                "code": error.code, "status": error.status, "message": error.message, "next_step": error.next_step,
                "details": error.details,
            }  # fmt: skip
            self._calls.add(caller.run_id or "", call, began)
            raise
        call["result"] = answer.model_dump(mode="json")
        self._calls.add(caller.run_id or "", call, began)
        return answer


def task_of(metadata: Mapping[str, Any] | None) -> str | None:
    """Return the id of the graph's task (one run of one node) that something ran in.

    Args:
        metadata: Of a runnable's configuration or of a callback.
    """
    namespace = str((metadata or {}).get("langgraph_checkpoint_ns", ""))
    return namespace.rpartition(":")[2] or None


def _current_task() -> str | None:
    try:
        return task_of(get_config().get("metadata"))
    except RuntimeError:  # an operation outside of the graph
        return None
