"""Records every use of the chat model and of the decision model while a turn runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from conversation.recorded_calls import task_of

_LONGEST_SETTING = 200


class ModelUses(BaseCallbackHandler):
    """The uses of both models in one turn, collected as LangChain's callbacks report them.

    Attributes:
        uses: In the order of their beginning; ``role`` is ``write`` for the chat model and ``decide`` for the
            decision model, ``at`` and ``ms`` are milliseconds since the turn's beginning and the use's duration.
        tokens_in: Tokens given to the chat model so far.
        tokens_out: Tokens made by it so far.
    """

    run_inline = True

    def __init__(self) -> None:
        self.uses: list[dict[str, Any]] = []
        self.tokens_in = self.tokens_out = 0
        self._began = time.perf_counter()
        self._open: dict[UUID, tuple[dict[str, Any], float]] = {}

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Record that the chat model begins."""
        text = "\n".join(str(message.content) for batch in messages for message in batch)
        settings = {key: value for key, value in kwargs.get("invocation_params", {}).items() if _is_plain(value)}
        self._begin(run_id, metadata, {"role": "write", "input": text, "settings": settings})

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """Record what the chat model wrote, and the tools that it called."""
        generation: Any = response.generations[0][0] if response.generations and response.generations[0] else None
        usage = getattr(getattr(generation, "message", None), "usage_metadata", None) or {}
        tokens_in, tokens_out = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
        self.tokens_in, self.tokens_out = self.tokens_in + tokens_in, self.tokens_out + tokens_out
        text = generation.text if generation is not None else ""
        told: dict[str, Any] = {"output": text, "tokens_in": tokens_in, "tokens_out": tokens_out}
        message = getattr(generation, "message", None)
        called = [*(getattr(message, "tool_calls", None) or ()), *(getattr(message, "invalid_tool_calls", None) or ())]
        if called:
            told["tool_calls"] = [{"name": call["name"], "arguments": call["args"]} for call in called]
        self._end(run_id, told)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, response: LLMResult | None = None, **_: Any) -> None:
        """Record that the chat model failed, or was stopped because its text was refused, and what it had written."""
        written = "".join(each.text for part in (response.generations if response else ()) for each in part)
        told: dict[str, Any] = {"output": written} if written else {}
        if isinstance(error, GeneratorExit | asyncio.CancelledError):
            self._end(run_id, {**told, "stopped": True})
        else:
            self._end(run_id, {**told, "error": type(error).__name__, "why": str(error)[:_LONGEST_SETTING]})

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: Any,
        *,
        run_id: UUID,
        metadata: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Record that the decision model begins; other runnables are ignored."""
        if isinstance(inputs, Mapping) and inputs.keys() == {"state", "questions"}:
            request = {"state": inputs["state"], "questions": list(inputs["questions"])}
            self._begin(run_id, metadata, {"role": "decide", "input": request})

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """Record the decision model's probabilities, rounded to 4 places."""
        if run_id in self._open:
            answers = {
                name: {option: round(share, 4) for option, share in answer.get("probabilities", {}).items()}
                for name, answer in outputs.items()
            }
            self._end(run_id, {"output": answers})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """Record that the decision model failed."""
        self._end(run_id, {"error": type(error).__name__, "why": str(error)[:_LONGEST_SETTING]})

    def _begin(self, run_id: UUID, metadata: Mapping[str, Any] | None, use: dict[str, Any]) -> None:
        use |= {"at": round((time.perf_counter() - self._began) * 1000, 1), "task": task_of(metadata)}
        self.uses.append(use)
        self._open[run_id] = (use, time.perf_counter())

    def _end(self, run_id: UUID, outcome: Mapping[str, Any]) -> None:
        if run_id in self._open:
            use, began = self._open.pop(run_id)
            use |= {**outcome, "ms": round((time.perf_counter() - began) * 1000)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and (not isinstance(value, str) or len(value) < _LONGEST_SETTING)
