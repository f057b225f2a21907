"""``telekom eval scenarios`` and ``telekom eval scenario-docs``."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import advance, console, progress_bar, show_table, stop
from cli.served_agent import agent_or_stop

if TYPE_CHECKING:
    from evaluation.scenarios.format import Scenario
    from evaluation.scenarios.transcript import ScenarioRun
    from evaluation.served_agent import ServedAgent

scenario_app = typer.Typer()

# The heavy parts are imported inside the commands: `telekom --help` answers at once.

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="other scenarios than the agent's own", exists=True, file_okay=False)
]


@scenario_app.command()
def scenarios(
    k: Annotated[int, typer.Option(help="runs of each, every one in another wording on another demo", min=1)] = 4,
    model: Annotated[str | None, typer.Option(help="TELEKOM_MODEL for this run")] = None,
    only: Annotated[list[str] | None, typer.Option(help="an id; may be given several times")] = None,
    scripted: Annotated[bool, typer.Option(help="no model: the meaning that the files state")] = False,
    report: Annotated[Path | None, typer.Option(help="folder of a page with what failed", file_okay=False)] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="write the figures there as one JSON object", dir_okay=False)
    ] = None,
    bar: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="PASS1 PASSK", help="end with status 1 below this pass^1 or this pass^k"),
    ] = None,
    folder: FolderOption = None,
) -> None:
    """Play conversations, and score what stands in the database and in the answers afterwards."""
    from evaluation.scenarios.report import by_behaviour, failing, figures, passed, write_report
    from evaluation.scripted import scripted_models

    chosen = _read(folder, only or ())
    agent = agent_or_stop(model, scripted_models() if scripted else None)
    runs = _measure(chosen, k, agent)
    total = passed("all", runs)
    rows = [(one.name, one.n, f"{one.pass_1:.4f}", f"{one.pass_k:.4f}") for one in (total, *by_behaviour(runs))]
    show_table(f"scenarios, model {agent.models.name}", ("behaviour", "scenarios", "pass^1", f"pass^{k}"), rows)
    if wrong := failing(runs):
        show_table(f"failed ({len(wrong)} of {total.n})", ("scenario", "runs", "what failed first"), wrong)
    if json_out:
        json_out.parent.mkdir(parents=True, exist_ok=True)
        json_out.write_text(
            json.dumps(figures(runs, k, agent.provenance()), ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if report:
        console.print(f"report: {write_report(runs, k, report, agent.describe())}", markup=False)
    if bar and (total.pass_1 < bar[0] or total.pass_k < bar[1]):
        raise stop(f"pass^1 {total.pass_1:.4f}, pass^{k} {total.pass_k:.4f}: below the bar of {bar[0]}, {bar[1]}", 1)


@scenario_app.command()
def scenario_docs(
    out: Annotated[Path | None, typer.Option(help="the page; default: docs/test-scenarios.md", dir_okay=False)] = None,
    folder: FolderOption = None,
) -> None:
    """Write docs/test-scenarios.md from the scenarios' files."""
    from evaluation.scenarios.docs import PAGE, document

    page = out or PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(document(_read(folder, ())), encoding="utf-8")
    console.print(f"written: {page}", markup=False)


def _read(folder: Path | None, only: Sequence[str]) -> list[Scenario]:
    """Return the scenarios; bad files end the command with status 2, each fault with its place on stderr."""
    from evaluation.scenarios.loader import FOLDER, BadScenarios, read_scenarios

    try:
        return read_scenarios(folder or FOLDER, only)
    except (BadScenarios, OSError) as error:
        raise stop(str(error), 2) from error


def _measure(chosen: Sequence[Scenario], k: int, agent: ServedAgent) -> list[ScenarioRun]:
    from evaluation.scenarios.runner import ScenarioRunner, measure

    with tempfile.TemporaryDirectory() as folder, progress_bar() as bar:
        done = advance(bar, bar.add_task("runs", total=len(chosen) * k))
        return asyncio.run(measure(chosen, k, ScenarioRunner(agent, Path(folder)), done))
