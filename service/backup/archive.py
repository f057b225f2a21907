"""The file of a backup: a zip archive with one member a store or table, and a manifest with their digests."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from core.clock import istanbul_now
from core.settings import Settings
from database.migrate import known_revisions

Kind = Literal["sqlite", "postgresql"]
CHUNK = 1024 * 1024
_MANIFEST = "manifest.json"
_FORMAT = 1


class BadBackup(ValueError):
    """A file cannot be restored, or there is nothing to back up; the message says why."""


class NotEmpty(FileExistsError):
    """The place to write to is not empty; the message says what to do."""


@dataclass
class BackupManifest:
    """The contents of a backup.

    Attributes:
        kind: The kind of database.
        made_at: ISO 8601.
        key: A digest by which another secret key is noticed.
        revision: The revision of our tables.
        checkpoints: The version of the tables of the conversations' states, on PostgreSQL.
        digests: SHA-256 of each member.
        columns: The columns of each table, on PostgreSQL.
    """

    kind: Kind
    made_at: str
    key: str
    revision: str = ""
    checkpoints: int = -1
    digests: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def has_key_of(self, settings: Settings) -> bool:
        """Return True if the service that was backed up had the secret key of these settings."""
        return hmac.compare_digest(self.key, _key_digest(settings))


class Writer:
    """A backup that is being written.

    Args:
        archive: The zip archive.
        manifest: Filled as members come.
    """

    def __init__(self, archive: zipfile.ZipFile, manifest: BackupManifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes | bytearray | memoryview], object]]:
        """Begin a member; the block gets the function that takes its bytes."""
        digest = hashlib.sha256()
        with self._archive.open(name, "w", force_zip64=True) as target:

            def write(data: bytes | bytearray | memoryview) -> None:
                digest.update(data)
                target.write(data)

            yield write
        self.manifest.digests[name] = digest.hexdigest()


class Reader:
    """A backup that was checked.

    Args:
        archive: The zip archive.
        manifest: What it holds.
    """

    def __init__(self, archive: zipfile.ZipFile, manifest: BackupManifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def read(self, name: str) -> Iterator[bytes]:
        """Return the bytes of a member in pieces."""
        with self._archive.open(name) as member:
            yield from _pieces(member)


@contextmanager
def write_archive(file: Path, kind: Kind, settings: Settings) -> Iterator[Writer]:
    """Write a backup in the block; the file appears at its end.

    Raises:
        NotEmpty: The file is there.
    """
    if file.exists():
        raise NotEmpty(f"{file} is there already; name a new file.")
    part = file.with_name(f"{file.name}.part")
    manifest = BackupManifest(kind, istanbul_now().isoformat(timespec="seconds"), _key_digest(settings))
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            yield Writer(packed, manifest)
            packed.writestr(_MANIFEST, json.dumps({"telekom_backup": _FORMAT, **asdict(manifest)}, indent=1))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def open_archive(file: Path, kind: Kind) -> Iterator[Reader]:
    """Open a backup of this kind and check every byte of it.

    Raises:
        BadBackup: It cannot be restored here.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _manifest(packed)
            if manifest.kind != kind:
                raise BadBackup(f"This is a backup of {manifest.kind}; TELEKOM_DATABASE_URL names {kind}.")
            if manifest.revision not in known_revisions():
                raise BadBackup("The backup is of a newer version of this program; restore it with that version.")
            for name, digest in manifest.digests.items():
                if _digest(packed, name) != digest:
                    raise BadBackup(f"{name} in the backup is damaged.")
            yield Reader(packed, manifest)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BadBackup(f"{file} is no backup, or is damaged: {error}") from error


def _manifest(packed: zipfile.ZipFile) -> BackupManifest:
    try:
        stated: dict[str, Any] = json.loads(packed.read(_MANIFEST))
        version = stated.pop("telekom_backup")
        if version != _FORMAT:
            raise BadBackup("The backup is of a newer version of this program; restore it with that version.")
        return BackupManifest(**stated)
    except (TypeError, ValueError, KeyError) as error:
        if isinstance(error, BadBackup):
            raise
        raise BadBackup("This is no backup of this program.") from error


def _digest(packed: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with packed.open(name) as member:
        for piece in _pieces(member):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(member: IO[bytes]) -> Iterator[bytes]:
    while piece := member.read(CHUNK):
        yield piece


def _key_digest(settings: Settings) -> str:
    secret = settings.secret_key.get_secret_value().encode()
    return hmac.new(secret, b"telekom backup", hashlib.sha256).hexdigest()[:16]
