"""``telekom customer export|erase``: everything about one person, to hand over or to erase (KVKK, GDPR)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import console, stop
from cli.stored import open_database, printable

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from database.session import Database

customer_app = typer.Typer(help="One person's data: export, erase.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="the customer's number; a negative one after --")]


@customer_app.command()
def export(
    number: Number,
    folder: Annotated[Path | None, typer.Option(help="a new folder; default: customer-NUMBER here")] = None,
) -> None:
    """Write everything about a person over all stores into a folder that the person can read."""
    from core.clock import istanbul_now
    from database.personal import CustomerNotFound
    from service.personal import export_person

    target = folder or Path(f"customer-{number}")

    async def run() -> list[str]:
        async with _stores() as (database, checkpointer):
            return await export_person(database, checkpointer, number, target, istanbul_now())

    try:
        files = asyncio.run(run())
    except CustomerNotFound as error:
        raise stop(f"There is no customer {number}.", 1) from error
    except FileExistsError as error:
        raise stop(f"{target} is there already; name a new folder.", 1) from error
    except OSError as error:
        raise stop(f"{target}: {error.strerror}", 1) from error
    _say(f"customer {number}: {len(files)} files in {target}")


@customer_app.command()
def erase(number: Number, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """Erase a person over all stores, for good. Bills, payments and receipts stay as the law wants, without words."""
    from core.clock import istanbul_now
    from database.personal import CustomerNotFound, PaymentRuns
    from service.personal import forget_person

    if not yes:
        typer.confirm(f"Erase customer {number} for good?", abort=True)

    async def run() -> dict[str, int]:
        async with _stores() as (database, checkpointer):
            return await forget_person(database, checkpointer, number, istanbul_now())

    try:
        done = asyncio.run(run())
    except CustomerNotFound as error:
        raise stop(f"There is no customer {number}.", 1) from error
    except PaymentRuns as error:
        raise stop(f"{error} Nothing was erased.", 1) from error
    for name, count in done.items():
        _say(f"  {name}: {count}")
    _say(f"customer {number} is erased. Backups from before still hold the data until they are deleted.")


@asynccontextmanager
async def _stores() -> AsyncIterator[tuple[Database, BaseCheckpointSaver[Any]]]:
    """Open the tables and the states of conversations; no model is loaded."""
    from core.settings import Settings
    from service.checkpoints import open_checkpointer

    async with open_database() as database, open_checkpointer(Settings(), database) as checkpointer:
        yield database, checkpointer


def _say(line: str) -> None:
    console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
