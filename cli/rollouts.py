"""``telekom prompts rollout begin|list|show|return|serve``: versions of texts for a share of the conversations.

Every running process takes part within seconds, and the service takes a worse one back by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import console, show_table, stop
from cli.stored import Json, open_database, print_json, run_or_stop
from cli.text_files import name_of, served_now

if TYPE_CHECKING:
    from database.rollouts import Rollout
    from service.rollouts import RolloutDesk

rollouts_app = typer.Typer(help="Versions for a share of the conversations.", no_args_is_help=True)
_BY = "telekom command"
_HOW = {
    "worse": "taken back by the service, it was worse", "returned": "taken back", "served": "served to everybody",
    "replaced": "ended, since its label moved",
}  # fmt: skip
Number = Annotated[int, typer.Argument(min=1, help="the roll-out")]


@rollouts_app.command()
def begin(
    versions: Annotated[list[str], typer.Argument(help="such as respond@2, or label:staging for all that carry it")],
    share: Annotated[int, typer.Option(min=1, max=99, help="how many of a hundred conversations get them")] = 10,
    label: Annotated[str, typer.Option(help="the services of this label take part")] = "production",
    measure: Annotated[
        list[str] | None,
        typer.Option(help="what takes it back: fault, handed_over, misunderstood, kept_back, disliked; default: all"),
    ] = None,
    note: Annotated[str, typer.Option(help="why, for whoever reads the list")] = "",
) -> None:
    """Check versions and give them to a share of the conversations; each conversation stays on its side."""
    from database.rollouts import MEASURES
    from service.rollouts import RolloutPlan

    measures = list(dict.fromkeys(measure or MEASURES))
    if unknown := [each for each in measures if each not in MEASURES]:
        raise stop(f"There is no measure {unknown[0]}; there are {', '.join(MEASURES)}.", 2)

    async def write() -> Rollout:
        served, _ = await served_now()
        names = [_whole(each, list(served)) for each in versions]
        async with _open_desk() as desk:
            return await desk.begin(RolloutPlan(names, share, label, measures, note), _BY)

    row = run_or_stop(write())
    console.print(f"roll-out {row.id}: {_versions(row)} for {row.share} % of the conversations", highlight=False)


@rollouts_app.command("list")
def list_rollouts(as_json: Json = False) -> None:
    """List all roll-outs, the newest first."""

    async def read() -> list[Rollout]:
        async with _open_desk() as desk:
            return await desk.rollouts.all()

    found = run_or_stop(read())
    if as_json:
        print_json(found)
        return
    rows = [
        (each.id, _versions(each), each.label, f"{each.share} %", f"{each.at:%d.%m.%Y %H:%M}", each.by, _state(each))
        for each in found
    ]
    show_table(None, ("roll-out", "versions", "label", "share", "when", "by", "state"), rows)


@rollouts_app.command()
def show(rollout: Number, as_json: Json = False) -> None:
    """Show what both sides of a roll-out have shown, those of its end where it has ended."""

    async def read() -> tuple[Rollout, dict[str, Any]]:
        from dataclasses import asdict

        from service.rollouts import figures_of

        async with _open_desk() as desk:
            row = await desk.rollouts.one(rollout)
            return row, row.figures or asdict(await figures_of(desk.rollouts, row))

    row, figures = run_or_stop(read())
    if as_json:
        print_json({**vars(row), "figures": figures})
        return
    console.print(f"roll-out {row.id}: {_versions(row)}, {row.share} % of {row.label}, {_state(row)}", highlight=False)
    sides = [(name, figures[name]["served"], figures[name]["new"], "", "", "") for name in ("conversations", "turns")]
    compared = [
        (each["measure"], each["served"], each["new"], f"{each['worse']:.3f}", f"{each['better']:.3f}",
         f"at {each['at']:.3f}" if each["decides"] else "")
        for each in figures["compared"]
    ]  # fmt: skip
    show_table(None, ("", "served", "new", "p: worse", "p: better", "taken back"), [*sides, *compared])


@rollouts_app.command("return")
def take_back(rollout: Number) -> None:
    """End a roll-out: everybody gets what is served."""

    async def end() -> Rollout:
        async with _open_desk() as desk:
            return await desk.take_back(rollout, _BY)

    console.print(f"roll-out {rollout}: {_state(run_or_stop(end()))}", highlight=False)


@rollouts_app.command()
def serve(rollout: Number) -> None:
    """End a roll-out: everybody gets its versions, which carry its label from now on."""

    async def end() -> Rollout:
        async with _open_desk() as desk:
            return await desk.serve(rollout, _BY)

    console.print(f"roll-out {rollout}: {_state(run_or_stop(end()))}", highlight=False)


@asynccontextmanager
async def _open_desk() -> AsyncIterator[RolloutDesk]:
    from agent.models import trained_options
    from core.clock import istanbul_now
    from core.settings import Settings
    from database.rollouts import Rollouts
    from database.texts import Texts
    from service.rollouts import RolloutDesk

    settings = Settings()
    async with open_database() as database:
        yield RolloutDesk(Rollouts(database), Texts(database), settings, trained_options(settings), istanbul_now)


def _whole(version: str, known: list[str]) -> str:
    """Return a version with the whole name of its text."""
    text, at, number = version.rpartition("@")
    return f"{name_of(text, known)}{at}{number}" if at else version


def _versions(row: Rollout) -> str:
    return ", ".join(f"{name}@{number}" for name, number in row.texts.items())


def _state(row: Rollout) -> str:
    return "runs" if row.how is None else _HOW[row.how]
