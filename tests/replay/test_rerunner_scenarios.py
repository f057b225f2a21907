"""Every turn of every scenario, run again at once with nothing changed: the same answer, the same calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reruns import Sweep, sweep
from core.settings import Settings
from evaluation.scenarios.loader import FOLDER, read_scenarios
from evaluation.scenarios.runner import scripted_agent
from evaluation.served_agent import ServedAgent, load_served_agent

IDS = sorted(file.stem for file in FOLDER.glob("*.yaml"))
BY_THE_MODEL = IDS[::8]


def assert_same(found: Sweep) -> None:
    assert found.turns and not found.differ and not found.unanswered and not found.touched, found


@pytest.mark.parametrize("name", IDS)
async def test_rerun_of_every_turn_gives_the_same(name: str, tmp_path: Path) -> None:
    assert_same(await sweep(scripted_agent(), read_scenarios(only=[name]), tmp_path))


@pytest.fixture(scope="module")
def agent() -> ServedAgent:
    return load_served_agent(Settings(_env_file=None))


@pytest.mark.embedded
@pytest.mark.parametrize("name", BY_THE_MODEL)
async def test_rerun_with_the_embedded_model_gives_the_same(name: str, agent: ServedAgent, tmp_path: Path) -> None:
    """`benchmarks/reruns.py` sweeps all scenarios so."""
    assert_same(await sweep(agent, read_scenarios(only=[name]), tmp_path))
