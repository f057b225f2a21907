"""``telekom runs bisect``: the change that flipped a recorded turn."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console
from cli.print_comparison import print_difference
from cli.stored import Json, RunId, opened_service, run_or_stop

if TYPE_CHECKING:
    from replay.bisect import Bisection
    from service.container import RunningService

bisect_app = typer.Typer()


@bisect_app.command()
def bisect(
    run_id: RunId,
    good: Annotated[
        str, typer.Option(help="a run that was good, or a version: served, label:NAME, TEXT@NUMBER")
    ] = "served",
    as_json: Json = False,
) -> None:
    """Find the fewest texts of a good version that make a turn another; status 1 if no text does."""

    async def search() -> Bisection:
        async with opened_service() as service:
            return await _search(service, run_id, good)

    found = run_or_stop(search())
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _print(found)
    if not found.culprits:
        raise typer.Exit(1)


async def _search(service: RunningService, run_id: str, good: str) -> Bisection:
    from replay.bisect import bisect, setup_changes, texts_of
    from replay.rerun_comparison import rerunner_of
    from service.text_versions import AT, LABEL, SERVED, texts_named

    runs = service.runs
    whole = await runs.find(run_id)
    if good == SERVED or good.startswith(LABEL) or AT in good:
        texts, setup = await texts_named(good, service.texts), {}
    else:
        detail = await runs.get(await runs.find(good))
        texts, setup = texts_of(detail), setup_changes(detail.setup, (await runs.get(whole)).setup)
    return await bisect(rerunner_of(service), runs, whole, texts, setup)


def _print(found: Bisection) -> None:
    from cli.console import counted

    console.print(f"{counted(len(found.changed), 'text')} changed, {found.reruns} re-runs", highlight=False)
    if found.unlike_record:
        console.print("With its own texts it no longer ends as recorded: code, models or data changed since.")
    if found.difference is not None:
        console.print(f"flipped by: {', '.join(found.culprits)}", highlight=False, soft_wrap=True)
        console.print("from the turn with its own texts to the one with the good ones:")
        print_difference(found.difference, False, {})
    else:
        console.print("No text explains it.")
    for name, (was, now) in found.setup.items():
        console.print(f"also differs: {name}, {was} when it was good, {now} in this turn", markup=False, soft_wrap=True)
