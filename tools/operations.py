"""What an operation is made of, and the tool that it becomes."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig

from ports.errors import SystemUnavailable
from tools.caller import Caller, Context, caller_of, owned_line
from tools.errors import ToolError
from tools.errors.systems import heard
from tools.schema import Arguments, LineArguments, LinePreview, Preview, Result
from tools.toolbox import WRITE, Guard, OperationTool

ValueErrors = Mapping[str, Callable[[Any], ToolError]]
_Names = Mapping[str, Callable[[Context, str], Awaitable[list[str]]]]
_Previewer = Callable[[Context, Caller, Any], Awaitable[Preview]]
_Guard = Callable[[Context, Caller, Any], Awaitable[None]]


class _Function(Protocol):
    __name__: str

    def __call__(self, context: Context, caller: Caller, arguments: Any, /) -> Awaitable[Result]: ...


@dataclass(frozen=True)
class Operation:
    """One row of the catalog; the operation is named after its function, and its docstring is the model's manual."""

    kind: str
    path: str
    run: _Function
    arguments: type[Arguments]
    result: type[Result]
    errors: tuple[str, ...] = ()
    preview: _Previewer | None = None
    value_errors: ValueErrors | None = None
    names: _Names | None = None
    guard: tuple[type[Arguments], _Guard] | None = None


def tool_of(context: Context, operation: Operation) -> OperationTool:
    """Return an operation as a tool: LangChain's, with the kind, path, checks and names that the agent needs.

    Args:
        context: The systems that it works on.
        operation: The operation.
    """

    async def call(config: RunnableConfig, arguments: Arguments) -> Result:
        return await heard(operation.run(context, caller_of(config), arguments))

    name = operation.run.__name__
    return OperationTool(
        name=name,
        description=inspect.getdoc(operation.run) or "",
        coroutine=call,
        args_schema=operation.arguments,
        arguments=operation.arguments,
        result=operation.result,
        preview=_preview(context, operation),
        guard=_guard(context, operation),
        value_errors=operation.value_errors or {},
        names={argument: partial(_named, context, finder) for argument, finder in (operation.names or {}).items()},
        tags=[operation.kind],
        metadata={"kind": operation.kind, "path": operation.path, "errors": _errors(operation)},
    )


def _errors(operation: Operation) -> list[str]:
    """The codes of an operation's refusals: its own, and those that any operation of its kind can give."""
    shared = ["OUTSIDE_SYSTEM_UNAVAILABLE"]
    if operation.kind == WRITE:
        shared += ["OUTSIDE_SYSTEM_REFUSED", "TOOL_TIMEOUT", "IDEMPOTENCY_CONFLICT"]
    return [*operation.errors, *shared]


async def _named(context: Context, finder: Callable[[Context, str], Awaitable[list[str]]], words: str) -> list[str]:
    """Return the names in a customer's words; none while the system that knows them is silent."""
    try:
        return await finder(context, words)
    except SystemUnavailable:
        return []


def _guard(context: Context, operation: Operation) -> Guard | None:
    if operation.guard is None:
        return None
    arguments, check = operation.guard
    return Guard(arguments, lambda known, caller: heard(check(context, caller, known)))


def _preview(context: Context, operation: Operation) -> Callable[[Any, Caller], Awaitable[Preview]] | None:
    """Return the preview of a write, or for a read about a line the preview that resolves the line."""
    previewer = operation.preview
    if previewer is not None:
        return lambda arguments, caller: heard(previewer(context, caller, arguments))
    if not issubclass(operation.arguments, LineArguments):
        return None

    async def preview_line(arguments: LineArguments, caller: Caller) -> LinePreview:
        line = await owned_line(context, caller, arguments.line_number)
        resolved = arguments.stated | {"line_number": line.number}
        return LinePreview(operation=operation.run.__name__, arguments=resolved, line_number=line.number)

    return lambda arguments, caller: heard(preview_line(arguments, caller))
