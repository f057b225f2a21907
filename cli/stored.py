"""What the commands about recorded turns share: the record they read, and how what is wrong ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.console import stop

if TYPE_CHECKING:
    from rich.text import Text

    from database.runs import Runs
    from database.session import Database
    from service.container import Service

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
RunId = Annotated[str, typer.Argument(help="the run's id, or its beginning")]

T = TypeVar("T")


def or_stop(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; what is wrong ends the command with status 1."""
    from agent.errors import ModelError
    from agent.prompt_files import PromptError
    from database.runs import RunNotFound
    from replay.batch import BadExpectations
    from replay.rerunner import NotReplayable

    try:
        return asyncio.run(work)
    except RunNotFound as error:
        raise stop(f"There is no run {error}, or what happened inside it is no longer kept.", 1) from error
    except (NotReplayable, PromptError, ModelError, BadExpectations) as error:
        raise stop(str(error), 1) from error


@asynccontextmanager
async def stored_data() -> AsyncIterator[tuple[Database, Runs]]:
    """The database of the settings and the record in it, without loading a model."""
    from sqlalchemy.exc import SQLAlchemyError

    from core.masking import Masker
    from core.settings import Settings
    from database.runs import Runs
    from database.session import Database

    settings = Settings()
    database = Database(settings.resolved_database_url)
    if _lacks_file(database):
        raise stop(f"There is no database {database.url.database}; `telekom serve` makes it.", 1)
    try:
        yield database, Runs(database, Masker(settings.secret_key.get_secret_value().encode()))
    except SQLAlchemyError as error:
        raise stop(f"The database cannot be used: {getattr(error, 'orig', error)}", 1) from error
    finally:
        await database.close()


@asynccontextmanager
async def stored_runs() -> AsyncIterator[Runs]:
    """The record in the database of the settings."""
    async with stored_data() as (_, runs):
        yield runs


def _lacks_file(database: Database) -> bool:
    return database.is_sqlite and not Path(database.url.database or "").is_file()  # SQLite would make an empty one


@asynccontextmanager
async def opened_service() -> AsyncIterator[Service]:
    """The whole service of the settings, models loaded."""
    from core.settings import Settings
    from service.container import open_service

    async with open_service(Settings()) as service:
        yield service


def contents(pairs: list[str] | None) -> dict[str, str]:
    """Contents of files by name, from ``NAME=FILE``."""
    return {name: _read(file) for name, file in map(_pair, pairs or [])}


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


def plain(text: str | None, most: int) -> Text:
    """One line of what somebody wrote; it must not steer the terminal."""
    from rich.text import Text

    line = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return Text(line if len(line) <= most else line[: most - 1] + "…")
