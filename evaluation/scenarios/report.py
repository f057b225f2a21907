"""The figures of scenario runs (pass^1 and pass^k, in all and by behaviour) and their HTML report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.report_html import write_html
from evaluation.scenarios.transcript import ScenarioRun

_SHOWN_REASONS = 3


@dataclass(frozen=True)
class PassRates:
    """The pass rates of some scenarios.

    Attributes:
        name: The property that they share.
        n: Number of scenarios.
        pass_1: Share whose first run passed.
        pass_k: Share of the scenarios all of whose runs passed.
    """

    name: str
    n: int
    pass_1: float
    pass_k: float


def passed(name: str, runs: Iterable[ScenarioRun]) -> PassRates:
    """Return the pass rates: pass^1 over the first runs, pass^k over scenarios all of whose runs passed."""
    by_scenario = runs_by_scenario(runs)
    n = len(by_scenario)
    first = sum(one[0].passed for one in by_scenario.values())
    every = sum(all(run.passed for run in one) for one in by_scenario.values())
    return PassRates(name, n, round(first / n, 4) if n else 0.0, round(every / n, 4) if n else 0.0)


def by_behaviour(runs: Sequence[ScenarioRun]) -> list[PassRates]:
    """Return the pass rates by behaviour, the most frequent first; a scenario counts for each of its behaviours."""
    names = sorted({name for run in runs for name in run.scenario.behaviours})
    groups = [passed(name, [run for run in runs if name in run.scenario.behaviours]) for name in names]
    return sorted(groups, key=lambda group: -group.n)


def runs_by_scenario(runs: Iterable[ScenarioRun]) -> dict[str, list[ScenarioRun]]:
    """Return the runs of each scenario, ordered by number."""
    found: dict[str, list[ScenarioRun]] = {}
    for run in runs:
        found.setdefault(run.scenario.id, []).append(run)
    return {name: sorted(own, key=lambda run: run.number) for name, own in found.items()}


def failing(runs: Sequence[ScenarioRun]) -> list[tuple[str, str, str]]:
    """Return for each failed scenario its id, the numbers of the failed runs, and the reasons of the first."""
    return [
        (name, ", ".join(str(run.number) for run in own if not run.passed), _reasons(worst.failures))
        for name, own in runs_by_scenario(runs).items()
        if (worst := next((run for run in own if not run.passed), None))
    ]


def _reasons(failures: Sequence[str]) -> str:
    left = len(failures) - _SHOWN_REASONS
    return "\n".join([*failures[:_SHOWN_REASONS], *([f"and {left} more"] if left > 0 else [])])


def figures(runs: Sequence[ScenarioRun], k: int, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return all figures as JSON data."""
    total = passed("all", runs)
    return {
        **provenance, "k": k, "scenarios": total.n, "runs": len(runs), "pass_1": total.pass_1,
        "pass_k": total.pass_k,
        "behaviours": {
            group.name: {"n": group.n, "pass_1": group.pass_1, "pass_k": group.pass_k} for group in by_behaviour(runs)
        },
        "failed": [
            {"scenario": run.scenario.id, "run": run.number, "failures": list(run.failures)}
            for run in runs
            if not run.passed
        ],
    }  # fmt: skip


def write_report(runs: Sequence[ScenarioRun], k: int, folder: Path, agent: str) -> Path:
    """Write the report and return the path of its page.

    Args:
        runs: The measured runs.
        k: Runs of each scenario.
        folder: Created where it is missing.
        agent: One line that describes the measured agent.

    Raises:
        OSError: The folder cannot be written.
    """
    grouped = runs_by_scenario(runs)
    return write_html(
        folder, "scenarios", title="Scenarios", agent=agent, k=k, total=_cells(passed("all", runs)),
        behaviours=[_cells(group) for group in by_behaviour(runs)],
        scenarios=[
            (name, own[0].scenario.title, " ".join("✓" if run.passed else "✗" for run in own))
            for name, own in grouped.items()
        ],
        failed_scenarios=[i for i, own in enumerate(grouped.values()) if not all(run.passed for run in own)],
        failed=[
            (run.scenario.id, run.number, "\n".join(run.failures), run.text) for run in runs if not run.passed
        ],
    )  # fmt: skip


def _cells(group: PassRates) -> tuple[str | float | int, ...]:
    return group.name, group.n, group.pass_1, group.pass_k
