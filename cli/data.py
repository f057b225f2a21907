"""``telekom import`` and ``telekom export``: the operator's records as CSV or JSON lines."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import counted, printable, say, stop
from cli.stored import open_database
from core.progress import stage_bars

if TYPE_CHECKING:
    from database.exchange.importing import Imported

SHOWN_PROBLEMS = 50


class KindName(StrEnum):
    """The kinds of records, in the order in which an empty database takes them."""

    CUSTOMERS = "customers"
    CATALOGUE = "catalogue"
    LINES = "lines"
    BILLS = "bills"
    USAGE = "usage"
    TICKETS = "tickets"


KindArgument = Annotated[KindName, typer.Argument(help="what the rows are")]


def import_records(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(help="a file that ends in .csv, .jsonl or .ndjson")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check only, write nothing")] = False,
    update: Annotated[bool, typer.Option("--update", help="give stored records the file's values")] = False,
) -> None:
    """Import a file of records: all of it, or nothing where a row is bad. The same file twice changes nothing."""
    from database.exchange.files import UnknownFormat
    from database.exchange.importing import import_file
    from database.exchange.kinds import KINDS

    async def run() -> Imported:
        async with open_database(create=not dry_run) as database:
            with stage_bars(passing=True) as progress:
                return await import_file(
                    database, KINDS[kind], file, replace=update, dry_run=dry_run, progress=progress
                )

    try:
        done = asyncio.run(run())
    except UnknownFormat as error:
        raise stop(str(error), 2) from error
    except OSError as error:
        raise stop(f"{file}: {error.strerror}", 1) from error
    if done.problems:
        _tell_problems(done, dry_run)
        raise typer.Exit(1)
    would = "would be " if dry_run else ""
    kept = f", {done.kept.total()} kept as stored ({_reasons(done)})" if done.kept else ""
    say(
        f"{kind}: {counted(done.rows, 'row')}, {done.added} {would}added, {done.replaced} {would}replaced, "
        f"{done.unchanged} unchanged{kept}"
    )


def export_records(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(help="a file that ends in .csv, .jsonl or .ndjson")],
    force: Annotated[bool, typer.Option("--force", help="write over a file that is there")] = False,
) -> None:
    """Export all records of a kind to a file that can be imported again."""
    from database.exchange.exporting import export_file, left_out
    from database.exchange.files import UnknownFormat
    from database.exchange.kinds import KINDS

    if file.exists() and not force:
        raise stop(f"{file} is there already; --force writes over it.", 1)

    async def run() -> tuple[int, int]:
        async with open_database() as database:
            return await export_file(database, KINDS[kind], file), await left_out(database, KINDS[kind])

    try:
        count, behind = asyncio.run(run())
    except UnknownFormat as error:
        raise stop(str(error), 2) from error
    except OSError as error:
        raise stop(f"{file}: {error.strerror}", 1) from error
    say(f"{kind}: {counted(count, 'row')} in {file}")
    if behind:
        say(f"{counted(behind, 'row')} of erased persons stay in the database only, as the law wants.")


def _reasons(done: Imported) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(done.kept.items()))


def _tell_problems(done: Imported, dry_run: bool) -> None:
    for problem in done.problems[:SHOWN_PROBLEMS]:
        column = f", {problem.column}" if problem.column else ""
        _complain(f"line {problem.line}{column}: {problem.reason}")
    more = len(done.problems) - SHOWN_PROBLEMS
    unseen = f", {more} of them not shown" if more > 0 else ""
    end = "the file cannot be imported so" if dry_run else "nothing was imported"
    _complain(f"{counted(len(done.problems), 'problem')}{unseen}; {end}.")


def _complain(line: str) -> None:
    typer.echo(printable(line), err=True)
