"""``telekom sets make|list|show|expect|drop``: sets of recorded turns that versions are tried on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import console, counted, show_table
from cli.run_filters import finds_runs
from cli.stored import Json, one_line, open_database, print_json, run_or_stop, runs_in

if TYPE_CHECKING:
    from database.experiments import SetRow, SetTurn
    from database.run_records import RunFilter

sets_app = typer.Typer(help="Sets of recorded turns that versions are tried on.", no_args_is_help=True)
SetName = Annotated[str, typer.Argument(help="the set")]
_BY = "telekom command"


@sets_app.command()
@finds_runs
def make(
    wanted: Any,
    name: SetName,
    run: Annotated[list[str] | None, typer.Argument(help="runs chosen by hand: ids or their beginnings")] = None,
    note: Annotated[str, typer.Option(help="what the set is for")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many of the newest at most")] = 200,
) -> None:
    """Freeze the turns that the options find, or those that are named, as a set; personal data are masked."""
    turns = run_or_stop(_made(name, run or [], wanted, limit, note))
    console.print(f"{name}: {counted(turns, 'turn')}", highlight=False)


async def _made(name: str, chosen: list[str], wanted: RunFilter, limit: int, note: str) -> int:
    from core.clock import istanbul_now
    from database.experiments import Experiments

    async with open_database() as database:
        runs = runs_in(database)
        if chosen:
            rows = [(await runs.get(await runs.find(each))).row for each in chosen]
        else:
            rows = await runs.list(wanted, limit=limit)
        made_from = {} if chosen else {**wanted.set, "limit": limit}
        await Experiments(database).make_set(name, rows, note=note, made_from=made_from, by=_BY, at=istanbul_now())
        return len({row.id for row in rows})


@sets_app.command("list")
def list_sets(as_json: Json = False) -> None:
    """List all sets, the newest first."""

    async def read() -> list[SetRow]:
        from database.experiments import Experiments

        async with open_database() as database:
            return await Experiments(database).sets()

    found = run_or_stop(read())
    if as_json:
        print_json(found)
        return
    rows = [
        (each.name, each.turns, f"{each.at:%d.%m.%Y %H:%M}", each.by, _told(each.made_from), each.note)
        for each in found
    ]
    show_table(None, ("set", "turns", "when", "by", "made from", "note"), rows)


@sets_app.command()
def show(name: SetName, as_json: Json = False) -> None:
    """Show the turns of a set and what is expected of them."""

    async def read() -> list[SetTurn]:
        from database.experiments import Experiments

        async with open_database() as database:
            store = Experiments(database)
            await store.set_of(name)
            return await store.turns(name)

    found = run_or_stop(read())
    if as_json:
        print_json(found)
        return
    rows = [
        (each.run_id[:8], one_line(each.message, 50), one_line(each.answer, 50), _told(each.expected)) for each in found
    ]
    show_table(None, ("run", "said", "told", "expected"), rows)


@sets_app.command()
def expect(
    name: SetName,
    file: Annotated[Path, typer.Argument(help="YAML: by run, intent, called, says, says_not, most_words", exists=True)],
) -> None:
    """Write what must hold of turns of a set."""

    async def write() -> int:
        from database.experiments import Experiments
        from replay.checks import expected_in, read_expectations

        expected = read_expectations(file)
        async with open_database() as database:
            store = Experiments(database)
            await store.set_of(name)
            wanted = expected_in(await store.turns(name), expected)
            await store.expect(name, wanted)
            return len(wanted)

    console.print(f"{name}: {counted(run_or_stop(write()), 'turn')} with expectations", highlight=False)


@sets_app.command()
def drop(name: SetName) -> None:
    """Delete a set with its experiments; the recorded turns stay."""

    async def delete() -> None:
        from database.experiments import Experiments

        async with open_database() as database:
            await Experiments(database).drop_set(name)

    run_or_stop(delete())
    console.print(f"{name} is deleted", highlight=False)


def _told(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
