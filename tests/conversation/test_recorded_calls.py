"""Recorded tool calls: what is kept of a run, of a refusal, and of a run that nobody records."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from conversation.recorded_calls import RecordedCalls, RecordingToolbox, task_of
from core.clock import istanbul_now
from database.seed.demo import seed_demo
from database.session import Database
from ports import Adapters
from tools.caller import Caller
from tools.catalog import build_tools
from tools.errors import ToolError

PAID, OWING = 0, 1
"""Demo customers: one whose bill is paid, one whose bill is not."""


@pytest.fixture
async def toolbox() -> AsyncIterator[RecordingToolbox]:
    database = Database("sqlite+aiosqlite://")
    await database.migrate()
    await seed_demo(database, istanbul_now(), lambda password: password, "demo-1234")
    tools = build_tools(database, Adapters(), istanbul_now)
    yield RecordingToolbox(tools, RecordedCalls())
    await database.close()


def recorded(toolbox: RecordingToolbox) -> RecordedCalls:
    return toolbox._calls


async def test_a_run_and_a_preview_are_recorded_with_arguments_result_and_time(toolbox: RecordingToolbox) -> None:
    calls = recorded(toolbox)
    calls.begin("run-1")
    caller = Caller(OWING, run_id="run-1", takes_defaults=True)
    bill = await toolbox.run("get_current_bill", {}, caller)
    await toolbox.preview("pay_bill", {"method": "credit_card"}, caller)
    first, second = calls.end("run-1")
    assert (first["kind"], first["operation"], first["arguments"]) == ("run", "get_current_bill", {})
    assert first["result"] == bill.model_dump(mode="json") and first["error"] is None
    assert (second["kind"], second["operation"], second["arguments"]) == (
        "preview", "pay_bill", {"method": "credit_card"},
    )  # fmt: skip
    assert 0 <= first["at"] <= second["at"] and first["ms"] >= 0 and first["task"] is None


async def test_a_refusal_is_recorded_with_its_code_and_still_raised(toolbox: RecordingToolbox) -> None:
    calls = recorded(toolbox)
    calls.begin("run-2")
    with pytest.raises(ToolError) as refused:
        await toolbox.preview("pay_bill", {"method": "credit_card"}, Caller(PAID, run_id="run-2", takes_defaults=True))
    [call] = calls.end("run-2")
    assert call["result"] is None
    assert (call["error"]["code"], call["error"]["status"]) == (refused.value.code, refused.value.status)


async def test_runs_are_kept_apart_and_forgotten_at_their_end(toolbox: RecordingToolbox) -> None:
    calls = recorded(toolbox)
    calls.begin("one")
    calls.begin("other")
    await toolbox.run("get_current_bill", {}, Caller(OWING, run_id="other"))
    await toolbox.run("get_current_bill", {}, Caller(OWING))
    assert calls.end("one") == [] and len(calls.end("other")) == 1
    assert calls.end("other") == []
    calls.add("other", {"operation": "late"}, time.perf_counter())
    assert calls.end("other") == []


@pytest.mark.parametrize(
    ("metadata", "task"),
    [
        ({"langgraph_checkpoint_ns": "execute_tools:12ab"}, "12ab"),
        ({"langgraph_checkpoint_ns": "outer:1|execute_tools:12ab"}, "12ab"),
        ({}, None),
        (None, None),
    ],
)
def test_task_is_the_last_part_of_the_namespace(metadata: dict[str, str] | None, task: str | None) -> None:
    assert task_of(metadata) == task
