"""The OpenAPI document: what FastAPI finds by itself, with clean ids, summaries of a sentence, and examples.

The examples are answers of the demo data at a fixed time (``examples.json``, made by ``scripts/make_examples.py``);
tests hold them to the schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

_EXAMPLES = Path(__file__).parent / "examples.json"
_STREAMS = ("agent_stream", "agent_stream_log", "agent_stream_events")
"""Routes of langserve that answer with events, which it documents as JSON."""

_OWN_STREAMS = ("stream_chat_message", "follow_session")
"""Our own, whose events FastAPI documents as JSON beside the refusals, which are."""

_CONFIGURED = "/c/{config_hash}/"
"""langserve's second form of each of its routes, for shared playground links."""


def operation_id(route: APIRoute) -> str:
    """The id of a route: its name; langserve's names repeat, so that theirs comes from the path."""
    words = route.path_format.strip("/").replace("{", "").replace("}", "").split("/")
    return "_".join(words) if words[0] == "agent" else route.name


@cache
def examples() -> Mapping[str, Any]:
    """Request and response by operation id."""
    stored: Mapping[str, Any] = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return stored


def install_document(app: FastAPI) -> None:
    """Let an application's ``openapi()`` give the completed document."""
    made = app.openapi

    def complete() -> dict[str, Any]:
        known = app.openapi_schema
        document = made()
        if known is None:
            document["paths"] = {path: item for path, item in document["paths"].items() if _CONFIGURED not in path}
            for operation in _operations(document):
                _complete(operation)
        return document

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _complete(operation: dict[str, Any]) -> None:
    """Give one operation its summary and its examples."""
    said = operation.get("description", "")
    if said:
        operation["summary"] = " ".join(said.split("\n\n")[0].replace("``", "").split()).split(". ")[0].rstrip(".")
    if operation["operationId"] in _STREAMS:
        _success(operation)["content"] = {"text/event-stream": {}}
    if operation["operationId"] in _OWN_STREAMS:
        # No schema of the body: an event's data is text that holds JSON, which this version of OpenAPI cannot say.
        events = _success(operation)["content"]["application/json"]["schema"]
        _success(operation)["content"] = {"text/event-stream": {"x-events": events}}
    known = examples().get(operation["operationId"], {})
    for place, where in (("request", operation.get("requestBody", {})), ("response", _success(operation))):
        for content in where.get("content", {}).values():
            if place in known:
                content["example"] = known[place]


def _success(operation: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next((each for status, each in operation["responses"].items() if status[0] == "2"), {})
    return found
