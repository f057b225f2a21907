"""What runs of scenarios say of the agent: pass^1 and pass^k in all and by behaviour, and a page with what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.page import Cell, Page
from evaluation.scenarios.transcript import ScenarioRun

_SHOWN_REASONS = 3


@dataclass(frozen=True)
class PassRates:
    """How some scenarios fared.

    Attributes:
        name: What they have in common.
        n: How many they are.
        pass_1: Share whose first run passed.
        pass_k: Share of which every run passed.
    """

    name: str
    n: int
    pass_1: float
    pass_k: float


def passed(name: str, runs: Iterable[ScenarioRun]) -> PassRates:
    """Sum up runs: pass^1 is over the first wording alone, pass^k asks for every run of a scenario."""
    by_scenario = runs_by_scenario(runs)
    n = len(by_scenario)
    first = sum(one[0].passed for one in by_scenario.values())
    every = sum(all(run.passed for run in one) for one in by_scenario.values())
    return PassRates(name, n, round(first / n, 4) if n else 0.0, round(every / n, 4) if n else 0.0)


def by_behaviour(runs: Sequence[ScenarioRun]) -> list[PassRates]:
    """The same for each behaviour, the most frequent first; a scenario counts for each of its behaviours."""
    names = sorted({name for run in runs for name in run.scenario.behaviours})
    groups = [passed(name, [run for run in runs if name in run.scenario.behaviours]) for name in names]
    return sorted(groups, key=lambda group: -group.n)


def runs_by_scenario(runs: Iterable[ScenarioRun]) -> dict[str, list[ScenarioRun]]:
    """The runs of each scenario, in their order."""
    found: dict[str, list[ScenarioRun]] = {}
    for run in runs:
        found.setdefault(run.scenario.id, []).append(run)
    return {name: sorted(own, key=lambda run: run.number) for name, own in found.items()}


def failing(runs: Sequence[ScenarioRun]) -> list[tuple[str, str, str]]:
    """Each scenario that failed: its id, which runs, and the main reasons of the first of them."""
    return [
        (name, ", ".join(str(run.number) for run in own if not run.passed), _reasons(worst.failures))
        for name, own in runs_by_scenario(runs).items()
        if (worst := next((run for run in own if not run.passed), None))
    ]


def _reasons(failures: Sequence[str]) -> str:
    left = len(failures) - _SHOWN_REASONS
    return "\n".join([*failures[:_SHOWN_REASONS], *([f"and {left} more"] if left > 0 else [])])


def figures(runs: Sequence[ScenarioRun], k: int, model: str) -> dict[str, Any]:
    """Everything as JSON values."""
    total = passed("all", runs)
    return {
        "model": model, "k": k, "scenarios": total.n, "runs": len(runs), "pass_1": total.pass_1,
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


def write_report(runs: Sequence[ScenarioRun], k: int, folder: Path, model: str) -> Path:
    """Write the page.

    Args:
        runs: What was measured.
        k: Runs of each scenario.
        folder: Made where it is missing.
        model: Name of the model.

    Returns:
        The page.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = Page(f"Scenarios, model {model}")
    page.note(
        f"telekom eval scenarios, {k} runs of each scenario, every one with another wording and another demo. pass^1: "
        f"share of the scenarios whose first run passes. pass^{k}: share of which all {k} runs pass. A run passes when "
        "the database and the answers are afterwards as the scenario's file expects."
    )
    head = ("scenarios", "pass^1", f"pass^{k}")
    page.table(("", *head), [_cells(passed("all", runs))])
    page.heading("By behaviour")
    page.table(("behaviour", *head), [_cells(group) for group in by_behaviour(runs)])
    _scenarios(page, runs_by_scenario(runs))
    _failed(page, [run for run in runs if not run.passed])
    return page.write(folder)


def _cells(group: PassRates) -> tuple[Cell, ...]:
    return group.name, group.n, group.pass_1, group.pass_k


def _scenarios(page: Page, runs: Mapping[str, Sequence[ScenarioRun]]) -> None:
    page.heading("By scenario")
    rows = [
        (name, own[0].scenario.title, " ".join("✓" if run.passed else "✗" for run in own)) for name, own in runs.items()
    ]
    bad = [place for place, own in enumerate(runs.values()) if not all(run.passed for run in own)]
    page.table(("scenario", "", "runs"), rows, bad)


def _failed(page: Page, runs: Sequence[ScenarioRun]) -> None:
    page.heading(f"Runs that failed ({len(runs)})")
    if runs:
        head = ("scenario", "run", "what failed", "what happened")
        page.table(
            head, [(run.scenario.id, run.number, "\n".join(run.failures), run.text) for run in runs]
        )  # fmt: skip
