"""Re-run every turn of every scenario unchanged with the served models and list the differences.

    python -m benchmarks.reruns [--number 0] [--only ID …]

Plays the scenarios in one wording, runs each turn again at once, and lists what differs in intent, calls or answer.
Prints a line, then one JSON line; the exit status is 1 where anything differs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.memory import InMemorySaver
from rich.progress import track

from conversation.service import ChatResult
from core.masking import Masker
from core.settings import Settings
from database.runs import Runs
from evaluation.scenarios.environment import ScenarioEnvironment
from evaluation.scenarios.format import Scenario
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner
from evaluation.served_agent import ServedAgent, load_served_agent
from graph.build import GraphDependencies
from replay.comparison import Difference, difference
from replay.rerun_comparison import summary_of_rerun, summary_of_run
from replay.rerunner import Rerunner


@dataclass
class Sweep:
    """The results of re-running turns.

    Attributes:
        turns: How many were.
        differ: What the customer said, and what differs.
        unanswered: Operations that the record did not answer; with nothing changed there is none.
        touched: What the customer said where a row of the company changed by it.
    """

    turns: int = 0
    differ: list[tuple[str, Difference]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    async def again(
        self, environment: ScenarioEnvironment, parts: GraphDependencies, threads: InMemorySaver, result: ChatResult
    ) -> None:
        """Run the turn that has just ended again."""
        runs = Runs(environment.database, Masker(b"benchmark"))
        before = await environment.rows()
        rerunner = Rerunner(environment.database, runs, threads, parts, lambda _: parts, _no_other_model)
        rerun = await rerunner.rerun(result.run_id)
        run, snapshot = await runs.snapshot(result.run_id)
        found = difference(summary_of_run(run, snapshot.calls), summary_of_rerun(rerun))
        self.turns += 1
        self.unanswered += rerun.not_recorded
        if not found.same:
            self.differ.append((run.message or "", found))
        if await environment.rows() != before:
            self.touched.append(run.message or "")


def _no_other_model(name: str) -> BaseChatModel:
    raise AssertionError(f"nobody asked for {name}")


async def sweep(agent: ServedAgent, scenarios: Sequence[Scenario], folder: Path, number: int = 0) -> Sweep:
    """Play scenarios and run each turn again.

    Args:
        agent: The agent to measure.
        scenarios: What is played.
        folder: For the databases.
        number: The wording and the seed.
    """
    found = Sweep()
    runner = ScenarioRunner(agent, folder, after_turn=found.again)
    for scenario in track(scenarios, description="scenarios", disable=len(scenarios) < 2):
        run = await runner.play(scenario, number)
        if any(failure.startswith("raised") for failure in run.failures):
            raise RuntimeError(f"{scenario.id}: {'; '.join(run.failures)}")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--number", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = read_scenarios(only=options.only)
        agent = load_served_agent(Settings())
        print(agent.describe())
        found = asyncio.run(sweep(agent, chosen, Path(folder), options.number))
    for message, differing in found.differ:
        print(f"{message}: {differing}")
    print(f"{found.turns} turns run again, {len(found.differ)} differ")
    counts = {"turns": found.turns, "differ": len(found.differ), "touched": len(found.touched)}
    print(json.dumps({**counts, "agent": agent.provenance()}))
    sys.exit(bool(found.differ or found.touched))


if __name__ == "__main__":
    main()
