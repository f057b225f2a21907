"""The second operator's scenarios pass on his catalogue and fees: nothing was trained on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings
from evaluation.operators import NORTHWIND
from evaluation.scenarios.format import MessageTurn
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_models
from evaluation.served_agent import load_served_agent
from tests.other_operator import demo_words, northwind

SCENARIOS = {scenario.id: scenario for scenario in read_scenarios(NORTHWIND / "scenarios")}
OF_PAGES = {"reach_us", "roaming_fee_in_english"}
"""Scenarios that ask the pages, which a scripted model does not find."""


@pytest.mark.parametrize("name", sorted(SCENARIOS.keys() - OF_PAGES))
async def test_scenario_passes_with_a_mind_that_understands_it(name: str, tmp_path: Path) -> None:
    agent = load_served_agent(Settings(_env_file=None, operator=northwind(tmp_path / "own")), scripted_models())
    run = await ScenarioRunner(agent, tmp_path).play(SCENARIOS[name], 0)
    assert run.passed, "\n".join([*map(str, run.failures), run.text])


@pytest.mark.embedded
@pytest.mark.timeout(600)
async def test_every_wording_passes_with_the_embedded_model(tmp_path: Path) -> None:
    agent = load_served_agent(Settings(_env_file=None, operator=northwind(tmp_path / "own")))
    runner, pattern = ScenarioRunner(agent, tmp_path), demo_words()
    wrong = []
    for scenario in SCENARIOS.values():
        wordings = max(len(turn.say) for turn in scenario.turns if isinstance(turn, MessageTurn))
        for number in range(wordings):
            run = await runner.play(scenario, number)
            wrong += [] if run.passed else [f"{scenario.id} {number}: {run.failures}\n{run.text}"]
            wrong += [f"{scenario.id} {number}: {found}" for found in pattern.findall(run.text)]
    assert wrong == []
