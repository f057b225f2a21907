"""Operations that answer from the record of a turn, and on a thrown-away copy where the record has no answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from conversation.recorder import RecordedToolbox, Tapes
from tools.caller import Caller
from tools.catalog import Toolbox
from tools.errors import ToolError, ValidationFailed
from tools.schema import Preview
from tools.toolbox import OperationTool


def _result_of(call: Mapping[str, Any]) -> Any:
    """The result of a recorded call.

    Raises:
        ToolError: It was refused; as it was recorded.
    """
    if call["error"] is not None:
        raise recorded_error(call["error"])
    return call["result"]


def recorded_error(told: Mapping[str, Any]) -> ToolError:
    """A refusal as it was recorded, of the class that its code names: the graph tells some apart by class."""
    kind = next((each for each in _kinds(ToolError) if getattr(each, "code", None) == told["code"]), ValidationFailed)
    error = kind.__new__(kind)
    ToolError.__init__(error, message=told["message"], next_step=told["next_step"], **told["details"])
    return error


def _kinds(kind: type[ToolError]) -> Iterator[type[ToolError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


class RecordedPreview(Preview):
    """A preview with whatever facts were recorded."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ReplayedToolbox(RecordedToolbox):
    """The operations of a re-run; every use of them is kept, as in a live turn.

    Args:
        tools: The operations' descriptions; what they do is not used.
        tapes: Where the re-run's own calls are kept.
        recorded: The calls of the recorded turn.
        edited: Results by operation that an engineer wrote instead.
        elsewhere: Gives the operations on the thrown-away copy.
    """

    def __init__(
        self,
        tools: Sequence[OperationTool],
        tapes: Tapes,
        recorded: Sequence[Mapping[str, Any]],
        edited: Mapping[str, dict[str, Any]],
        elsewhere: Callable[[], Awaitable[Toolbox]],
    ) -> None:
        super().__init__(tools, tapes)
        self._recorded = list(recorded)
        self._edited = edited
        self._elsewhere = elsewhere
        self.not_recorded: list[str] = []
        """Operations that ran on the copy."""

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        """The recorded answer to the same arguments, an edited one, or that of the copy."""
        return await self._kept("run", name, args, caller, self._answer(name, args, caller))

    async def preview(self, name: str, args: Mapping[str, Any], caller: Caller) -> Preview:
        """The recorded preview of the same arguments, or that of the copy."""
        return await self._kept("preview", name, args, caller, self._preview(name, args, caller))

    async def _answer(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        if name in self._edited:
            return self.result_model(name).model_validate(self._edited[name])
        call = self._found("run", name, args)
        if call is None:
            self.not_recorded.append(name)
            return await (await self._elsewhere()).run(name, args, caller)
        return self.result_model(name).model_validate(_result_of(call))

    async def _preview(self, name: str, args: Mapping[str, Any], caller: Caller) -> Preview:
        call = self._found("preview", name, args)
        if call is None:
            self.not_recorded.append(f"preview of {name}")
            return await (await self._elsewhere()).preview(name, args, caller)
        return RecordedPreview.model_validate(_result_of(call))

    def _found(self, kind: str, name: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The first recorded call of this kind that was not given out yet, else the last that was."""
        same = [
            call
            for call in self._recorded
            if call["kind"] == kind and call["operation"] == name and call["arguments"] == dict(args)
        ]
        if len(same) > 1:
            self._recorded.remove(same[0])
        return same[0] if same else None
