"""``telekom backup FILE`` and ``telekom restore FILE``: everything that the service keeps, in one file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.console import counted, say, stop

File = Annotated[Path, typer.Argument(help="the file of the backup")]


def backup(file: File) -> None:
    """Write everything that the service keeps into one new file, as of one moment; the service may be running."""
    import sqlite3

    import psycopg

    from core.settings import Settings
    from database.session import UnfitDatabase
    from service.backup import BadBackup, NotEmpty, back_up

    try:
        manifest = back_up(Settings(), file)
    except (BadBackup, NotEmpty, UnfitDatabase) as error:
        raise stop(str(error), 1) from error
    except FileNotFoundError as error:
        raise stop(f"No backup was made: there is no folder {file.parent}.", 1) from error
    except (OSError, sqlite3.Error, psycopg.Error) as error:
        raise stop(f"No backup was made: {error}", 1) from error
    say(f"{file}: {manifest.kind}, revision {manifest.revision}, {file.stat().st_size:,} bytes")
    say("Keep it as safe as the database, and TELEKOM_SECRET_KEY with it, in another place.")


def restore(
    file: File,
    erasures: Annotated[
        Path | None,
        typer.Option(help="list of erased persons; default: that of the data folder", exists=True),
    ] = None,
) -> None:
    """Restore a backup into an empty place: TELEKOM_DATA_DIR, or the database of TELEKOM_DATABASE_URL.

    Whoever is on the list of erased persons is erased again.
    """
    import psycopg
    from sqlalchemy.exc import SQLAlchemyError

    from core.private_files import private_from_now_on
    from core.settings import Settings
    from database.session import UnfitDatabase
    from service.backup import BadBackup, NotEmpty
    from service.backup import restore as put_back
    from service.erasures import BadErasures, erase_again, list_of, read_erasures

    settings = Settings()
    private_from_now_on()
    try:
        listed = read_erasures(erasures or list_of(settings))
        manifest = asyncio.run(put_back(settings, file))
        again = asyncio.run(erase_again(settings, listed))
    except (BadBackup, NotEmpty, UnfitDatabase, BadErasures) as error:
        raise stop(f"{str(error).rstrip('.')}. Nothing was restored.", 1) from error
    except FileNotFoundError as error:
        raise stop(f"There is no file {file}. Nothing was restored.", 1) from error
    except (OSError, SQLAlchemyError, psycopg.Error) as error:
        raise stop(f"The backup was not restored: {error}", 1) from error
    say(f"restored: {file}, of {manifest.made_at}")
    say(
        "Everything is as it was then. Accounts that were disabled or got another role or password since are back, and "
        "links that were open."
    )
    say(
        f"Erased again: {_numbers(again.erased)} of the {counted(len(listed), 'number')} on the list."
        if listed
        else "There is no list of erasures: whoever was erased since is back, and must be erased again."
    )
    if not manifest.has_key_of(settings):
        say("TELEKOM_SECRET_KEY is another one than then: everybody logs in again, and new masks differ from old ones.")
    for number, reason in again.failed.items():
        say(f"customer {number} is not erased: {reason} Do it with: telekom customer erase {number}")
    if again.failed:
        raise typer.Exit(1)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "nobody"
