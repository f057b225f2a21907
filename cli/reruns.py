"""``telekom runs replay|compare|keep``: run recorded turns again, compare them, make scenarios of them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.comparison_view import tell_difference, tell_set
from cli.console import advance, console, progress_bar, stop
from cli.stored import Json, RunId, contents, opened_service, or_stop, stored_data, stored_runs

if TYPE_CHECKING:
    from database.run_records import RunFilter
    from database.runs import Runs
    from replay.batch import SetComparison
    from replay.compared_rerun import Beside
    from replay.comparison import Difference, Told
    from replay.rerunner import Overrides

trial_app = typer.Typer()


@trial_app.command()
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
    from replay.rerunner import Overrides

    overrides = Overrides(
        node=node, prompts=contents(prompt), model=model, temperature=temperature,
        seed=seed, results={name: json.loads(text) for name, text in contents(result).items()},
    )  # fmt: skip

    async def run() -> Beside:
        from core.clock import istanbul_now
        from replay.compared_rerun import rerun_beside, rerunner_of

        async with opened_service() as service:
            whole = await service.runs.find(run_id)
            rerunner = rerunner_of(service)
            return await rerun_beside(rerunner, service.runs, whole, overrides, "telekom command", istanbul_now())

    found = or_stop(run())
    tell_difference(
        found.difference, as_json, {"id": found.id, "answer": found.answer, "not_recorded": found.not_recorded}
    )


@trial_app.command()
def compare(
    pair: Annotated[list[str] | None, typer.Argument(help="two runs; none: a set of turns under A and B")] = None,
    a: Annotated[list[str] | None, typer.Option("--a", help="NAME=FILE, a prompt file of side A")] = None,
    b: Annotated[list[str] | None, typer.Option("--b", help="NAME=FILE, a prompt file of side B")] = None,
    model_a: Annotated[str | None, typer.Option(help="the model that writes on side A")] = None,
    model_b: Annotated[str | None, typer.Option(help="the model that writes on side B")] = None,
    intent: Annotated[str | None, typer.Option(help="only turns with this operation")] = None,
    tool: Annotated[str | None, typer.Option(help="only turns with this operation run")] = None,
    score: Annotated[int | None, typer.Option(min=-1, max=1, help="only turns that customers rated so")] = None,
    failed: Annotated[bool | None, typer.Option(help="only turns with, or without, an error")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many of the newest at most")] = 20,
    expect: Annotated[
        Path | None, typer.Option(help="YAML: by run, intent, called, says, says_not", exists=True, dir_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two recorded turns, or the newest turns under two sets of prompts or models."""
    from database.run_records import RunFilter
    from replay.rerunner import Overrides

    if pair:
        if len(pair) != 2:
            raise stop("Name two runs to compare them, or none to compare a set under --a and --b.", 2)
        tell_difference(or_stop(_recorded_difference(*pair)), as_json, {})
        return
    sides = (Overrides(prompts=contents(a), model=model_a), Overrides(prompts=contents(b), model=model_b))
    if sides[0] == sides[1]:
        raise stop("Both sides are the same: name a prompt with --a or --b, or a model with --model-a or --model-b.", 2)
    wanted = RunFilter(intent=intent, tool=tool, score=score, failed=failed)
    tell_set(or_stop(_set(wanted, limit, sides, expect)), as_json)


async def _recorded_difference(first: str, second: str) -> Difference:
    from replay.comparison import difference

    async with stored_runs() as runs:
        return difference(await _told(runs, first), await _told(runs, second))


async def _set(wanted: RunFilter, limit: int, sides: tuple[Overrides, Overrides], expect: Path | None) -> SetComparison:
    from replay.batch import compare_set, read_expectations
    from replay.compared_rerun import rerunner_of

    expected = read_expectations(expect) if expect else {}
    async with opened_service() as service:
        rows = await service.runs.list(wanted, limit=limit)
        with progress_bar() as bar:
            done = advance(bar, bar.add_task("turns, twice each", total=len(rows)))
            return await compare_set(rerunner_of(service), service.runs, rows, sides, expected, done)


@trial_app.command()
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
        from replay.scenario_export import kept_scenario

        async with stored_data() as (database, runs):
            return await kept_scenario(database, runs, await runs.find(run_id), name)

    content = or_stop(read())
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    console.print(f"written: {file}\nplay it: telekom eval scenarios --folder {folder}", markup=False, highlight=False)


async def _told(runs: Runs, beginning: str) -> Told:
    from replay.comparison import Told

    detail = await runs.get(await runs.find(beginning))
    return Told.of(asdict(detail.row), detail.calls)
