"""``telekom runs``: list recorded turns, look into one, run it again, compare two, keep or export them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal import console, stop

if TYPE_CHECKING:
    from rich.text import Text

    from bootstrap import Service
    from database.runs import Runs
    from database.session import Database
    from replay.compare import Difference, Told

runs_app = typer.Typer(help="Recorded turns: list, show, run again, compare.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
RunId = Annotated[str, typer.Argument(help="the run's id, or its beginning")]


@runs_app.command("list")
def list_runs(
    intent: Annotated[str | None, typer.Option(help="only this operation")] = None,
    tool: Annotated[str | None, typer.Option(help="only with this operation run")] = None,
    below: Annotated[float | None, typer.Option(min=0, max=1, help="confidence below this")] = None,
    score: Annotated[int | None, typer.Option(min=-1, max=1, help="what the customer gave: 1 or -1")] = None,
    failed: Annotated[bool | None, typer.Option(help="only with, or only without, an error")] = None,
    slower: Annotated[int | None, typer.Option(min=0, help="longer than this, milliseconds")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many at most")] = 30,
    as_json: Json = False,
) -> None:
    """List turns, newest first; personal data are masked."""
    from database.runs import RunFilter

    wanted = RunFilter(intent=intent, tool=tool, below=below, score=score, failed=failed, slower=slower)

    async def read() -> Any:
        async with _stored_runs() as runs:
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
        words = [_plain(text, 40) for text in (row.message, row.answer)]
        table.add_row(row.id[:8], f"{row.started_at:%d.%m. %H:%M}", *words, row.error or row.intent, sure, str(row.ms))
    console.print(table)


@runs_app.command()
def show(run_id: RunId, as_json: Json = False) -> None:
    """Show what happened inside a turn; personal data are masked."""
    from pydantic_core import to_json

    async def read() -> Any:
        async with _stored_runs() as runs:
            return await runs.get(await runs.find(run_id))

    detail = _or_stop(read())
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
def replay(
    run_id: RunId,
    node: Annotated[str | None, typer.Option(help="where to begin")] = None,
    prompt: Annotated[list[str] | None, typer.Option(help="NAME=FILE, a prompt file instead of the served one")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2)] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    result: Annotated[list[str] | None, typer.Option(help="OPERATION=FILE, a JSON result instead")] = None,
    as_json: Json = False,
) -> None:
    """Run a turn again, with the models of the settings; thread and data stay as they are."""
    from replay.rerun import Overrides

    overrides = Overrides(
        node=node, prompts={name: _read(file) for name, file in map(_pair, prompt or [])}, temperature=temperature,
        seed=seed, results={name: json.loads(_read(file)) for name, file in map(_pair, result or [])},
    )  # fmt: skip

    async def run() -> Any:
        from clock import istanbul_now
        from replay.compare import Told, difference
        from replay.rerun import Rerunner

        async with _service() as service:
            whole = await service.runs.find(run_id)
            rerunner = Rerunner(service.database, service.runs, service.checkpointer, service.parts)
            again = await rerunner.rerun(whole, overrides)
            await rerunner.keep(again, overrides, "telekom command", istanbul_now())
            row, tape = await service.runs.tape(whole)
            before = Told(
                row.intent, Told.of({}, tape.calls).calls, row.answer or "", row.ms or 0,
                (row.tokens_in or 0) + (row.tokens_out or 0),
            )  # fmt: skip
            found = difference(before, Told.of(asdict(again.end), again.recorded.calls))
            return await service.runs.masked({"id": again.id, **asdict(found), "same": found.same,
                                              "not_recorded": again.not_recorded}, row.customer_id)  # fmt: skip

    told = _or_stop(run())
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show_difference(told)


@runs_app.command()
def compare(first: RunId, second: RunId, as_json: Json = False) -> None:
    """Compare two recorded turns."""
    from replay.compare import difference

    async def read() -> Difference:
        async with _stored_runs() as runs:
            return difference(await _told(runs, first), await _told(runs, second))

    found = _or_stop(read())
    told = {**asdict(found), "same": found.same}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show_difference(told)


@runs_app.command()
def export(file: Annotated[Path, typer.Argument(help="JSON Lines, a turn a line, masked")], limit: int = 1000) -> None:
    """Write the newest turns with everything that happened inside them to a file."""
    from pydantic_core import to_json

    from database.runs import RunFilter, RunNotFound

    async def write() -> int:
        async with _stored_runs() as runs:
            written = 0
            with file.open("wb") as lines:
                for row in await runs.list(RunFilter(), limit=limit):
                    try:
                        lines.write(to_json(await runs.get(row.id)) + b"\n")
                    except RunNotFound:  # older than the retention
                        continue
                    written += 1
            return written

    console.print(f"{_or_stop(write())} turns written to {file}", markup=False, highlight=False, soft_wrap=True)


async def _told(runs: Runs, beginning: str) -> Told:
    from replay.compare import Told

    detail = await runs.get(await runs.find(beginning))
    return Told.of(asdict(detail.row), detail.calls)


def _show_difference(told: dict[str, Any]) -> None:
    from rich.text import Text

    if told["same"]:
        console.print("same intent, calls and answer")
    else:
        if told["intent"]:
            console.print(f"intent: {told['intent'][0]} -> {told['intent'][1]}", markup=False)
        for mark, name in told["calls"]:
            console.print(f"{mark} {name}", markup=False)
        text = Text()
        for mark, words in told["words"]:
            text.append(words + " ", style={"=": "", "-": "red strike", "+": "green"}[mark])
        console.print(text)
    console.print(f"{told['ms']:+} ms, {told['tokens']:+} tokens", highlight=False)
    if told.get("not_recorded"):
        console.print(f"on a copy of the data: {', '.join(told['not_recorded'])}", markup=False)


def _or_stop(work: Any) -> Any:
    """What the work gives; what is wrong ends the command with status 1."""
    from agent.prompt_files import PromptError
    from database.runs import RunNotFound
    from replay.rerun import NotReplayable

    try:
        return asyncio.run(work)
    except RunNotFound as error:
        raise stop(f"There is no run {error}, or what happened inside it is no longer kept.", 1) from error
    except (NotReplayable, PromptError) as error:
        raise stop(str(error), 1) from error


@asynccontextmanager
async def _stored_runs() -> AsyncIterator[Runs]:
    """The record in the database of the settings, without loading a model."""
    from sqlalchemy.exc import SQLAlchemyError

    from database.runs import Runs
    from database.session import Database
    from masking import Masker
    from settings import Settings

    settings = Settings()
    database = Database(settings.resolved_database_url)
    if _lacks_file(database):
        raise stop(f"There is no database {database.url.database}; `telekom serve` makes it.", 1)
    try:
        yield Runs(database, Masker(settings.secret_key.get_secret_value().encode()))
    except SQLAlchemyError as error:
        raise stop(f"The database cannot be used: {getattr(error, 'orig', error)}", 1) from error
    finally:
        await database.close()


def _lacks_file(database: Database) -> bool:
    return database.is_sqlite and not Path(database.url.database or "").is_file()  # SQLite would make an empty one


@asynccontextmanager
async def _service() -> AsyncIterator[Service]:
    from bootstrap import open_service
    from settings import Settings

    async with open_service(Settings()) as service:
        yield service


def _pair(text: str) -> tuple[str, Path]:
    name, sign, file = text.partition("=")
    if not sign:
        raise stop(f"{text!r}: write NAME=FILE.", 2)
    return name, Path(file)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise stop(f"{file}: {error.strerror}", 2) from error


def _plain(text: str | None, most: int) -> Text:
    """One line of what somebody wrote; it must not steer the terminal."""
    from rich.text import Text

    line = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return Text(line if len(line) <= most else line[: most - 1] + "…")
