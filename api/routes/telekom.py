"""The operations over REST, one POST route each, made from what the tools say about themselves.

A write over REST is itself the explicit act: there is no confirmation. Every answer, good or bad, comes in the
envelope ``{"success", "data" | "error"}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse

from api.envelope import Failure, Success, refusals
from api.errors import TELEKOM_PREFIX, InvalidBody
from api.security import CurrentUser, check_user_id
from core.channels import Channel
from tools.caller import Caller
from tools.errors import status_of
from tools.toolbox import OperationTool, Toolbox
from tools.writes import MAX_KEY_LENGTH

Endpoint = Callable[..., Coroutine[Any, Any, JSONResponse]]


def telekom_router(*toolboxes: Toolbox) -> APIRouter:
    """Make a route for every operation in the toolboxes."""
    router = APIRouter(prefix=TELEKOM_PREFIX, tags=["telekom"])
    for toolbox in toolboxes:
        for tool in toolbox.tools:
            _add_route(router, toolbox, tool)
    return router


def _add_route(router: APIRouter, toolbox: Toolbox, tool: OperationTool) -> None:
    metadata: Mapping[str, Any] = tool.metadata or {}
    codes = ", ".join(metadata["errors"])
    router.add_api_route(
        metadata["path"],
        _endpoint(toolbox, tool.name),
        methods=["POST"],
        name=tool.name,
        description=f"{tool.description}\n\nKind: {metadata['kind']}. Error codes: {codes or 'none of its own'}.",
        # The model is only for the documentation: the operation's result has been validated by its own type.
        responses={
            200: {"model": Success[tool.result]},  # type: ignore[name-defined]  # a type known at run time
            **refusals(401, 403, 422, 503, *map(status_of, metadata["errors"]), form=Failure),
        },
        openapi_extra={"requestBody": _documented_body(tool)},
    )


def _endpoint(toolbox: Toolbox, operation: str) -> Endpoint:
    async def run_operation(
        request: Request,
        user: CurrentUser,
        idempotency_key: Annotated[
            str | None,
            Header(min_length=1, max_length=MAX_KEY_LENGTH, description="repeating it gives the first answer again"),
        ] = None,
    ) -> JSONResponse:
        arguments = await _arguments(request)
        check_user_id(user, arguments.pop("user_id", None))
        caller = Caller(user.customer_id, None, Channel.REST, idempotency_key, takes_defaults=True)
        result = await toolbox.run(operation, arguments, caller)
        return JSONResponse({"success": True, "data": result.model_dump(mode="json")})

    return run_operation


async def _arguments(request: Request) -> dict[str, Any]:
    """Read the body as arguments; an empty body means no arguments, as older clients send it.

    Raises:
        InvalidBody: The body is not a JSON object.
    """
    body = await request.body()
    try:
        arguments = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise InvalidBody from error
    if not isinstance(arguments, dict):
        raise InvalidBody
    return arguments


def _documented_body(tool: OperationTool) -> dict[str, Any]:
    schema = _inlined(tool.arguments.model_json_schema())
    user_id = {
        "anyOf": [{"type": "integer"}, {"type": "null"}],
        "description": "kept for older clients; must be the caller's customer id",
    }
    schema["properties"] = {**schema.get("properties", {}), "user_id": user_id}
    return {"required": bool(schema.get("required")), "content": {"application/json": {"schema": schema}}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Inline the schema's definitions, so that it can stand inside a larger document."""
    definitions: dict[str, Any] = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = definitions[node["$ref"].removeprefix("#/$defs/")]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return {key: resolve(value) for key, value in node.items()}

    resolved: dict[str, Any] = resolve(schema)
    return resolved
