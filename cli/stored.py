"""Shared by the commands that work on stored data: open the database or stop, options, files named in options."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.console import printable, stop

if TYPE_CHECKING:
    from rich.text import Text

    from database.runs import Runs
    from database.session import Database
    from service.container import RunningService

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
RunId = Annotated[str, typer.Argument(help="the run's id, or its beginning")]

T = TypeVar("T")

_MADE_BY = "The first `telekom users add`, `telekom import` (without --dry-run) or `telekom serve` makes it."


def database_named() -> str:
    """Return how the database of the settings is named to the operator, without a password."""
    from sqlalchemy import make_url

    from core.settings import Settings

    url = make_url(Settings().resolved_database_url)
    return str(Path(url.database or "").resolve()) if url.get_backend_name() == "sqlite" else repr(url)


@asynccontextmanager
async def open_database(*, create: bool = False) -> AsyncIterator[Database]:
    """Open the database of the settings; no model is loaded.

    Args:
        create: Make the database where there is none, and bring its tables up to date.

    Raises:
        typer.Exit: The database is missing or cannot be used; the reason was printed, the status is 1.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from core.private_files import make_private, private_from_now_on
    from core.settings import Settings
    from database.session import Database, UnfitDatabase

    settings = Settings()
    private_from_now_on()
    make_private(settings.data_dir)
    try:
        database = Database(settings.resolved_database_url)
    except UnfitDatabase as error:
        raise stop(str(error), 1) from error
    if database.is_sqlite and database.url.database in (None, "", ":memory:"):
        raise stop("TELEKOM_DATABASE_URL names a database in memory, which would end with this command.", 1)
    if not create and lacks_file(database):
        raise stop(f"There is no database {database.url.database}. {_MADE_BY}", 1)
    try:
        if create:
            await database.migrate()
        yield database
    except UnfitDatabase as error:
        raise stop(str(error), 1) from error
    except SQLAlchemyError as error:
        if _lacks_tables(error):
            raise stop(f"The database {database_named()} has no tables yet. {_MADE_BY}", 1) from error
        raise stop(f"The database cannot be used: {getattr(error, 'orig', error)}", 1) from error
    finally:
        await database.close()


def _lacks_tables(error: Exception) -> bool:
    from psycopg.errors import UndefinedTable

    orig = getattr(error, "orig", None)
    return isinstance(orig, UndefinedTable) or "no such table" in str(orig)


def lacks_file(database: Database) -> bool:
    """Return True where the database is a file of SQLite that is not there."""
    # SQLite would make an empty file.
    return database.is_sqlite and not Path(database.url.database or "").is_file()


def runs_in(database: Database) -> Runs:
    """Return the recorded turns of a database, masked with the key of the settings."""
    from core.masking import Masker
    from core.settings import Settings
    from database.runs import Runs

    return Runs(database, Masker(Settings().secret_key.get_secret_value().encode()))


@asynccontextmanager
async def open_runs() -> AsyncIterator[Runs]:
    """Open the recorded turns in the database of the settings; stops as ``open_database`` does."""
    async with open_database() as database:
        yield runs_in(database)


@asynccontextmanager
async def opened_service() -> AsyncIterator[RunningService]:
    """Open the whole service of the settings, with its models loaded."""
    from core.settings import Settings
    from service.container import open_service

    async with open_service(Settings()) as service:
        yield service


def run_or_stop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end and return its result.

    Raises:
        typer.Exit: A run is unknown or cannot be re-run, or a prompt, a model or a file of expectations is bad; the
            reason was printed, the status is 1.
    """
    from agent.errors import ModelError
    from agent.prompt_files import PromptError
    from core.operator_facts import KnowledgeError
    from database.experiments import SetProblem
    from database.rollouts import NoSuchRollout, RolloutNotPossible
    from database.runs import RunNotFound
    from database.texts import VersionNotFound
    from replay.checks import BadExpectations
    from replay.overrides import BadOverrides
    from replay.rerunner import NotReplayable

    try:
        return asyncio.run(work)
    except RunNotFound as error:
        raise stop(f"There is no run {error}, or what happened inside it is no longer kept.", 1) from error
    except (
        NotReplayable, BadOverrides, PromptError, KnowledgeError, ModelError, BadExpectations, VersionNotFound,
        SetProblem, NoSuchRollout, RolloutNotPossible,
    ) as error:  # fmt: skip
        raise stop(str(error), 1) from error


def read_named_files(options: list[str] | None) -> dict[str, str]:
    """Read the files of ``NAME=FILE`` options and return their contents by name.

    Raises:
        typer.Exit: An option has another form or its file cannot be read; the reason was printed, the status is 2.
    """
    contents = {}
    for option in options or []:
        name, sign, file = option.partition("=")
        if not sign:
            raise stop(f"{option!r}: write NAME=FILE.", 2)
        try:
            contents[name] = Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise stop(f"{Path(file)}: {error.strerror}", 2) from error
        except UnicodeDecodeError as error:
            raise stop(f"{Path(file)}: not UTF-8", 2) from error
    return contents


def read_json_objects(options: list[str] | None) -> dict[str, dict[str, Any]]:
    """Read the JSON objects of ``NAME=FILE`` options and return them by name.

    Raises:
        typer.Exit: As ``read_named_files``, or a file holds no JSON object.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, text in read_named_files(options).items():
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise stop(f"the result of {name} is not JSON: {error}", 2) from error
        if not isinstance(value, dict):
            raise stop(f"the result of {name} is no JSON object", 2)
        found[name] = value
    return found


def print_json(found: Any) -> None:
    """Print what was read as JSON."""
    from pydantic_core import to_jsonable_python

    typer.echo(json.dumps(to_jsonable_python(found), ensure_ascii=False, indent=2))


def one_line(text: str | None, width: int) -> Text:
    """Return a customer's text as one line of at most ``width`` characters."""
    from rich.text import Text

    line = printable(text or "")
    return Text(line if len(line) <= width else line[: width - 1] + "…")
