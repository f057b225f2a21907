"""Counts and times of turns for Prometheus: names of operations and channels, never words of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from core.channels import Channel
from database.run_records import RunEnd

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)


class TurnMetrics:
    """The metrics of all turns of one service.

    Args:
        registry: Where they are registered; ``/metrics`` prints it.

    Attributes:
        running: Turns that are being taken now.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.running = Gauge(
            "telekom_turns_running", "Turns that are being taken now", registry=registry, multiprocess_mode="livesum"
        )
        self._turns = Counter(
            "telekom_turns", "Turns that ended, by the error that ended them", ["channel", "error"], registry=registry
        )
        self._seconds = Histogram(
            "telekom_turn_seconds", "Time of a whole turn", ["channel"], buckets=_SECONDS, registry=registry
        )
        self._first_token = Histogram(
            "telekom_first_token_seconds", "Time until the first words of an answer", ["channel"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._tokens = Counter("telekom_model_tokens", "Tokens of the chat model", ["direction"], registry=registry)
        self._operations = Counter(
            "telekom_operations", "Operations that turns ran or were refused, by the code of the refusal",
            ["operation", "error"], registry=registry,
        )  # fmt: skip
        self._questions = Counter(
            "telekom_questions", "Questions that wait for the customer", ["kind"], registry=registry
        )
        self._handovers = Counter("telekom_handovers", "Turns that were handed over to a person", registry=registry)
        self._refused = Counter(
            "telekom_refused_texts", "Texts of the chat model that the proof kept back", ["reason"], registry=registry
        )

    def count_first_token(self, channel: Channel, seconds: float) -> None:
        """Count the time until the first words of an answer."""
        self._first_token.labels(channel).observe(seconds)

    def count_turn(self, channel: Channel, end: RunEnd, values: Mapping[str, Any], nodes: frozenset[str]) -> None:
        """Count a turn that ended.

        Args:
            channel: The turn's channel.
            end: Its end.
            values: The thread's state at the end.
            nodes: The nodes of the graph that ran.
        """
        failed = end.error if end.answer is None else None
        self._turns.labels(channel, failed or "").inc()
        self._seconds.labels(channel).observe(end.ms / 1000)
        self._tokens.labels("in").inc(end.tokens_in)
        self._tokens.labels("out").inc(end.tokens_out)
        outcome = end.outcome or {}
        for result in outcome.get("tool_results", ()):
            self._operations.labels(result["tool_name"], (result["error"] or {}).get("code", "")).inc()
        if outcome.get("pending"):
            self._questions.labels(outcome["pending"]["kind"]).inc()
        if "hand_over" in nodes:
            self._handovers.inc()
        if end.answer is not None:
            for refused in values.get("refused", ()):
                self._refused.labels(refused["reason"]).inc()
