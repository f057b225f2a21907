"""Turns as OpenTelemetry spans, received by a real OTLP/HTTP collector that the test starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from telemetry import open_spans
from tests.api.conftest import Stage, bearer


class Collector(ThreadingHTTPServer):
    """Takes traces at ``/v1/traces``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[Any] = []
        self.services: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in request.resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.server.services.add(names["service.name"])
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_a_turn_is_a_tree_of_named_spans_without_personal_data(
    stage: Stage, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "telekom-test")
    async with stage.running() as (_, client):
        headers = await bearer(client, "musteri1@example.com")
        body = {"message": "Faturam ne kadar?"}
        told = (await client.post("/api/v1/chat/", headers=headers, json=body)).json()
        body = {"message": "Numaram 0532 999 88 77"}
        await client.post("/api/v1/chat/", headers=headers, json=body)
    assert collector.services == {"telekom-test"}
    roots = [span for span in collector.spans if span.name == "turn"]
    assert len(roots) == 2 and all(not span.parent_span_id for span in roots)
    [root] = [span for span in roots if told["metadata"]["run_id"] in attributes(span)["metadata"]]
    inside = [span for span in collector.spans if span.trace_id == root.trace_id]
    by_id = {span.span_id: span for span in inside}
    kinds = {span.name: attributes(span)["openinference.span.kind"] for span in inside}
    assert kinds["turn"] == "AGENT" and kinds["detect_intent"] == "CHAIN" and kinds["get_current_bill"] == "TOOL"
    assert kinds["write"] == kinds["decide"] == "LLM"
    parents = {span.name: by_id[span.parent_span_id].name for span in inside if span.parent_span_id}
    assert parents["execute_tools"] == "turn" and parents["decide"] == "detect_intent"
    assert parents["write"] == "synthesize"
    assert attributes(root)["input.value"] == "Faturam ne kadar?" and attributes(root)["session.id"]
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in inside)
    everything = str([attributes(span) for span in collector.spans])
    assert "999 88" not in everything and "musteri1" not in everything


def test_without_an_endpoint_nothing_is_sent() -> None:
    assert open_spans({}) is None
    assert open_spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "true"}) is None
