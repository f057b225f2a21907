"""A small scenario, written as a file by the tests of the runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from evaluation.scenarios.format import Scenario
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from evaluation.scenarios.transcript import ScenarioRun

PAY = {"say": ["faturamı kartla öde"], "means": {"operations": ["pay_bill"], "arguments": {"method": "credit_card"}}}
BILL = {"say": ["faturam ne kadar", "borcum?"], "means": {"operations": ["get_current_bill"]}}
YES = {"say": ["evet"], "when": "confirmation", "means": {"reply": True}}
PAID = {"table": "bills", "where": {"id": "{current_bill}"}, "now": {"status": "paid"}}


def written(folder: Path, turns: list[dict[str, Any]], expect: dict[str, Any], **more: Any) -> Scenario:
    """A scenario out of its file."""
    content = {"id": "one", "title": "One", "behaviours": ["tested"], "customer": 1, "turns": turns, "expect": expect}
    (folder / "one.yaml").write_text(yaml.safe_dump(content | more, allow_unicode=True), "utf-8")
    return read_scenarios(folder)[0]


async def played(folder: Path, turns: list[dict[str, Any]], expect: dict[str, Any], **more: Any) -> ScenarioRun:
    """Its first run, with a model that understands it."""
    return await ScenarioRunner(scripted_agent(), folder).play(written(folder, turns, expect, **more), 0)
