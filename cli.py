"""The `telekom` command: serve, measure, train."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from settings import Settings

app = typer.Typer(help="A customer-service agent for telecom operators.", no_args_is_help=True, add_completion=False)
eval_app = typer.Typer(help="Measure the agent.", no_args_is_help=True)
train_app = typer.Typer(help="Train the embedded model.", no_args_is_help=True)
app.add_typer(eval_app, name="eval")
app.add_typer(train_app, name="train")
console = Console()
errors = Console(stderr=True)

# The heavy parts are imported inside the commands: `telekom --help` answers at once.


@app.command()
def serve() -> None:
    """Serve the chat page, REST and LangServe at http://localhost:8000 (PORT)."""
    from server import main as serve_forever

    serve_forever()


@eval_app.command()
def understanding(
    file: Annotated[Path, typer.Argument(help="JSON Lines, as evaluation/data describes", exists=True)],
    model: Annotated[str | None, typer.Option(help="TELEKOM_MODEL for this run")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="write the figures there as one JSON object")] = None,
    wrong: Annotated[bool, typer.Option(help="list the rows that went wrong")] = False,
) -> None:
    """Score tool choice, arguments and calibration on a file of messages."""
    from agent.models import load_models
    from evaluation.agent_under_test import schema_toolbox, served_understanding
    from evaluation.understanding import BadRows, read_rows, score

    settings = Settings() if model is None else Settings(model=model)
    toolbox = schema_toolbox()
    try:
        rows = read_rows(file, toolbox.names)
    except BadRows as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from error
    models = load_models(settings)
    with _progress() as bar:
        task = bar.add_task("messages", total=len(rows))
        understand = served_understanding(models, settings, toolbox)
        scores = asyncio.run(score(rows, understand, lambda done: bar.update(task, completed=done)))
    figures = scores.figures()
    table = Table("figure", "value", title=f"{file.name}, model {models.name}")
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)
    if wrong:
        for row in scores.wrong:
            console.print_json(json.dumps(row, ensure_ascii=False), indent=None)
    if json_out:
        json_out.write_text(json.dumps(figures) + "\n", encoding="utf-8")


@train_app.command()
def decisions(
    out: Annotated[Path, typer.Option(help="folder of the head")] = Path("agent/weights/decision"),
    keep_away_from: Annotated[
        list[Path] | None, typer.Option(help="measuring files: rows near one of their messages are left out")
    ] = None,
    cache: Annotated[Path | None, typer.Option(help="keep hidden states there, to go on after a stop")] = None,
) -> None:
    """Train the head that reads decisions from the trunk, on the written messages."""
    from agent.embedded import load_embedded
    from agent.prompt_files import load_prompts
    from training.decision_data import all_questions, measured_texts, read_examples, too_close
    from training.decisions import save, train_head

    examples = read_examples()
    near = too_close(examples, measured_texts(keep_away_from or []))
    examples = [example for example in examples if example not in near]
    options = all_questions(load_prompts()["questions"].data)
    console.print(f"{len(examples)} messages; {len(near)} left out because they are near a measuring file")
    loaded = load_embedded()
    with _progress() as bar:
        task = bar.add_task("messages", total=len(examples))
        model, fits = train_head(loaded, examples, options, _advance(bar, task), cache)
    save(model, fits, out)
    table = Table("question", "held-out accuracy", "temperature")
    for name, fit in fits.items():
        table.add_row(name, f"{fit.accuracy:.3f}", f"{fit.temperature:.2f}")
    console.print(table)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=errors
    )


def _advance(bar: Progress, task: object) -> Callable[[int], None]:
    return lambda done: bar.update(task, completed=done)  # type: ignore[arg-type]


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
