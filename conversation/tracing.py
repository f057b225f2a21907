"""Recorded turns as OpenTelemetry spans with OpenInference's names and those of ``gen_ai.*``, for any OTLP endpoint.

Spans are made from the masked record of a turn once it has ended, so they cost the turn nothing; a span's parent is the
step that the record names. Off unless the standard variables (``OTEL_EXPORTER_OTLP_ENDPOINT`` and its kin) name an
endpoint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openinference.semconv.resource import ResourceAttributes
from openinference.semconv.trace import OpenInferenceMimeTypeValues, OpenInferenceSpanKindValues, SpanAttributes
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as gen_ai
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

from database.run_records import MaskedRun

NAME = "telekom"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_KIND = OpenInferenceSpanKindValues
_NS = 1_000_000


@dataclass(frozen=True)
class TurnFacts:
    """The facts of a turn that its record does not hold.

    Attributes:
        run_id: Id of the record.
        thread_id: The conversation.
        channel: Where the request came from.
        began: Nanoseconds since 1970.
        ms: Duration in milliseconds.
        error: Class name or code of the error; None for a turn without one.
        model: Name of the chat model.
    """

    run_id: str
    thread_id: str
    channel: str
    began: int
    ms: int
    error: str | None
    model: str


class Spans:
    """Sends the spans of turns, in batches, from a thread of its own.

    Args:
        provider: OpenTelemetry's provider; it exports the spans.
    """

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer: Tracer = provider.get_tracer(NAME)

    def send(self, facts: TurnFacts, turn: MaskedRun) -> None:
        """Make the spans of one turn: the turn, its nodes, and the model uses and tool calls inside each node."""
        root = self._tracer.start_span("turn", start_time=facts.began)
        _describe(root, _KIND.AGENT, turn.message, turn.answer)
        root.set_attributes({
            SpanAttributes.SESSION_ID: facts.thread_id, SpanAttributes.USER_ID: turn.customer,
            SpanAttributes.METADATA: _json({"run": facts.run_id, "channel": facts.channel}),
            gen_ai.GEN_AI_OPERATION_NAME: "invoke_agent", gen_ai.GEN_AI_AGENT_NAME: NAME,
            gen_ai.GEN_AI_CONVERSATION_ID: facts.thread_id,
        })  # fmt: skip
        nodes = [self._child(root, step["node"], facts.began, step) for step in turn.steps]
        for node, step in zip(nodes, turn.steps, strict=True):
            _describe(node, _KIND.CHAIN, step["input"], step["output"])
        for use in turn.models:
            self._model(root if use["step"] is None else nodes[use["step"]], facts, use)
        for call in turn.calls:
            self._tool(root if call["step"] is None else nodes[call["step"]], facts, call)
        for node, step in zip(nodes, turn.steps, strict=True):
            _end(node, facts.began, step)
        _end(root, facts.began, {"at": 0, "ms": facts.ms, "error": facts.error})

    def close(self) -> None:
        """Send the spans that are still waiting."""
        self._provider.shutdown()

    def _child(self, parent: Span, name: str, began: int, part: Mapping[str, Any]) -> Span:
        start = began + round(part["at"] * _NS)
        return self._tracer.start_span(name, context=set_span_in_context(parent), start_time=start)

    def _model(self, parent: Span, facts: TurnFacts, use: Mapping[str, Any]) -> None:
        span = self._child(parent, use["role"], facts.began, use)
        _describe(span, _KIND.LLM, use["input"], use.get("output"))
        if use["role"] == "write":
            read, written = use.get("tokens_in", 0), use.get("tokens_out", 0)
            span.set_attributes({
                SpanAttributes.LLM_MODEL_NAME: facts.model, gen_ai.GEN_AI_REQUEST_MODEL: facts.model,
                SpanAttributes.LLM_TOKEN_COUNT_PROMPT: read, gen_ai.GEN_AI_USAGE_INPUT_TOKENS: read,
                SpanAttributes.LLM_TOKEN_COUNT_COMPLETION: written, gen_ai.GEN_AI_USAGE_OUTPUT_TOKENS: written,
                SpanAttributes.LLM_INVOCATION_PARAMETERS: _json(use.get("settings", {})),
                gen_ai.GEN_AI_OPERATION_NAME: "chat",
            })  # fmt: skip
        _end(span, facts.began, use)

    def _tool(self, parent: Span, facts: TurnFacts, call: Mapping[str, Any]) -> None:
        span = self._child(parent, call["operation"], facts.began, call)
        _describe(span, _KIND.TOOL, call["arguments"], call["result"] or call["error"])
        span.set_attributes({
            SpanAttributes.TOOL_NAME: call["operation"], SpanAttributes.TOOL_PARAMETERS: _json(call["arguments"]),
            SpanAttributes.METADATA: _json({"kind": call["kind"]}),
            gen_ai.GEN_AI_OPERATION_NAME: "execute_tool", gen_ai.GEN_AI_TOOL_NAME: call["operation"],
        })  # fmt: skip
        error = call["error"]["code"] if call["error"] else None
        _end(span, facts.began, {**call, "error": error})


def open_spans(environment: Mapping[str, str]) -> Spans | None:
    """Return a sender of spans if the environment names an endpoint, else None."""
    switched_off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if switched_off or not any(environment.get(name) for name in _ENDPOINTS):
        return None
    service = environment.get("OTEL_SERVICE_NAME", NAME)
    resource = Resource.create({"service.name": service, ResourceAttributes.PROJECT_NAME: service})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider)


def _describe(span: Span, kind: OpenInferenceSpanKindValues, given: Any, gave: Any) -> None:
    span.set_attribute(SpanAttributes.OPENINFERENCE_SPAN_KIND, kind.value)
    for value, key, mime in (
        (given, SpanAttributes.INPUT_VALUE, SpanAttributes.INPUT_MIME_TYPE),
        (gave, SpanAttributes.OUTPUT_VALUE, SpanAttributes.OUTPUT_MIME_TYPE),
    ):
        if value is not None:
            plain = isinstance(value, str)
            text, json_ = OpenInferenceMimeTypeValues.TEXT.value, OpenInferenceMimeTypeValues.JSON.value
            span.set_attributes({key: value if plain else _json(value), mime: text if plain else json_})


def _end(span: Span, began: int, part: Mapping[str, Any]) -> None:
    if part.get("error"):
        span.set_status(Status(StatusCode.ERROR, str(part["error"])))
    span.end(began + round((part["at"] + (part.get("ms") or 0)) * _NS))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
