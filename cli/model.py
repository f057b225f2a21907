"""``telekom model``: lists, tests, fetches, exports and packs the models. The work is in ``agent``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import console, show_table, stop
from cli.stored import Json
from core.progress import stage_bars

if TYPE_CHECKING:
    from agent.specs import Spec
    from core.settings import Settings

model_app = typer.Typer(help="The chat model and the decision model.", no_args_is_help=True)

SpecText = Annotated[str | None, typer.Argument(help="as TELEKOM_MODEL names it; default: what is configured")]


@model_app.command("list")
def list_models(as_json: Json = False) -> None:
    """List the configured models: place, size, and the state of a model's server."""
    settings = _settings()
    rows = [_row(role, spec, settings) for role, spec in _configured(settings).items()]
    if as_json:
        typer.echo(_json({"models": rows}))
        return
    head = ("role", "model", "where", "size", "answers")
    cells = [[row["role"], row["model"], row["where"], _size(row["bytes"]), row["answers"] or "?"] for row in rows]
    show_table(None, head, cells)
    console.print("`telekom model info` loads them and asks.", style="dim")


@model_app.command()
def info(spec: SpecText = None, as_json: Json = False) -> None:
    """Load a model, ask it a small question and show its abilities."""
    from agent.errors import AgentError
    from agent.inspection import inspect

    settings = _settings().model_copy(update={"model": spec} if spec else {})
    with _named(AgentError), stage_bars() as progress:
        found = inspect(settings, only_chat_model=spec is not None, progress=progress)
    if as_json:
        typer.echo(_json(found))
    else:
        show_table(None, ("what", ""), [(name, value) for name, value in found.items()])
    if not found["answers"]:
        raise typer.Exit(1)


@model_app.command()
def pull(spec: SpecText = None) -> None:
    """Fetch a model or prepare the embedded one, so that the service starts at once."""
    from agent.errors import AgentError
    from agent.inspection import fetch

    settings = _settings()
    wanted = [spec] if spec else [str(each) for each in _configured(settings).values()]
    with _named(AgentError), stage_bars() as progress:
        for each in dict.fromkeys(wanted):
            console.print(f"{each}: {fetch(each, settings, progress)}", markup=False, highlight=False, soft_wrap=True)


@model_app.command()
def export(out: Annotated[Path, typer.Argument(help="folder; made, and filled")]) -> None:
    """Write the embedded model as plain folders of transformers: chat model in DIR, decision model in DIR/decision."""
    from agent.errors import ModelError
    from agent.export import DECISION, export_embedded

    if out.exists() and not out.is_dir():
        raise stop(f"{out} is no folder; nothing was written.", 2)
    with _named(ModelError, OSError), stage_bars() as progress:
        export_embedded(out, progress)
    for place, served in ((out, "endpoint"), (out / DECISION, "systemone")):
        told = f"{place}  ({_size(_bytes(place))}): transformers serve {place}, then {served}:http://localhost:8000#{place}"
        console.print(told, markup=False, highlight=False, soft_wrap=True)


@model_app.command()
def pack(file: Annotated[Path, typer.Argument(help="the file to write, for example telekom-weights.zip")]) -> None:
    """Write everything that the embedded model needs into one file, for TELEKOM_WEIGHTS."""
    from agent.errors import ModelError
    from agent.local.embedded import embedded_files
    from agent.local.pack import write_pack

    if file.is_dir():
        raise stop(f"{file} is a folder; nothing was written.", 2)
    settings = _settings()
    with _named(ModelError, OSError), stage_bars() as progress:
        sources = embedded_files(cache=settings.model_cache, weights=settings.weights, progress=progress)
        digest = write_pack(file, sources, progress)
    told = f"{file}  ({_size(file.stat().st_size)}, sha256 {digest}): start with TELEKOM_WEIGHTS={file}"
    console.print(told, markup=False, highlight=False, soft_wrap=True)


def _settings() -> Settings:
    from pydantic import ValidationError

    from core.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise stop(f"The settings are not valid: {error}", 2) from error


def _configured(settings: Settings) -> dict[str, Spec]:
    from agent.errors import ModelError
    from agent.specs import CHAT_KINDS, DECISION_KINDS, parse

    with _named(ModelError):
        return {
            "writes": parse(settings.model, CHAT_KINDS, "TELEKOM_MODEL"),
            "decides": parse(settings.decision_model, DECISION_KINDS, "TELEKOM_DECISION_MODEL"),
        }


def _row(role: str, spec: Spec, settings: Settings) -> dict[str, Any]:
    from agent.inspection import reached, where

    place = where(spec, settings)
    size = _bytes(place) if place is not None else None
    return {
        "role": role, "model": str(spec), "where": str(place or spec.place or "the chat model"),
        "bytes": size, "answers": reached(spec, settings),
    }  # fmt: skip


def _bytes(place: Path) -> int:
    if place.is_file():
        return place.stat().st_size
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())


def _size(count: int | None) -> str:
    return "" if count is None else f"{count / 1e6:,.0f} MB"


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


@contextmanager
def _named(*errors: type[Exception]) -> Iterator[None]:
    """End the command with status 1 on one of the errors, with its message."""
    try:
        yield
    except errors as error:
        raise stop(str(error), 1) from error
