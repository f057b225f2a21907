"""The recorder of a turn: which events a channel gets, and what the record keeps and leaves out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from conversation.engine import Engine
from conversation.events import ChatResult, Step, Token
from conversation.recorded_calls import RecordedCalls
from conversation.recorder import RunRecorder, TurnIdentity, failure_name
from conversation.requests import ChatRequest
from core.channels import Channel
from core.clock import istanbul_now
from database.run_records import MaskedRun, RunEnd, RunTrace

TURN = TurnIdentity("run-1", "thread-1", 1, Channel.REST)
ANSWER = ChatResult(
    response="Borcunuz 10 TL.", session_id="thread-1", run_id="run-1", intent="get_current_bill", confidence=0.9,
    tool_calls=[], tool_results=[], pending=None, model="scripted", processing_time_ms=5,
)  # fmt: skip


class KeptRuns:
    """A store of records that keeps the last one."""

    def __init__(self) -> None:
        self.message = ""
        self.end_of_run: RunEnd | None = None
        self.trace: RunTrace | None = None

    async def begin(
        self, run_id: str, thread_id: str, customer_id: int, channel: Channel, message: str, at: datetime, /
    ) -> None:
        self.message = message

    async def end(self, run_id: str, at: datetime, end: RunEnd, trace: RunTrace, /) -> MaskedRun | None:
        self.end_of_run, self.trace = end, trace
        return None


def recorder(runs: KeptRuns, calls: RecordedCalls | None = None) -> RunRecorder:
    graph: Any = None  # the recorder sees the graph's stream only
    engine = Engine(
        graph=graph, runs=runs, calls=calls or RecordedCalls(), clock=istanbul_now, model_name="scripted", setup={}
    )
    return RunRecorder(TURN, engine)


def began(name: str, state: Mapping[str, Any], id: str = "t1") -> dict[str, Any]:
    return {"id": id, "name": name, "input": dict(state), "triggers": ["start"]}


def ended(name: str, result: Any, id: str = "t1", **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "result": result, "error": None, "interrupts": [], **more}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (ChatRequest(message="Faturam"), "Faturam"),
        (ChatRequest(approve=True), "evet"),
        (ChatRequest(approve=False), "hayır"),
    ],
)
async def test_the_beginning_is_stored_in_the_customers_words(request_: ChatRequest, message: str) -> None:
    runs = KeptRuns()
    await recorder(runs).begin(request_)
    assert runs.message == message


def test_a_node_is_two_events_and_one_recorded_step() -> None:
    seen = recorder(KeptRuns())
    first = seen.observe("tasks", began("detect_intent", {"message": "Faturam", "calls": [], "topic": ""}))
    second = seen.observe("tasks", ended("detect_intent", {"topic": "request", "messages": ["…"]}))
    assert isinstance(first, Step) and isinstance(second, Step)
    assert (first.status, first.input) == ("started", {"message": "Faturam"})
    assert (second.status, second.output) == ("finished", {"topic": "request"})
    [step] = seen._steps
    assert step["input"] == {"message": "Faturam"} and step["output"] == {"topic": "request"} and step["ms"] >= 0


def test_a_question_and_a_failure_are_recorded_as_such() -> None:
    seen = recorder(KeptRuns())
    seen.observe("tasks", began("confirm", {}, "a"))
    waiting = seen.observe("tasks", ended("confirm", None, "a", interrupts=[{"value": "?"}]))
    seen.observe("tasks", began("select_tools", {}, "b"))
    failed = seen.observe("tasks", ended("select_tools", None, "b", error="x" * 500))
    assert isinstance(waiting, Step) and waiting.output == "waiting"
    assert isinstance(failed, Step) and failed.status == "failed"
    assert seen._steps[0]["output"] == {"waits for": "the customer"} and len(seen._steps[1]["error"]) == 200


def test_words_and_tool_steps_go_to_the_channel_as_they_are() -> None:
    seen = recorder(KeptRuns())
    assert seen.observe("custom", {"token": "Mer"}) == Token(text="Mer")
    step = seen.observe("custom", {"step": {"id": "c1", "name": "pay_bill", "status": "started"}})
    assert isinstance(step, Step) and (step.kind, step.name) == ("tool", "pay_bill")
    assert seen.observe("custom", {"other": 1}) is None


@pytest.mark.parametrize(("status", "changing"), [("approved", True), ("awaiting", False), ("ready", False)])
def test_a_turn_is_changing_something_once_an_approved_call_runs(status: str, changing: bool) -> None:
    seen = recorder(KeptRuns())
    seen.observe("tasks", began("execute_tools", {"calls": [{"status": status, "key": "k"}]}))
    assert seen.is_changing is changing


async def test_the_record_has_no_idempotency_keys_and_places_each_part_by_its_step() -> None:
    runs, calls = KeptRuns(), RecordedCalls()
    seen = recorder(runs, calls)
    request = ChatRequest(message="Faturamı öde")
    await seen.begin(request)
    call = {"id": "c1", "operation": "pay_bill", "key": "secret-key", "status": "approved"}
    seen.observe("tasks", began("confirm", {"calls": [call]}, "a"))
    seen.observe("tasks", ended("confirm", {"calls": [call]}, "a"))
    seen.observe("tasks", began("execute_tools", {"calls": [call]}, "b"))
    calls.add("run-1", {"operation": "pay_bill", "task": "b"}, 0.0)
    calls.add("run-1", {"operation": "get_current_bill", "task": None}, 0.0)
    await seen.finish(request, "checkpoint-1", {"outcomes": [], "answer_source": "approved"}, ANSWER, None)
    assert runs.trace is not None and runs.end_of_run is not None
    assert "secret-key" not in repr(runs.trace) and runs.trace.checkpoint_id == "checkpoint-1"
    assert [each["step"] for each in runs.trace.calls] == [1, None]
    assert (runs.end_of_run.answer, runs.end_of_run.error) == ("Borcunuz 10 TL.", None)


async def test_the_first_refusal_is_the_error_of_a_turn_that_was_answered() -> None:
    runs = KeptRuns()
    seen = recorder(runs)
    request = ChatRequest(message="Faturamı öde")
    await seen.begin(request)
    outcomes = [{"error": None}, {"error": {"code": "BILL_ALREADY_PAID"}}, {"error": {"code": "LATER"}}]
    await seen.finish(request, None, {"outcomes": outcomes}, ANSWER, None)
    assert runs.end_of_run is not None and runs.end_of_run.error == "BILL_ALREADY_PAID"


async def test_a_turn_without_an_answer_is_stored_with_its_failure() -> None:
    runs = KeptRuns()
    seen = recorder(runs)
    await seen.begin(ChatRequest(message="Faturam"))
    await seen.finish(ChatRequest(message="Faturam"), None, {}, None, ValueError("x"))
    assert runs.end_of_run is not None
    assert (runs.end_of_run.answer, runs.end_of_run.error) == (None, "ValueError")


@pytest.mark.parametrize(
    ("failure", "name"),
    [
        (None, "Cancelled"),
        (GeneratorExit(), "Cancelled"),
        (asyncio.CancelledError(), "Cancelled"),
        (OSError(), "OSError"),
    ],
)
def test_a_cancelled_turn_is_no_failure(failure: BaseException | None, name: str) -> None:
    assert failure_name(failure) == name
