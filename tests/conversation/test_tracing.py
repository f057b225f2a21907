"""Turns as OpenTelemetry spans, received by a real OTLP/HTTP collector that the test starts."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from conversation.tracing import open_spans
from tests.api.conftest import Stage, bearer
from tests.collector import Collector, collecting


def received(collector: Collector) -> tuple[set[str], list[Any]]:
    """Names of the services and all spans."""
    services, spans = set(), []
    for path, body in collector.posted:
        assert path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            services |= {one.value.string_value for one in resource.resource.attributes if one.key == "service.name"}
            spans += [span for scope in resource.scope_spans for span in scope.spans]
    return services, spans


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_a_turn_is_a_tree_of_named_spans_without_personal_data(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "telekom-test")
        async with stage.running() as (_, client):
            headers = await bearer(client, "musteri1@example.com")
            body = {"message": "Faturam ne kadar?"}
            told = (await client.post("/api/v1/chat/", headers=headers, json=body)).json()
            body = {"message": "Numaram 0532 999 88 77"}
            await client.post("/api/v1/chat/", headers=headers, json=body)
    services, spans = received(collector)
    assert services == {"telekom-test"}
    roots = [span for span in spans if span.name == "turn"]
    assert len(roots) == 2 and all(not span.parent_span_id for span in roots)
    [root] = [span for span in roots if told["metadata"]["run_id"] in attributes(span)["metadata"]]
    inside = [span for span in spans if span.trace_id == root.trace_id]
    by_id = {span.span_id: span for span in inside}
    kinds = {span.name: attributes(span)["openinference.span.kind"] for span in inside}
    assert kinds["turn"] == "AGENT" and kinds["detect_intent"] == "CHAIN" and kinds["get_current_bill"] == "TOOL"
    assert kinds["write"] == kinds["decide"] == "LLM"
    standard = {span.name: attributes(span).get("gen_ai.operation.name") for span in inside}
    assert standard["turn"] == "invoke_agent" and standard["get_current_bill"] == "execute_tool"
    assert standard["write"] == "chat" and standard["detect_intent"] is None
    [write] = [attributes(span) for span in inside if span.name == "write"]
    assert write["gen_ai.request.model"] == write["llm.model_name"]
    parents = {span.name: by_id[span.parent_span_id].name for span in inside if span.parent_span_id}
    assert parents["execute_tools"] == "turn" and parents["decide"] == "detect_intent"
    assert parents["write"] == "synthesize" and parents["get_current_bill"] == "execute_tools"
    assert attributes(root)["input.value"] == "Faturam ne kadar?" and attributes(root)["session.id"]
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in inside)
    everything = str([attributes(span) for span in spans])
    assert "999 88" not in everything and "musteri1" not in everything


def test_without_an_endpoint_nothing_is_sent() -> None:
    assert open_spans({}) is None
    assert open_spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "true"}) is None
