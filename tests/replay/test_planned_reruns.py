"""Turns that a chat model planned: the plan stands on the run, and a re-run plans again and changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from agent.chat.endpoint import EndpointChatModel
from agent.model_server import ModelServer
from agent.models import Models
from conversation.service import User
from core.settings import Settings
from database.run_records import RunFilter
from evaluation.scripted import ScriptedDecisionModel
from replay.overrides import Overrides
from replay.rerun_comparison import rerunner_of
from service.container import RunningService, open_service
from tests.agent.servers import model_server
from tests.doubles import meanings_of
from tests.graph.planning import ASKED_PAY, BILL, PAY, calls

USER = User(2, 1, "musteri1@example.com", "customer", "")


def planning(body: dict[str, Any]) -> Any:
    """Look the bill up, then propose to pay it."""
    if not body.get("tools"):
        return 500
    looked_up = any(message["role"] == "tool" for message in body["messages"])
    return calls((PAY, {"method": "credit_card"})) if looked_up else calls((BILL, {}), ("get_bill", {}))


def dump(folder: Path) -> list[Any]:
    with sqlite3.connect(folder / "telekom.sqlite3") as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [database.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)]


async def recorded(service: RunningService) -> list[Any]:
    """Two turns, the second of which pays; the runs, oldest first."""
    await service.conversations.run(USER, session_id="s", message=ASKED_PAY)
    await service.conversations.run(USER, session_id="s", resume=True)
    return list(reversed(await service.runs.list(RunFilter(), limit=10)))


async def test_a_rerun_of_a_planned_turn_plans_again_and_changes_nothing(tmp_path: Path) -> None:
    with model_server(planning) as (address, seen):
        settings = Settings(_env_file=None, data_dir=tmp_path, model=f"endpoint:{address}#m", planner="tools")
        models = Models(
            chat_model=EndpointChatModel(ModelServer(address, 5.0), "m"),
            decision_model=ScriptedDecisionModel(meanings_of({ASKED_PAY: PAY}, {ASKED_PAY: {"method": "credit_card"}})),
        )
        async with open_service(settings, models=models) as service:
            asked, paid = await recorded(service)
            run = await service.runs.get(asked.id)
            plan = [step["output"]["plan"] for step in run.steps if step["node"] == "plan"]
            assert [each["status"] for each in plan] == ["reading", "proposed"]
            assert plan[0]["refused"] == ["get_bill: unknown operation"]
            assert [call["name"] for use in run.models for call in use.get("tool_calls", ())] == [BILL, "get_bill", PAY]
            before, requests = dump(tmp_path), len(seen)
            for row in (asked, paid):
                for node in (None, "plan") if row is asked else (None,):
                    again = await rerunner_of(service).rerun(row.id, Overrides(node=node))
                    assert again.end.tools == row.tools and again.not_recorded == []
            assert dump(tmp_path) == before and len(seen) > requests
