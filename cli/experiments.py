"""``telekom experiments run|list|show``: a set of turns under several versions, models and temperatures, judged."""

from __future__ import annotations

import itertools
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import advance, progress_bar, show_table
from cli.print_experiment import print_experiment
from cli.stored import Json, open_database, opened_service, run_or_stop

if TYPE_CHECKING:
    from database.experiments import ExperimentRow, TurnResult
    from replay.experiment import Side
    from service.container import RunningService

experiments_app = typer.Typer(help="Sets of recorded turns under several versions, judged.", no_args_is_help=True)
_BY = "telekom command"


class FailOn(StrEnum):
    """When the command ends with status 1."""

    NEVER = "never"
    WORSE = "worse"
    SURELY_WORSE = "surely-worse"


_Versions = Annotated[
    list[str] | None,
    typer.Option(
        "--version",
        help="recorded, served, label:NAME, TEXT@NUMBER, or files and folders with commas between; the first one "
        "is what the others are compared with",
    ),
]
_FailOn = Annotated[FailOn, typer.Option(help="status 1 if any turn is worse, or more than chance explains")]


@experiments_app.command()
def run(
    set_name: Annotated[str, typer.Argument(help="the set")],
    version: _Versions = None,
    model: Annotated[list[str] | None, typer.Option(help="models that write, as TELEKOM_MODEL names them")] = None,
    temperature: Annotated[list[float] | None, typer.Option(min=0, max=2, help="temperatures")] = None,
    repeat: Annotated[int, typer.Option(min=1, max=20, help="how often each turn runs on each side")] = 1,
    go_on: Annotated[str | None, typer.Option(help="go on with this experiment that was stopped")] = None,
    fail_on: _FailOn = FailOn.NEVER,
    as_json: Json = False,
) -> None:
    """Run the turns of a set under every version, model and temperature, and compare each with the first."""
    names = version or ["served"]

    async def work() -> tuple[ExperimentRow, list[TurnResult]]:
        from core.clock import istanbul_now
        from database.experiments import Experiments
        from replay.experiment import ExperimentRunner, begin_experiment
        from replay.rerun_comparison import rerunner_of

        async with opened_service() as service:
            store = Experiments(service.database)
            if go_on is None:
                sides = await _sides(service, names, model or [], temperature or [])
                row = await begin_experiment(store, service.runs, set_name, sides, repeat, _BY, istanbul_now())
            else:
                row = await store.experiment(go_on)
            total = len(await store.turns(row.set_name)) * len(row.sides) * row.repetitions
            with progress_bar() as bar:
                done = advance(bar, bar.add_task(f"experiment {row.id[:8]}", total=total))
                await ExperimentRunner(rerunner_of(service), service.runs, store).run(row, done=done)
            return await store.experiment(row.id), await store.results(row.id)

    row, results = run_or_stop(work())
    print_experiment(row, results, as_json)
    _end(row, fail_on)


@experiments_app.command("list")
def list_experiments(as_json: Json = False) -> None:
    """List the experiments, the newest first."""

    async def read() -> list[ExperimentRow]:
        from database.experiments import Experiments

        async with open_database() as database:
            return await Experiments(database).experiments()

    found = run_or_stop(read())
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json(found, indent=2))
        return
    rows = [
        (each.id[:8], each.set_name, f"{each.at:%d.%m.%Y %H:%M}", each.by,
         " / ".join(side["name"] for side in each.sides), "done" if each.verdict else "not done")
        for each in found
    ]  # fmt: skip
    show_table(None, ("experiment", "set", "when", "by", "sides", ""), rows)


@experiments_app.command()
def show(
    experiment: Annotated[str, typer.Argument(help="its id, or its beginning")],
    fail_on: _FailOn = FailOn.NEVER,
    as_json: Json = False,
) -> None:
    """Show what an experiment has found."""

    async def read() -> tuple[ExperimentRow, list[TurnResult]]:
        from database.experiments import Experiments

        async with open_database() as database:
            store = Experiments(database)
            row = await store.experiment(experiment)
            return row, await store.results(row.id)

    row, results = run_or_stop(read())
    print_experiment(row, results, as_json)
    _end(row, fail_on)


def _end(row: ExperimentRow, fail_on: FailOn) -> None:
    from replay.verdicts import worse

    if fail_on is not FailOn.NEVER and (
        row.verdict is None or worse(row.verdict, surely=fail_on is FailOn.SURELY_WORSE)
    ):
        raise typer.Exit(1)


async def _sides(
    service: RunningService, versions: list[str], models: list[str], temperatures: list[float]
) -> list[Side]:
    """Return a side for every version, model and temperature."""
    from replay.experiment import Side

    texts = [(name, await _texts(service, name)) for name in versions]
    every_model: list[str | None] = [*models] or [None]
    every_temperature: list[float | None] = [*temperatures] or [None]
    every = itertools.product(texts, every_model, every_temperature)
    return [Side.of(name, content, model, heat) for (name, content), model, heat in every]


async def _texts(service: RunningService, name: str) -> dict[str, str]:
    from cli.text_files import files_named
    from service.text_versions import SERVED, texts_named

    paths = [Path(each) for each in name.split(",")]
    if not all(path.exists() for path in paths):
        return await texts_named(name, service.texts)
    now = await texts_named(SERVED, service.texts)
    found = {**now, **files_named(paths, now)}
    service.texts.rules.contents(found)
    return found
