"""The OpenAPI document: complete, true to its own schemas, and good enough to make clean clients of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from api.document import examples

_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/openapi.json")).json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in _METHODS
            yield f"{method} {path}", operation


def check(document: dict[str, Any], content: dict[str, Any]) -> None:
    """Hold a media type's example to its schema; references are within the document."""
    schema = {**content["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(content["example"])


async def test_every_operation_has_a_clean_id_a_summary_and_its_refusals(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    ids = [operation["operationId"] for operation in found.values()]
    assert len(ids) == len(set(ids)) and all(each.isidentifier() for each in ids)
    for name, operation in found.items():
        assert operation["summary"][0].isupper() and len(operation["summary"]) < 130, name
        assert all(status.isdigit() for status in operation["responses"]), name
        if "security" in operation:
            assert {"401"} <= set(operation["responses"]), name


async def test_every_body_and_every_answer_has_an_example_of_its_schema(document: dict[str, Any]) -> None:
    shown = 0
    for name, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            check(document, content)
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        for kind, content in success.get("content", {}).items():
            if kind == "application/json" and not name.startswith("get /agent"):
                check(document, content)
                shown += 1
    assert shown >= 38


async def test_examples_belong_to_operations(document: dict[str, Any]) -> None:
    assert set(examples()) <= {operation["operationId"] for _, operation in operations(document)}


async def test_a_refusal_has_the_documented_form(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    for path in ("/api/v1/chat/", "/api/v1/telekom/billing/current"):
        answer = await client.post(path, json={})
        described = document["paths"][path]["post"]["responses"][str(answer.status_code)]
        check(document, {**described["content"]["application/json"], "example": answer.json()})


async def test_streams_are_documented_with_their_events_and_refusals_as_json(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    for path, method, names in (
        ("/api/v1/chat/stream", "post", {"token", "step", "pending", "done", "error"}),
        ("/api/v1/chat/sessions/{session_id}/events", "get", {"message", "handover", "end", "error"}),
    ):
        answers = document["paths"][path][method]["responses"]
        [(kind, content)] = answers["200"]["content"].items()
        schemas = [
            document["components"]["schemas"][each["$ref"].split("/")[-1]] for each in content["x-events"]["anyOf"]
        ]
        assert kind == "text/event-stream" and {each["properties"]["event"]["const"] for each in schemas} == names
        assert list(answers["401"]["content"]) == ["application/json"]
