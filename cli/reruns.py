"""``telekom runs replay|compare|keep``: run recorded turns again, compare them, export a scenario file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import advance, console, progress_bar, show_table, stop
from cli.print_comparison import print_batch, print_difference, print_rerun
from cli.stored import (
    Json,
    RunId,
    one_line,
    open_database,
    open_runs,
    opened_service,
    read_json_objects,
    read_named_files,
    run_or_stop,
    runs_in,
)

if TYPE_CHECKING:
    from database.run_records import RerunRow, RunFilter
    from database.runs import Runs
    from replay.batch import BatchComparison
    from replay.comparison import Difference, RunSummary
    from replay.overrides import Overrides
    from replay.rerun_comparison import RerunComparison

reruns_app = typer.Typer()


@reruns_app.command()
def replay(
    run_id: RunId,
    node: Annotated[str | None, typer.Option(help="where to begin")] = None,
    prompt: Annotated[list[str] | None, typer.Option(help="NAME=FILE, a prompt file instead of the served one")] = None,
    model: Annotated[str | None, typer.Option(help="another model that writes, as TELEKOM_MODEL names it")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    result: Annotated[list[str] | None, typer.Option(help="OPERATION=FILE, a JSON result instead")] = None,
    as_json: Json = False,
) -> None:
    """Run a turn again, with the models of the settings; thread and data stay as they are."""
    from replay.overrides import Overrides

    overrides = Overrides(
        node=node, prompts=read_named_files(prompt), model=model, temperature=temperature,
        seed=seed, results=read_json_objects(result),
    )  # fmt: skip

    async def run() -> RerunComparison:
        from core.clock import istanbul_now
        from replay.rerun_comparison import rerun_and_compare, rerunner_of

        async with opened_service() as service:
            whole = await service.runs.find(run_id)
            rerunner = rerunner_of(service)
            return await rerun_and_compare(rerunner, service.runs, whole, overrides, "telekom command", istanbul_now())

    found = run_or_stop(run())
    print_rerun(found, as_json)


@reruns_app.command("reruns")
def list_reruns(
    run_id: RunId,
    rerun: Annotated[str | None, typer.Argument(help="show this one whole, as JSON: its id or its beginning")] = None,
    as_json: Json = False,
) -> None:
    """List the saved re-runs of a turn, the newest first, or show one with everything that happened in it."""

    async def read() -> Sequence[RerunRow]:
        async with open_runs() as runs:
            return await runs.reruns(await runs.find(run_id))

    found = [each for each in run_or_stop(read()) if each.id.startswith(rerun or "")]
    if rerun is not None and len(found) != 1:
        raise stop(f"There is no re-run {rerun} of this turn, or several begin so.", 1)
    if as_json or rerun is not None:
        from pydantic_core import to_json

        typer.echo(to_json(found[0] if rerun is not None else found, indent=2))
        return
    rows = [
        (each.id[:8], f"{each.at:%d.%m.%Y %H:%M}", each.by, ", ".join(each.overrides) or "nothing",
         one_line(each.outcome.get("answer") or each.outcome.get("failure"), 60))
        for each in found
    ]  # fmt: skip
    show_table(None, ("re-run", "when", "by", "changed", "told"), rows)


@reruns_app.command()
def compare(
    pair: Annotated[list[str] | None, typer.Argument(help="two runs; none: a set of turns under A and B")] = None,
    a: Annotated[list[str] | None, typer.Option("--a", help="NAME=FILE, a prompt file of side A")] = None,
    b: Annotated[list[str] | None, typer.Option("--b", help="NAME=FILE, a prompt file of side B")] = None,
    model_a: Annotated[str | None, typer.Option(help="the model that writes on side A")] = None,
    model_b: Annotated[str | None, typer.Option(help="the model that writes on side B")] = None,
    intent: Annotated[str | None, typer.Option(help="only turns with this operation")] = None,
    tool: Annotated[str | None, typer.Option(help="only turns with this operation run")] = None,
    score: Annotated[int | None, typer.Option(min=-1, max=1, help="only turns that customers rated so")] = None,
    failed: Annotated[bool | None, typer.Option(help="only turns with, or without, a fault")] = None,
    refused: Annotated[bool | None, typer.Option(help="only turns with, or without, a refused operation")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many of the newest at most")] = 20,
    expect: Annotated[
        Path | None, typer.Option(help="YAML: by run, intent, called, says, says_not", exists=True, dir_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two recorded turns, or the newest turns under two sets of prompts or models; status 1 if any is worse."""
    from database.run_records import RunFilter
    from replay.overrides import Overrides

    if pair:
        if len(pair) != 2:
            raise stop("Name two runs to compare them, or none to compare a set under --a and --b.", 2)
        print_difference(run_or_stop(_recorded_difference(*pair)), as_json, {})
        return
    sides = (
        Overrides(prompts=read_named_files(a), model=model_a),
        Overrides(prompts=read_named_files(b), model=model_b),
    )
    if sides[0] == sides[1]:
        raise stop("Both sides are the same: name a prompt with --a or --b, or a model with --model-a or --model-b.", 2)
    wanted = RunFilter(intent=intent, tool=tool, score=score, failed=failed, refused=refused)
    found = run_or_stop(_batch(wanted, limit, sides, expect))
    print_batch(found, as_json)
    if found.count("worse"):
        raise typer.Exit(1)


async def _recorded_difference(first: str, second: str) -> Difference:
    from replay.comparison import difference

    async with open_runs() as runs:
        return difference(await _summary(runs, first), await _summary(runs, second))


async def _batch(
    wanted: RunFilter, limit: int, sides: tuple[Overrides, Overrides], expect: Path | None
) -> BatchComparison:
    from replay.batch import compare_batch
    from replay.checks import read_expectations
    from replay.rerun_comparison import rerunner_of

    expected = read_expectations(expect) if expect else {}
    async with opened_service() as service:
        rows = await service.runs.list(wanted, limit=limit)
        with progress_bar() as bar:
            done = advance(bar, bar.add_task("turns, twice each", total=len(rows)))
            return await compare_batch(rerunner_of(service), service.runs, rows, sides, expected, done)


@reruns_app.command()
def keep(
    run_id: RunId,
    name: Annotated[str, typer.Option("--as", help="the scenario's id: lower case letters, digits and _")],
    folder: Annotated[Path, typer.Option(help="where the file goes", file_okay=False)] = Path("scenarios"),
    force: Annotated[bool, typer.Option(help="write over a file that is there")] = False,
) -> None:
    """Make a scenario file of a conversation up to this turn, masked: the draft of a test."""
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise stop(f"{name!r}: a scenario's id has lower case letters, digits and _ only.", 2)
    file = folder / f"{name}.yaml"
    if file.exists() and not force:
        raise stop(f"{file} is there already; --force writes over it.", 1)

    async def read() -> str:
        from replay.scenario_export import export_scenario

        async with open_database() as database:
            runs = runs_in(database)
            return await export_scenario(database, runs, await runs.find(run_id), name)

    content = run_or_stop(read())
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    console.print(f"written: {file}\nplay it: telekom eval scenarios --folder {folder}", markup=False, highlight=False)


async def _summary(runs: Runs, beginning: str) -> RunSummary:
    from replay.comparison import RunSummary

    detail = await runs.get(await runs.find(beginning))
    return RunSummary.of(asdict(detail.row), detail.calls)
