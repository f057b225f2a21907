"""Backup of the SQLite files: all of one moment, while the service writes on.

For some milliseconds nobody may write to any of them; in that time a reader begins on each, and keeps what it sees.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import URL

from core.settings import Settings
from database.session import Database, UnfitDatabase
from service.backup.archive import CHUNK, BadBackup, NotEmpty, Reader, Writer
from service.checkpoints import CHECKPOINT_FILE

BANK_FILE = "bank.sqlite3"
_TABLES = "telekom.sqlite3"
_BUSY_SECONDS = 30.0


def back_up(settings: Settings, url: URL, archive: Writer) -> None:
    """Put a copy of each file into a backup; see ``service.backup``."""
    places = {name: place for name, place in _places(settings, url).items() if place.is_file()}
    if _TABLES not in places:
        raise BadBackup(f"There is no database {url.database}.")
    with tempfile.TemporaryDirectory(prefix="telekom-backup-") as folder, ExitStack() as stack:
        for name, reader in _readers(places, stack).items():
            copy = Path(folder) / name
            with closing(sqlite3.connect(copy)) as target:
                reader.backup(target)
            reader.rollback()  # lets a file without a write-ahead log be written again
            if name == _TABLES:
                archive.manifest.revision = _revision(copy)
            with archive.member(name) as write, copy.open("rb") as source:
                while piece := source.read(CHUNK):
                    write(piece)


async def restore(settings: Settings, database: Database, archive: Reader) -> None:
    """Put the files of a backup into their places; see ``service.backup``."""
    places = _places(settings, database.url)
    for place in places.values():
        if any(place.with_name(place.name + end).exists() for end in ("", "-wal", "-shm", "-journal")):
            raise NotEmpty(f"{place} is there already; restore into an empty folder (TELEKOM_DATA_DIR).")
    parts: dict[Path, Path] = {}
    try:
        for name in archive.manifest.digests:
            place = places[name]
            place.parent.mkdir(parents=True, exist_ok=True)
            part = parts[place] = place.with_name(f"{place.name}.part")
            with part.open("wb") as target:
                for piece in archive.read(name):
                    target.write(piece)
            _check(part)
        for place, part in parts.items():
            part.replace(place)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _places(settings: Settings, url: URL) -> dict[str, Path]:
    """Return the place of each file, by its name in a backup; the bank's first, which has no write-ahead log."""
    if not url.database:
        raise UnfitDatabase("A database in memory cannot be backed up or restored.")
    return {
        BANK_FILE: settings.data_dir / BANK_FILE,
        _TABLES: Path(url.database),
        CHECKPOINT_FILE: settings.data_dir / CHECKPOINT_FILE,
    }


def _readers(places: dict[str, Path], stack: ExitStack) -> dict[str, sqlite3.Connection]:
    """Begin to read every file at a moment at which nobody writes to any."""
    writers, readers = [], {}
    for place in places.values():
        writer = stack.enter_context(closing(sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None)))
        writer.execute("BEGIN IMMEDIATE")
        writers.append(writer)
    for name, place in places.items():
        reader = stack.enter_context(closing(sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None)))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        readers[name] = reader
    for writer in writers:
        writer.execute("ROLLBACK")
    return readers


def _revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        try:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.Error, TypeError) as error:
            raise BadBackup(f"{file.name} has no tables of this program.") from error


def _check(file: Path) -> None:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BadBackup(f"{file.name} in the backup is damaged: {found}")
