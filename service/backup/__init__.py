"""Backup of everything that the service keeps, to one file, and its restoring into an empty place.

A backup is of one moment over all stores, and may be made while the service runs.
"""

from __future__ import annotations

from pathlib import Path

from core.settings import Settings
from database.session import Database
from service.backup import postgres, sqlite
from service.backup.archive import BackupManifest, BadBackup, NotEmpty, open_archive, write_archive

__all__ = ["BadBackup", "BackupManifest", "NotEmpty", "back_up", "restore"]


def back_up(settings: Settings, file: Path) -> BackupManifest:
    """Write a backup; the file appears whole, readable by its owner only, or not at all.

    Raises:
        NotEmpty: The file is there.
        BadBackup: There is nothing to back up.
        OSError: The file or a store cannot be used.
    """
    database = Database(settings.resolved_database_url)
    kind = sqlite if database.is_sqlite else postgres
    with write_archive(file, "sqlite" if database.is_sqlite else "postgresql", settings) as archive:
        kind.back_up(settings, database.url, archive)
    return archive.manifest


async def restore(settings: Settings, file: Path) -> BackupManifest:
    """Restore a backup into an empty place of the same kind, and bring its tables up to date.

    Raises:
        BadBackup: The file is no backup, is damaged, is of the other kind of database, or is of a newer program.
        NotEmpty: Something is there already.
        OSError: The file cannot be read, or the place not be written.
    """
    database = Database(settings.resolved_database_url)
    try:
        with open_archive(file, "sqlite" if database.is_sqlite else "postgresql") as archive:
            await (sqlite if database.is_sqlite else postgres).restore(settings, database, archive)
        await database.migrate()
    finally:
        await database.close()
    return archive.manifest
