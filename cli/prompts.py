"""``telekom prompts``: list the served prompts, and compare one with a file or with the prompt of a recorded turn."""

from __future__ import annotations

import difflib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, show_table, stop
from cli.stored import Json, open_runs, run_or_stop

if TYPE_CHECKING:
    from agent.prompt_files import Prompt

prompts_app = typer.Typer(help="The prompts: which are served, and how they differ.", no_args_is_help=True)


@prompts_app.command("list")
def list_prompts(as_json: Json = False) -> None:
    """List the served prompts with the hash of their content and their variables."""
    import json

    prompts = _served()
    if as_json:
        listed = [{**asdict(one), "variables": sorted(one.variables)} for one in prompts.values()]
        typer.echo(json.dumps([{name: one[name] for name in ("name", "sha", "variables", "source")} for one in listed],
                              ensure_ascii=False, indent=2))  # fmt: skip
        return
    rows = [(one.name, one.sha, ", ".join(sorted(one.variables)), one.source.count("\n"), _purpose(one))
            for one in prompts.values()]  # fmt: skip
    show_table(None, ("prompt", "hash", "variables", "lines", "what it is for"), rows)


@prompts_app.command()
def diff(
    name: Annotated[str, typer.Argument(help="the prompt")],
    file: Annotated[Path | None, typer.Option(help="compare with this file", exists=True, dir_okay=False)] = None,
    run: Annotated[str | None, typer.Option(help="compare with what this recorded turn had")] = None,
) -> None:
    """Show what differs between the served prompt and a file, or what a recorded turn had; status 1 if anything."""
    from rich.text import Text

    prompts = _served()
    if name not in prompts:
        raise stop(f"There is no prompt {name}; there are {', '.join(prompts)}.", 2)
    if (file is None) == (run is None):
        raise stop("Name what to compare with: --file FILE, or --run ID.", 2)
    if file is not None:
        other, label = file.read_text(encoding="utf-8"), str(file)
        _check(name, other)
    else:
        other, label = run_or_stop(_recorded(str(run), name)), f"run {run}"
    sides = [(other, label), (prompts[name].source, "served")]
    if file is not None:  # from what is served to the file; from what a turn had to what is served
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


def _served() -> dict[str, Prompt]:
    from agent.prompt_files import PromptError, load_prompts
    from core.settings import Settings

    try:
        return load_prompts(Settings().prompts)
    except PromptError as error:
        raise stop(str(error), 1) from error


def _check(name: str, content: str) -> None:
    """Warn if the server would refuse this content as the prompt; it is compared nevertheless."""
    from agent.prompt_files import PromptError, read_prompt
    from cli.console import errors

    try:
        read_prompt(name, content)
    except PromptError as error:
        errors.print(f"It could not be served: {error}", style="yellow", markup=False, highlight=False)


async def _recorded(beginning: str, name: str) -> str:
    async with open_runs() as runs:
        detail = await runs.get(await runs.find(beginning))
    if name not in detail.prompts:
        raise stop(f"The run {beginning} had no prompt {name}.", 1)
    return detail.prompts[name]


def _purpose(prompt: Prompt) -> str:
    """Return the first comment of the prompt's front matter; it says what the prompt is for."""
    comments = [line.removeprefix("#").strip() for line in prompt.source.splitlines() if line.startswith("#")]
    return comments[0] if comments else ""
