"""``telekom customer export|erase``: everything about one person, to hand over or to erase (KVKK, GDPR)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import counted, say, stop
from cli.stored import open_database

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from database.erasure_preview import ErasurePreview
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
    say(f"customer {number}: {len(files)} files in {target}")


@customer_app.command()
def erase(number: Number, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """Erase a person over all stores, for good. Bills, payments and receipts stay as the law wants, without words."""
    from core.clock import istanbul_now
    from core.settings import Settings
    from database.erasure_preview import preview_erasure
    from database.personal import CustomerNotFound, NobodyLeft, PaymentRuns
    from service.erasures import list_of, note_erasure
    from service.personal import forget_person

    erasures = list_of(Settings())

    async def run() -> tuple[ErasurePreview, dict[str, int]]:
        async with _stores() as (database, checkpointer):
            before = await preview_erasure(database, number)
            if before.erased_at is None and not yes:
                _tell_before(number, before)
                typer.confirm("Erase this person for good?", abort=True)
            done = await forget_person(database, checkpointer, number, istanbul_now())
            note_erasure(erasures, number, istanbul_now())
            return before, done

    try:
        before, done = asyncio.run(run())
    except CustomerNotFound as error:
        raise stop(f"There is no customer {number}.", 1) from error
    except (PaymentRuns, NobodyLeft) as error:
        raise stop(f"{error} Nothing was erased.", 1) from error
    except OSError as error:
        reason = f"The list of erasures {erasures} was not written ({error.strerror}); erase again."
        raise stop(reason, 1) from error
    if before.erased_at is not None:
        # It was done again all the same: an erasure that was interrupted is finished so.
        say(f"customer {number} is erased already, since {before.erased_at:%d.%m.%Y %H:%M}.")
        return
    _tell_done(done, before)
    say(f"customer {number} is erased. Backups from before still hold the data until they are deleted.")
    say(f"Keep {erasures} beside them: a restore erases everybody on it again.")


def _tell_before(number: int, before: ErasurePreview) -> None:
    say(f"Customer {number}: {before.name}")
    say(f"  logins that go: {', '.join(before.logins) or 'none'}")
    if before.unpaid:
        say(f"  not paid: {counted(before.unpaid, 'bill')}, {before.owed} in all; nobody can pay here afterwards")
    if before.waiting:
        say(f"  {counted(before.waiting, 'conversation')} waiting for a colleague, or with one; they go as well")
    say("  bills, payments and receipts stay, without the person's words")


def _tell_done(done: dict[str, int], before: ErasurePreview) -> None:
    from database.personal import DELETED, ERASURE

    deleted = {name: count for name, count in done.items() if ERASURE.get(name, DELETED) == DELETED}
    if before.logins:
        deleted["accounts"] = len(before.logins)
    for title, found in (
        ("deleted", deleted), ("kept without the person", {name: done[name] for name in done if name not in deleted}),
    ):  # fmt: skip
        say(f"  {title}: {', '.join(f'{count} {name}' for name, count in sorted(found.items())) or 'nothing'}")
    say("  kept as the law wants: bills, payments, receipts")


@asynccontextmanager
async def _stores() -> AsyncIterator[tuple[Database, BaseCheckpointSaver[Any]]]:
    """Open the tables and the states of conversations; no model is loaded."""
    import psycopg

    from core.settings import Settings
    from service.checkpoints import open_checkpointer

    async with open_database() as database:
        try:
            async with open_checkpointer(Settings(), database) as checkpointer:
                yield database, checkpointer
        except psycopg.Error as error:
            raise stop(f"The database cannot be used: {error}", 1) from error
