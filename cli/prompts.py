"""``telekom prompts list|check|diff``: what is served and from where, whether it can be served, and how it differs.

The commands that write versions and move labels are in ``texts.py``.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, errors, show_table, stop
from cli.rollouts import rollouts_app
from cli.stored import Json, open_runs, run_or_stop
from cli.text_files import files_named, name_of, served_now
from cli.texts import texts_app

if TYPE_CHECKING:
    from service.texts import ServedText

prompts_app = typer.Typer(
    help="Everything that customers read: which texts are served, their versions and labels.", no_args_is_help=True
)
prompts_app.add_typer(texts_app)
prompts_app.add_typer(rollouts_app, name="rollout")


@prompts_app.command("list")
def list_texts(as_json: Json = False) -> None:
    """List every text: from where it is served (label, operator's folder, our files), its version and its hash."""
    import json

    served, labels = run_or_stop(served_now())
    if as_json:
        told = [
            {"name": name, "origin": each.origin, "label": each.label, "number": each.number, "sha": each.sha,
             "labels": labels.get(name, {}), "source": each.text}
            for name, each in served.items()
        ]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    rows = [
        (name, _origin(each), each.number, each.sha, ", ".join(f"{k} {v}" for k, v in labels.get(name, {}).items()))
        for name, each in served.items()
    ]
    show_table(None, ("text", "served from", "version", "hash", "labels"), rows)


@prompts_app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files or folders; none: what is served", exists=True)
    ] = None,
) -> None:
    """Check texts as the server would at its start; every mistake is named with file and line, status 1."""
    from agent.models import trained_options
    from core.settings import Settings
    from service.texts import contents_of

    settings = Settings()
    served, _ = run_or_stop(served_now())
    texts = {name: each.text for name, each in served.items()}
    chosen = files_named(paths, texts) if paths else texts

    async def checked() -> None:
        contents_of({**texts, **chosen}, settings, trained_options(settings))

    run_or_stop(checked())
    console.print(f"{len(chosen)} texts: nothing is wrong")


@prompts_app.command()
def diff(
    name: Annotated[str, typer.Argument(help="the text, such as respond or prompts/answers.yaml")],
    file: Annotated[Path | None, typer.Option(help="compare with this file", exists=True, dir_okay=False)] = None,
    run: Annotated[str | None, typer.Option(help="compare with what this recorded turn had")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="compare with this version in the registry")] = None,
) -> None:
    """Show what differs from the served text to a file, or from a run or a version to it; status 1 if anything."""
    from rich.text import Text

    served, _ = run_or_stop(served_now())
    name = name_of(name, served)
    if sum(each is not None for each in (file, run, version)) != 1:
        raise stop("Name what to compare with: --file FILE, --run ID or --version NUMBER.", 2)
    if file is not None:
        other, label = file.read_text(encoding="utf-8"), str(file)
        _warn(name, other, served)
    elif run is not None:
        other, label = run_or_stop(_recorded(run, name)), f"run {run}"
    else:
        other, label = run_or_stop(_version(name, version or 0)), f"version {version}"
    sides = [(other, label), (served[name].text, "served")]
    if file is not None:  # from what is served to the file; from what was to what is served
        sides.reverse()
    (before, first), (after, second) = sides
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), first, second, lineterm=""))
    if not lines:
        console.print(f"{name}: the same")
        return
    style = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        console.print(Text(line, style=style.get(line[:1], "")), soft_wrap=True)
    raise typer.Exit(1)


def _origin(text: ServedText) -> str:
    return {"label": f"label {text.label}", "folder": "operator's folder", "files": "our files"}[text.origin]


def _warn(name: str, content: str, served: dict[str, ServedText]) -> None:
    """Warn if the server would refuse this content; it is compared nevertheless."""
    from agent.prompt_files import PromptError
    from core.operator_facts import KnowledgeError
    from core.settings import Settings
    from service.texts import contents_of

    try:
        contents_of({**{each.name: each.text for each in served.values()}, name: content}, Settings(), None)
    except (PromptError, KnowledgeError) as error:
        errors.print(f"It could not be served: {error}", style="yellow", markup=False, highlight=False)


async def _recorded(beginning: str, name: str) -> str:
    async with open_runs() as runs:
        detail = await runs.get(await runs.find(beginning))
    found = {f"prompts/{each}.md": text for each, text in detail.prompts.items()} | detail.texts
    if name not in found:
        raise stop(f"The run {beginning} had no text {name}.", 1)
    return found[name]


async def _version(name: str, number: int) -> str:
    from cli.stored import open_database
    from database.texts import Texts

    async with open_database() as database:
        return (await Texts(database).version(name, number)).text
