"""Texts of the registry as files on this machine: which are served, and which text a file is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import stop

if TYPE_CHECKING:
    from service.texts import ServedText

_FEES = "operator.yaml"


async def served_now() -> tuple[dict[str, ServedText], dict[str, dict[str, int]]]:
    """Return the served texts and the labels in the registry; without a database those of the files."""
    from cli.stored import lacks_file, open_database
    from core.settings import Settings
    from database.session import Database
    from database.texts import Texts
    from service.served_texts import registered
    from service.texts import file_texts

    settings = Settings()
    if lacks_file(Database(settings.resolved_database_url)):
        return file_texts(settings), {}
    async with open_database() as opened:
        texts = Texts(opened)
        _, served = await registered(texts, settings)
        return served, await texts.labels()


def name_of(short: str, known: Collection[str]) -> str:
    """Return the whole name of a text.

    Args:
        short: The name, the file's name, or that without its ending.
        known: All names.

    Raises:
        typer.Exit: There is none, or several; the status is 2.
    """
    found = [name for name in known if short in (name, Path(name).name, Path(name).stem)]
    if len(found) != 1:
        raise stop(f"There is no text {short}; there are {', '.join(known)}.", 2)
    return found[0]


def files_named(paths: Collection[Path], known: Collection[str]) -> dict[str, str]:
    """Return the contents of files, and of the files in folders, by the name of the text that each is.

    Args:
        paths: Files and folders; a folder may hold ``prompts`` and ``knowledge``, or the files of one of them.
        known: The names of the served texts.

    Raises:
        typer.Exit: A file cannot be read, or the paths hold no text; the status is 2.
    """
    found: dict[str, str] = {}
    for file in _files(paths):
        if file.name == _FEES:  # operations charge these fees: they come with a start
            continue
        try:
            found[_name(file, known)] = file.read_text(encoding="utf-8").removeprefix("\ufeff")
        except (OSError, UnicodeDecodeError) as error:
            raise stop(f"{file}: {getattr(error, 'strerror', None) or 'not UTF-8'}", 2) from error
    if not found:
        raise stop("There is no text in what you named: texts are *.md and *.yaml.", 2)
    return found


def _files(paths: Collection[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for folder in (path, path / "prompts", path / "knowledge"):
                yield from sorted([*folder.glob("*.md"), *folder.glob("*.yaml")])
        else:
            yield path


def _name(file: Path, known: Collection[str]) -> str:
    if file.resolve().parent.name == "knowledge":
        return f"knowledge/{file.name}"
    names = (f"prompts/{file.name}", f"knowledge/{file.name}")
    return next((name for name in names if name in known), names[0])
