"""Operations by name: checking arguments, running, previewing.

A channel or the graph speaks to a ``Toolbox``; every refusal that comes out of it is a ``ToolError``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from tools.caller import Caller
from tools.errors import ToolError, ValidationFailed
from tools.schema import Arguments, Preview, Result

READ = "READ"
WRITE = "WRITE"


@dataclass(frozen=True)
class Guard:
    """A check that a write has to pass, whatever is still to be asked of the customer.

    Attributes:
        arguments: The arguments that it looks at, none of them required.
        check: Takes them and the caller; raises the refusal.
    """

    arguments: type[Arguments]
    check: Callable[[Any, Caller], Awaitable[None]]


class OperationTool(StructuredTool):
    """One operation as a LangChain tool: ``ainvoke`` gives the typed result, a refusal is a ``ToolError``.

    What is not JSON stands in fields of its own and not in ``metadata``, which travels in traces and event streams.

    Attributes:
        arguments: The argument model, the same as ``args_schema``.
        result: The result model.
        preview: Takes the arguments and the caller, tells what a write would do; None where there is nothing to tell.
        guard: Refuses what no further argument can change; None where there is nothing to refuse.
        value_errors: Makes the named error of an argument that is present but malformed.
        names: Finds the things of the catalogue that an argument may name in free words, by argument.
    """

    arguments: type[Arguments] = Field(exclude=True)
    result: type[Result] = Field(exclude=True)
    preview: Callable[[Any, Caller], Awaitable[Preview]] | None = Field(None, exclude=True)
    guard: Guard | None = Field(None, exclude=True)
    value_errors: Mapping[str, Callable[[Any], ToolError]] = Field(default_factory=dict, exclude=True)
    names: Mapping[str, Callable[[str], Awaitable[list[str]]]] = Field(default_factory=dict, exclude=True)

    def check(self, values: Mapping[str, Any]) -> Arguments:
        """Return the validated arguments.

        Raises:
            ToolError: a value is missing, unknown or malformed; VALIDATION_ERROR or the argument's own code.
        """
        try:
            return self.arguments.model_validate(dict(values))
        except ValidationError as error:
            raise self._refusal(error.errors(include_url=False, include_context=False)) from None

    def _to_args_and_kwargs(
        self, tool_input: str | dict[str, Any], tool_call_id: str | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # LangChain would raise pydantic's error, would let anything pass where an operation takes no arguments, and
        # would validate a second time: the operation gets the checked arguments.
        if isinstance(tool_input, dict):
            return (), {"arguments": self.check(tool_input)}
        return super()._to_args_and_kwargs(tool_input, tool_call_id)

    def _refusal(self, problems: Sequence[ErrorDetails]) -> ToolError:
        for problem in problems:
            name = str(problem["loc"][0]) if problem["loc"] else ""
            if name in self.value_errors and problem["type"] != "missing":
                return self.value_errors[name](problem["input"])
        fields = {".".join(map(str, problem["loc"])): problem["msg"] for problem in problems}
        return ValidationFailed(
            message=f"Gönderilen bilgiler eksik ya da hatalı: {', '.join(fields)}." if all(fields) else None,
            fields=fields,
        )


class Toolbox:
    """The operations by name.

    Args:
        tools: As ``build_tools`` makes them.
    """

    def __init__(self, tools: Sequence[OperationTool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    @property
    def names(self) -> list[str]:
        """Names of the operations, in the order in which they were given."""
        return list(self._tools)

    @property
    def tools(self) -> list[OperationTool]:
        """The tools, in the same order."""
        return list(self._tools.values())

    def get(self, name: str) -> OperationTool:
        """Return the tool of this name.

        Raises:
            ValidationFailed: there is none.
        """
        try:
            return self._tools[name]
        except KeyError:
            raise ValidationFailed(message="Bilinmeyen bir işlem istendi.", operation=name) from None

    def is_write(self, name: str) -> bool:
        """Return True for an operation that changes anything."""
        return WRITE in (self.get(name).tags or [])

    def required(self, name: str) -> list[str]:
        """Return the arguments that have no default."""
        return [field for field, info in self.get(name).arguments.model_fields.items() if info.is_required()]

    def result_model(self, name: str) -> type[Result]:
        """Return the model of the operation's result."""
        return self.get(name).result

    def allowed_values(self, name: str, argument: str) -> list[str]:
        """Return the codes that an argument may take, ["true", "false"] for a switch; empty for free text."""
        schema = self.get(name).arguments.model_json_schema()
        found = schema["properties"].get(argument, {})
        for part in (found, *found.get("anyOf", ())):
            target = schema.get("$defs", {}).get(str(part.get("$ref", "")).rsplit("/", 1)[-1], part)
            if target.get("type") == "boolean":
                return ["true", "false"]
            if "enum" in target:
                return [str(option) for option in target["enum"]]
        return []

    def check(self, name: str, args: Mapping[str, Any]) -> Arguments:
        """Return the given arguments, validated; ``preview`` takes them as they are.

        Raises:
            ToolError: a value is missing, unknown or malformed.
        """
        return self.get(name).check(args)

    async def names_in(self, name: str, argument: str, words: str) -> list[str]:
        """Return the catalogue names that an argument can take and that stand whole in a customer's words."""
        finder = self.get(name).names.get(argument)
        return await finder(words) if finder else []

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        """Run an operation for a caller.

        Raises:
            ToolError: it did not happen.
        """
        result: BaseModel = await self.get(name).ainvoke(dict(args), config={"configurable": {"caller": caller}})
        return result

    async def guard(self, name: str, args: Mapping[str, Any], caller: Caller) -> None:
        """Refuse a write that would be refused whatever is still missing of its arguments.

        Args:
            name: The operation.
            args: The arguments that are known so far.
            caller: The customer.

        Raises:
            ToolError: the refusal.
        """
        guard = self.get(name).guard
        if guard is not None:
            known = {field: args[field] for field in guard.arguments.model_fields if field in args}
            try:
                arguments = guard.arguments.model_validate(known)
            except ValidationError:  # the check of all arguments tells what is malformed
                return
            await guard.check(arguments, caller)

    async def preview(self, name: str, args: Mapping[str, Any] | Arguments, caller: Caller) -> Preview:
        """Return what a write would do, with the same guards; for a read, its arguments with the line resolved.

        Args:
            name: The operation.
            args: Its arguments; those that ``check`` returned are not validated again.
            caller: The customer.

        Raises:
            ToolError: it would not happen.
        """
        tool = self.get(name)
        arguments = args if isinstance(args, Arguments) else tool.check(args)
        if tool.preview is None:
            return Preview(operation=name, arguments=arguments.stated)
        return await tool.preview(arguments, caller)
