"""Output of the commands on the terminal: results on stdout, errors and progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

console = Console()
errors = Console(stderr=True)

JsonOption = Annotated[
    Path | None, typer.Option("--json", help="write the figures there as one JSON object", dir_okay=False)
]


def progress_bar() -> Progress:
    """Return a bar on stderr that shows progress and elapsed time."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
    )


def advance(bar: Progress, task: TaskID) -> Callable[[int], None]:
    """Return a function that sets how much of the task is done."""
    return lambda done: bar.update(task, completed=done)


def show_table(title: str | None, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; every cell is printed as it is, brackets too."""
    if title:
        console.print(title, style="bold", markup=False, highlight=False)
    table = Table(*head)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


def say(line: str) -> None:
    """Print a line as it is; a customer's text in it does not steer the terminal."""
    console.print(printable(line), markup=False, highlight=False, soft_wrap=True)


def printable(text: str) -> str:
    """Replace control characters by blanks: a customer's text must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def stop(message: str, code: int) -> typer.Exit:
    """Print an error on stderr and return the exception that ends the command with this status."""
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)


def counted(number: int, what: str) -> str:
    """Return a number with what it counts: ``1 row``, ``2 rows``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def write_json(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Write figures as one JSON object; nothing without a path."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, ensure_ascii=False) + "\n", encoding="utf-8")
