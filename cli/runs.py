"""``telekom runs list|show|export``: read recorded turns; the commands that run them again are in ``reruns.py``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.bisects import bisect_app
from cli.console import console
from cli.reruns import reruns_app
from cli.run_filters import finds_runs
from cli.stored import Json, RunId, one_line, open_runs, run_or_stop

runs_app = typer.Typer(help="Recorded turns: list, show, run again, compare.", no_args_is_help=True)
runs_app.add_typer(reruns_app)
runs_app.add_typer(bisect_app)


@runs_app.command("list")
@finds_runs
def list_runs(
    wanted: Any,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many at most")] = 30,
    as_json: Json = False,
) -> None:
    """List turns, newest first; personal data are masked."""

    async def read() -> Any:
        async with open_runs() as runs:
            return await runs.list(wanted, limit=limit)

    rows = asyncio.run(read())
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json(rows, indent=2))
        return
    from rich.table import Table

    table = Table("run", "when", "said", "told", "intent", "sure", "ms")
    for row in rows:
        sure = "" if row.confidence is None else f"{row.confidence:.2f}"
        words = [one_line(text, 40) for text in (row.message, row.answer)]
        table.add_row(row.id[:8], f"{row.started_at:%d.%m. %H:%M}", *words, row.error or row.intent, sure, str(row.ms))
    console.print(table)


@runs_app.command()
def show(run_id: RunId, as_json: Json = False) -> None:
    """Show what happened inside a turn; personal data are masked."""
    from pydantic_core import to_json

    async def read() -> Any:
        async with open_runs() as runs:
            return await runs.get(await runs.find(run_id))

    detail = run_or_stop(read())
    if as_json:
        typer.echo(to_json(detail, indent=2))
        return
    row = detail.row
    console.print(f"[bold]{row.id}[/] {row.started_at:%d.%m.%Y %H:%M:%S} {row.channel} {row.ms} ms", highlight=False)
    console.print(f"customer: {row.message}\nagent: {row.answer}", markup=False, highlight=False)
    for step in detail.steps:
        console.print(f"\n[bold]{step['node']}[/] {step['ms']} ms {step['error'] or ''}", highlight=False)
        console.print(json.dumps(step["output"], ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    for use in detail.models:
        console.print(f"\n[bold]{use['role']}[/] {use.get('ms')} ms", highlight=False)
        console.print(json.dumps(use.get("output"), ensure_ascii=False), markup=False, soft_wrap=True)
    console.print(json.dumps(detail.setup, ensure_ascii=False), markup=False, soft_wrap=True)


@runs_app.command()
def export(file: Annotated[Path, typer.Argument(help="JSON Lines, a turn a line, masked")], limit: int = 1000) -> None:
    """Write the newest turns with everything that happened inside them to a file."""
    from pydantic_core import to_json

    from database.run_records import RunFilter
    from database.runs import RunNotFound

    async def write() -> int:
        async with open_runs() as runs:
            written = 0
            with file.open("wb") as lines:
                for row in await runs.list(RunFilter(), limit=limit):
                    try:
                        lines.write(to_json(await runs.get(row.id)) + b"\n")
                    except RunNotFound:  # older than the retention
                        continue
                    written += 1
            return written

    console.print(f"{run_or_stop(write())} turns written to {file}", markup=False, highlight=False, soft_wrap=True)
