"""The client against the OpenAPI document: every operation, every argument, every field of every answer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import httpx
import pytest
from pydantic import BaseModel
from telekom_client import TelekomClient

pytestmark = pytest.mark.embedded

LOGIN = {"create_token": "login", "end_login": "logout"}
"""Methods with another name than their operation."""
OTHER_PROTOCOLS = ("agent_",)
"""LangServe's routes have LangServe's own client."""
NOT_OFFERED = {"user_id", "grant_type", "scope", "client_id", "client_secret"}
"""Arguments that exist for older clients or for the form of OAuth 2."""
RENAMED = {"idempotency-key": "idempotency_key"}
TAKEN_APART = {"resume": {"approve", "question_id"}}
"""Objects of a body whose fields the client takes one by one."""


class Document:
    """The OpenAPI document of the running server."""

    def __init__(self, address: str) -> None:
        self._body: dict[str, Any] = httpx.get(f"{address}/openapi.json").json()

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for methods in self._body["paths"].values():
            for operation in methods.values():
                name: str = operation["operationId"]
                if not name.startswith(OTHER_PROTOCOLS):
                    yield LOGIN.get(name, name), operation

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._body["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def answer(self, operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The schema of a success without its envelope; None for events and for no answer."""
        success = next(response for status, response in operation["responses"].items() if status.startswith("2"))
        content = success.get("content", {}).get("application/json")
        if content is None:
            return None
        schema = self.resolved(content["schema"])
        return self.resolved(schema["properties"]["data"]) if "data" in schema.get("properties", {}) else schema

    def arguments(self, operation: Mapping[str, Any]) -> set[str]:
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            for option in schema.get("anyOf", [schema]):
                names |= set(self.resolved(option).get("properties", {}))
        if "Kind: READ" in operation.get("description", ""):
            names.discard("idempotency-key")
        names = set().union(*(TAKEN_APART.get(name, {name}) for name in names - NOT_OFFERED))
        return {RENAMED.get(name, name) for name in names}


@pytest.fixture(scope="module")
def document(address: str) -> Document:
    return Document(address)


def test_every_operation_has_a_method_with_its_arguments(document: Document) -> None:
    for name, operation in document.operations():
        method = getattr(TelekomClient, name, None)
        assert method is not None, f"the client has no {name}"
        assert set(inspect.signature(method).parameters) - {"self"} == document.arguments(operation), name


def test_every_answer_has_the_fields_of_the_document(document: Document) -> None:
    compared: set[type[BaseModel]] = set()
    for name, operation in document.operations():
        schema = document.answer(operation)
        answer = get_type_hints(getattr(TelekomClient, name))["return"]
        if schema is not None and name != "login":
            compare(document, schema, answer, name, compared)
    assert len(compared) > 40


def compare(
    document: Document, schema: Mapping[str, Any], kind: Any, where: str, compared: set[type[BaseModel]]
) -> None:
    """Compare the fields of an object with a model's, and so on downwards."""
    for model in models_in(kind):
        if model in compared:
            continue
        compared.add(model)
        properties = document.resolved(objects_in(document, schema)).get("properties")
        if properties is None:  # an object without named fields
            continue
        assert set(properties) - {"success"} | ({"success"} & set(model.model_fields)) == set(model.model_fields), where
        for name, field in model.model_fields.items():
            compare(document, properties[name], field.annotation, f"{where}.{name}", compared)


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if get_origin(kind) in (list, Union, UnionType):
        for argument in get_args(kind):
            yield from models_in(argument)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind


def objects_in(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that a schema describes, below lists and options."""
    schema = document.resolved(schema)
    if "items" in schema:
        return objects_in(document, schema["items"])
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return objects_in(document, option)
    return schema
