"""``telekom prove``: the commands that prove what docs/reliability.md promises, with figures."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.console import JsonOption, console, errors, show_table, stop, write_json

prove_app = typer.Typer(help="Prove that nothing is lost, doubled or left untold.", no_args_is_help=True)


@prove_app.callback()
def _group() -> None:
    """Keep the name of a single command."""


@prove_app.command()
def kills(
    deaths: Annotated[int, typer.Option(help="processes that die", min=1)] = 150,
    seed: Annotated[int, typer.Option(help="chooses order, moments and what clients do")] = 0,
    database: Annotated[
        Literal["sqlite", "postgresql"], typer.Option(help="PostgreSQL: TEST_POSTGRES_URL names a server")
    ] = "sqlite",
    minutes: Annotated[float | None, typer.Option(help="end after so many minutes at the latest")] = None,
    json_out: JsonOption = None,
) -> None:
    """Kill processes in the middle of every change and look at what a client finds afterwards; 1 if a promise broke."""
    from evaluation.reliability.matrix import Matrix, is_kept

    server = os.environ.get("TEST_POSTGRES_URL")
    if database == "postgresql" and not server:
        raise stop("TEST_POSTGRES_URL names no PostgreSQL server whose user may create databases.", 2)
    logging.disable(logging.ERROR)  # what a killed process leaves is warned of, thousands of times
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        matrix = Matrix(Path(folder), seed, server if database == "postgresql" else None)
        until = 0.0 if minutes is None else began + 60 * minutes
        report = matrix.run(deaths, _counted, until).report()
    report = {"database": database, "seed": seed, **report, "seconds": round(time.monotonic() - began)}
    shown = {name: value for name, value in report.items() if not isinstance(value, dict | list)}
    shown |= {f"broken: {name}": value for name, value in report["broken"].items()}
    shown |= {f"resumed: {name}": value for name, value in report["resumed_s"].items()}
    show_table("Kill matrix", ("figure", "value"), shown.items())
    write_json(json_out, report)
    for example in report["examples"]:
        console.print_json(data=example)
    if not is_kept(report):
        errors.print("A promise did not hold.", style="red")
        raise typer.Exit(1)


def _counted(done: int) -> None:
    """Tell how many have died; a progress bar would be a thread, and no process is forked beside one."""
    errors.print(f"{done} deaths", end="\r", highlight=False)


def _memory() -> str | None:
    """Return a folder in memory, where there is one: a killed process loses nothing that it had written there."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # nosec B108
