"""A toolbox that answers from the record of a turn, or on a throw-away copy of the data where the record has no answer.

The operations of the live service are never run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from tools.caller import Caller
from tools.errors import ValidationFailed, error_class
from tools.schema import Arguments, Preview, stated
from tools.toolbox import OperationTool, Toolbox


def _result(call: Mapping[str, Any]) -> Any:
    """Return the result of a recorded call.

    Raises:
        ToolError: The call was refused; the class, texts and details are the recorded ones.
    """
    error = call["error"]
    if error is None:
        return call["result"]
    # The graph catches some errors by class. A code that no class has any more is a refusal like another.
    try:
        kind = error_class(error["code"])
    except KeyError:
        kind = ValidationFailed
    raise kind(message=error["message"], next_step=error["next_step"], **error["details"])


class RecordedPreview(Preview):
    """A preview with any facts that were recorded."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ReplayedToolbox(RecordingToolbox):
    """The operations of a re-run; each call is recorded, as in a live turn.

    Args:
        tools: The operations' names and schemas; the operations themselves are not run.
        calls: The recorder of the re-run's own calls.
        recorded: The calls of the recorded turn.
        edited: Results by operation that an engineer wrote, used instead of the recorded ones.
        on_copy: Makes a copy of the customer's data and returns the operations on it; called once at most.
    """

    def __init__(
        self,
        tools: Sequence[OperationTool],
        calls: RecordedCalls,
        recorded: Sequence[Mapping[str, Any]],
        edited: Mapping[str, dict[str, Any]],
        on_copy: Callable[[], Awaitable[Toolbox]],
    ) -> None:
        super().__init__(tools, calls)
        self._recorded = list(recorded)
        self._edited = edited
        self._on_copy = on_copy
        self._copy: Toolbox | None = None
        self._copying = asyncio.Lock()
        self.not_recorded: list[str] = []
        """Names of the operations that ran on the copy."""

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        """Return the edited result, else the recorded one for the same arguments, else that of a run on the copy."""
        return await self._record("run", name, args, caller, self._answer(name, args, caller))

    async def guard(self, name: str, args: Mapping[str, Any], caller: Caller) -> None:
        """Take the guard on the copy: guards are not recorded, and change nothing."""
        if self.get(name).guard is not None:
            await (await self._copied()).guard(name, args, caller)

    async def preview(self, name: str, args: Mapping[str, Any] | Arguments, caller: Caller) -> Preview:
        """Return the recorded preview for the same arguments, else one taken on the copy."""
        return await self._record("preview", name, stated(args), caller, self._preview(name, stated(args), caller))

    async def _answer(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        if name in self._edited:
            return self.result_model(name).model_validate(self._edited[name])
        call = self._found("run", name, args)
        if call is None:
            self.not_recorded.append(name)
            return await (await self._copied()).run(name, args, caller)
        return self.result_model(name).model_validate(_result(call))

    async def _preview(self, name: str, args: Mapping[str, Any], caller: Caller) -> Preview:
        call = self._found("preview", name, args)
        if call is None:
            self.not_recorded.append(f"preview of {name}")
            return await (await self._copied()).preview(name, args, caller)
        return RecordedPreview.model_validate(_result(call))

    async def _copied(self) -> Toolbox:
        # Operations of one turn run at the same time; all of them must write to the same copy.
        async with self._copying:
            if self._copy is None:
                self._copy = await self._on_copy()
            return self._copy

    def _found(self, kind: str, name: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the first recorded call with these arguments that was not used yet, or the last one again."""
        same = [
            call
            for call in self._recorded
            if call["kind"] == kind and call["operation"] == name and call["arguments"] == dict(args)
        ]
        if len(same) > 1:
            self._recorded.remove(same[0])
        return same[0] if same else None
