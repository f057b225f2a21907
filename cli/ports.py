"""``telekom ports``: which adapter stands behind each port, and whether the outside systems answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

from cli.console import console, show_table, stop
from cli.stored import Json

if TYPE_CHECKING:
    from service.systems import Systems

ports_app = typer.Typer(help="The outside systems: what stands behind each port.", no_args_is_help=True)


@ports_app.command("list")
def list_ports(as_json: Json = False) -> None:
    """List the ports with their adapters: the operator's own (TELEKOM_PORTS), our own tables, or simulated."""

    async def read() -> list[tuple[str, str, str]]:
        async with _systems() as systems:
            return [(name, kind, systems.adapter(name)) for name, kind in systems.kinds.items()]

    rows = asyncio.run(read())
    if as_json:
        _print([dict(zip(("port", "kind", "adapter"), row, strict=True)) for row in rows])
        return
    show_table(None, ("port", "what it is", "adapter"), rows)


@ports_app.command()
def check(as_json: Json = False) -> None:
    """Ask each outside system whether it can be used; status 1 if one cannot."""

    async def ask() -> tuple[Mapping[str, str], Mapping[str, str]]:
        async with _systems() as systems:
            return systems.kinds, await systems.silent()

    kinds, silent = asyncio.run(ask())
    if as_json:
        _print([{"port": name, "kind": kind, "wrong": silent.get(name)} for name, kind in kinds.items()])
    else:
        told = ((name, kind, silent.get(name, _fine(kind))) for name, kind in kinds.items())
        show_table(None, ("port", "what it is", "state"), told)
        simulated = [name for name, kind in kinds.items() if kind == "simulated"]
        if simulated:
            console.print(f"Simulated, not for customers: {', '.join(simulated)}")
    if silent:
        raise stop(f"No use of: {', '.join(silent)}", 1)


def _fine(kind: str) -> str:
    return "in the database" if kind == "own tables" else "answers"


def _print(rows: object) -> None:
    import json

    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))


@asynccontextmanager
async def _systems() -> AsyncIterator[Systems]:
    """Open the outside systems of the settings; no model is loaded, and the database is not touched.

    Raises:
        typer.Exit: They cannot be used; the reason was printed, the status is 1.
    """
    from core.clock import istanbul_now
    from core.settings import Settings
    from database.session import Database, UnfitDatabase
    from service.systems import UnfitPorts, open_systems

    settings = Settings()
    try:
        async with open_systems(settings, Database(settings.resolved_database_url), istanbul_now) as systems:
            yield systems
    except (UnfitPorts, UnfitDatabase) as error:
        raise stop(str(error), 1) from error
