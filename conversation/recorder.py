"""What happens inside a turn, collected while it runs: nodes, operations, uses of the models.

Says nothing about where it is kept (``database/runs.py``) or how a turn is taken (``turn.py``).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult
from pydantic import BaseModel

from tools.caller import Caller
from tools.errors import ToolError
from tools.schema import Arguments, Preview, stated
from tools.toolbox import OperationTool, Toolbox

WAITING = {"waits for": "the customer"}
"""What stands as the output of a node that asked a question."""

Answer = TypeVar("Answer", bound=BaseModel)


class Tapes:
    """What the operations answered in the turns that are running, by run."""

    def __init__(self) -> None:
        self._calls: dict[str, list[dict[str, Any]]] = {}
        self._began: dict[str, float] = {}

    def begin(self, run_id: str) -> None:
        """From now on the run's calls are kept."""
        self._calls[run_id] = []
        self._began[run_id] = time.perf_counter()

    def add(self, run_id: str, call: dict[str, Any], began: float) -> None:
        """Keep a call, if it belongs to a turn that is being recorded.

        Args:
            run_id: Of the turn.
            call: Gets ``at`` and ``ms``: milliseconds since the turn's beginning, and how long it took.
            began: When the call began, by ``time.perf_counter``.
        """
        if run_id in self._calls:
            now = time.perf_counter()
            call |= {"at": round((began - self._began[run_id]) * 1000, 1), "ms": round((now - began) * 1000, 1)}
            self._calls[run_id].append(call)

    def end(self, run_id: str) -> list[dict[str, Any]]:
        """The run's calls in the order in which they ended; they are not kept any longer."""
        self._began.pop(run_id, None)
        return self._calls.pop(run_id, [])


class RecordedToolbox(Toolbox):
    """The operations, each use of which is kept on the tape of its run.

    Args:
        tools: As ``build_tools`` makes them.
        tapes: Where the calls are kept.
    """

    def __init__(self, tools: Sequence[OperationTool], tapes: Tapes) -> None:
        super().__init__(tools)
        self._tapes = tapes

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        """Run an operation and keep what came of it; see ``Toolbox.run``."""
        return await self._kept("run", name, args, caller, super().run(name, args, caller))

    async def preview(self, name: str, args: Mapping[str, Any] | Arguments, caller: Caller) -> Preview:
        """Take a preview and keep it; see ``Toolbox.preview``."""
        return await self._kept("preview", name, stated(args), caller, super().preview(name, args, caller))

    async def _kept(
        self, kind: str, name: str, args: Mapping[str, Any], caller: Caller, answering: Awaitable[Answer]
    ) -> Answer:
        """Wait for the answer, and keep it or the refusal."""
        began = time.perf_counter()
        call = {"kind": kind, "operation": name, "arguments": dict(args), "result": None, "error": None}
        try:
            answer = await answering
        except ToolError as error:
            call["error"] = {
                "code": error.code, "status": error.status, "message": error.message, "next_step": error.next_step,
                "details": error.details,
            }  # fmt: skip
            self._tapes.add(caller.run_id or "", call, began)
            raise
        call["result"] = answer.model_dump(mode="json")
        self._tapes.add(caller.run_id or "", call, began)
        return answer


class ModelLog(BaseCallbackHandler):
    """Every use of the two models in one turn."""

    run_inline = True

    def __init__(self) -> None:
        self.uses: list[dict[str, Any]] = []
        self.tokens_in = self.tokens_out = 0
        self._began = time.perf_counter()
        self._open: dict[UUID, tuple[dict[str, Any], float]] = {}

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        """The writer begins."""
        text = "\n".join(str(message.content) for batch in messages for message in batch)
        settings = {key: value for key, value in kwargs.get("invocation_params", {}).items() if _plain(value)}
        self._begin(run_id, {"role": "write", "input": text, "settings": settings})

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """The writer ended."""
        generation: Any = response.generations[0][0] if response.generations and response.generations[0] else None
        usage = getattr(getattr(generation, "message", None), "usage_metadata", None) or {}
        given, made = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
        self.tokens_in, self.tokens_out = self.tokens_in + given, self.tokens_out + made
        text = generation.text if generation is not None else ""
        self._end(run_id, {"output": text, "tokens_in": given, "tokens_out": made})

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """The writer failed, or was stopped."""
        self._end(run_id, {"error": type(error).__name__})

    def on_chain_start(self, serialized: dict[str, Any], inputs: Any, *, run_id: UUID, **_: Any) -> None:
        """The decision model begins; other runnables are none of our business."""
        if isinstance(inputs, Mapping) and inputs.keys() == {"state", "questions"}:
            asked = {"state": inputs["state"], "questions": list(inputs["questions"])}
            self._begin(run_id, {"role": "decide", "input": asked})

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """The decision model answered."""
        if run_id in self._open:
            answers = {
                name: {option: round(share, 4) for option, share in answer.get("probabilities", {}).items()}
                for name, answer in outputs.items()
            }
            self._end(run_id, {"output": answers})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """The decision model failed."""
        self._end(run_id, {"error": type(error).__name__})

    def _begin(self, run_id: UUID, use: dict[str, Any]) -> None:
        use["at"] = round((time.perf_counter() - self._began) * 1000, 1)
        self.uses.append(use)
        self._open[run_id] = (use, time.perf_counter())

    def _end(self, run_id: UUID, ended: dict[str, Any]) -> None:
        if run_id in self._open:
            use, began = self._open.pop(run_id)
            use |= {**ended, "ms": round((time.perf_counter() - began) * 1000)}


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and (not isinstance(value, str) or len(value) < 200)


class StepLog:
    """Every node of one turn: name, input, output, milliseconds since the beginning (``at``) and taken (``ms``)."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self._began = time.perf_counter()
        self._open: dict[str, tuple[dict[str, Any], float]] = {}

    def note(self, chunk: Mapping[str, Any]) -> None:
        """A node's start or end, as the graph's stream of tasks tells it."""
        if "triggers" in chunk:
            at = round((time.perf_counter() - self._began) * 1000, 1)
            step = {
                "node": chunk["name"], "input": _shown(chunk["input"]), "output": None, "at": at, "ms": None,
                "error": None,
            }  # fmt: skip
            self.steps.append(step)
            self._open[chunk["id"]] = (step, time.perf_counter())
        elif chunk["id"] in self._open:
            step, began = self._open.pop(chunk["id"])
            step["ms"] = round((time.perf_counter() - began) * 1000)
            if chunk.get("interrupts"):
                step["output"] = WAITING
            elif chunk.get("error") is not None:
                step["error"] = str(chunk["error"])[:200]
            else:
                step["output"] = _shown(chunk["result"])


def _shown(values: Any) -> Any:
    """A state or a change of it without the idempotency keys, which nobody may reuse."""
    if not isinstance(values, Mapping):
        return None
    shown = {key: value for key, value in values.items() if key != "messages" and value not in (None, [], {}, "")}
    if "calls" in shown:
        shown["calls"] = [{name: value for name, value in call.items() if name != "key"} for call in shown["calls"]]
    return shown
