"""The list of operations, as tools: name, kind, REST path, models and error codes of each."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import StructuredTool

from clock import Clock
from database.session import Database
from ports import Ports
from tools import account, billing, diagnostics, lines, package_change, packages, payment, support
from tools.caller import Caller, caller_of, owned_line
from tools.context import Context
from tools.errors import InvalidContactType, InvalidContactValue, InvalidMethod, ToolError
from tools.schema import Arguments, LineArguments, LinePreview, ListArguments, NoArguments, Preview, Result
from tools.toolbox import WRITE, OperationTool, Toolbox

__all__ = ["Toolbox", "build_rest_only_tools", "build_tools"]

READ = "READ"
_LINE = ("LINE_NOT_FOUND", "MULTIPLE_LINES")
_WRITE = ("IDEMPOTENCY_CONFLICT",)
_OUTSIDE = ("OUTSIDE_SYSTEM_UNAVAILABLE",)


class _Function(Protocol):
    __name__: str

    def __call__(self, context: Context, caller: Caller, arguments: Any, /) -> Awaitable[Result]: ...


_Previewer = Callable[[Context, Caller, Any], Awaitable[Preview]]


@dataclass(frozen=True)
class _Operation:
    """One row of the catalog; a row with a preview that is not about a line only is a write."""

    run: _Function
    arguments: type[Arguments]
    result: type[Result]
    path: str
    kind: str = READ
    errors: tuple[str, ...] = ()
    preview: _Previewer | None = None
    value_errors: Mapping[str, Callable[[Any], ToolError]] = field(default_factory=dict)


def build_tools(database: Database, ports: Ports, clock: Clock) -> list[StructuredTool]:
    """The 19 operations that the agent and REST clients share.

    Args:
        database: Where customers' data is.
        ports: The outside systems.
        clock: The present.
    """
    context = Context(database, ports, clock)
    return [_tool(context, operation) for operation in (*_billing(), *_packages(), *_support(), *_account(), *_lines())]


def build_rest_only_tools(database: Database, ports: Ports, clock: Clock) -> list[StructuredTool]:
    """The operations that only older REST clients use."""
    context = Context(database, ports, clock)
    return [_tool(context, operation) for operation in _rest_only()]


def _tool(context: Context, operation: _Operation) -> OperationTool:
    async def call(config: RunnableConfig, **values: Any) -> Result:
        return await operation.run(context, caller_of(config), operation.arguments.model_validate(values))

    async def preview(arguments: Any, caller: Caller) -> Preview:
        assert_previewer = operation.preview or _line_preview(operation.run.__name__)
        return await assert_previewer(context, caller, arguments)

    has_preview = operation.preview is not None or issubclass(operation.arguments, LineArguments)
    return OperationTool(
        name=operation.run.__name__,
        description=inspect.getdoc(operation.run) or "",
        coroutine=call,
        args_schema=operation.arguments,
        arguments=operation.arguments,
        result=operation.result,
        preview=preview if has_preview else None,
        value_errors=operation.value_errors,
        tags=[operation.kind],
        metadata={"kind": operation.kind, "path": operation.path, "errors": list(operation.errors)},
    )
