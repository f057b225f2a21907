"""Every turn of every scenario, run again at once with nothing changed: the same answer, the same calls."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.memory import InMemorySaver

from conversation import ChatResult
from database.runs import Runs
from evaluation.scenario_files import FOLDER, read_scenarios
from evaluation.scenario_run import Stage, scripted_models
from evaluation.scenario_world import World
from graph.build import Parts
from masking import Masker
from replay.compare import Told, difference
from replay.rerun import Rerunner


def no_other_model(name: str) -> BaseChatModel:
    raise AssertionError(f"nobody asked for {name}")


IDS = sorted(file.stem for file in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", IDS)
async def test_rerun_of_every_turn_gives_the_same(name: str, tmp_path: Path) -> None:
    taken: list[str] = []

    async def again(world: World, parts: Parts, threads: InMemorySaver, result: ChatResult) -> None:
        runs = Runs(world.database, Masker(b"test"))
        before = await world.rows()
        rerun = await Rerunner(world.database, runs, threads, parts, no_other_model).rerun(result.run_id)
        run, tape = await runs.tape(result.run_id)
        told = Told(run.intent, Told.of({}, tape.calls).calls, run.answer or "", run.ms or 0, 0)
        found = difference(told, Told.of(asdict(rerun.end), rerun.recorded.calls))
        assert found.same, found
        assert not rerun.not_recorded
        assert await world.rows() == before
        taken.append(result.run_id)

    stage = Stage(scripted_models(), tmp_path, after_turn=again)
    [scenario] = [each for each in read_scenarios() if each.id == name]
    run = await stage.play(scenario, 0)
    assert not run.failures and taken
