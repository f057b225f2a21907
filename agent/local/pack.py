"""The weights pack: one file that holds everything the embedded model is loaded from.

An operator keeps the file beside the release and starts from it (``TELEKOM_WEIGHTS``) without a network and without the
packages of the base weights. It is a zip file without compression: the prepared weights with tokenizer, the decision
head, the vocabulary, and ``manifest.json`` with the format's version and the SHA-256 of every file. The pack's digest
is the SHA-256 of that manifest. A pack is unpacked once into the model cache, under its digest. Its files are checked
at each start; a pack says nothing about who made it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import IO, Any

import torch

from agent.errors import ChecksumMismatch, ModelFilesMissing, ModelUnusable
from agent.local.prepare import Progress
from agent.local.storage import EmbeddedFiles, disk_error, make_folder

PACK_FORMAT = 1
"""Raised when the layout of a pack changes, so that an older program refuses a newer pack."""

MANIFEST = "manifest.json"
_PREPARED, _HEAD, _VOCABULARY = "prepared", "decision", "vocabulary.json.gz"
_BLOCK = 1 << 22
_REMEDY = "Nothing was changed. Copy the file again, or make it again with `telekom model pack`."


@dataclass(frozen=True)
class PackedFile:
    """One file of a pack.

    Attributes:
        bytes: Its size.
        sha256: Its digest, in hex.
    """

    bytes: int
    sha256: str


@dataclass(frozen=True)
class PackManifest:
    """The table of contents of a pack.

    Attributes:
        format: Version of the pack's layout.
        engine: Torch's engine of int8 products that the weights were prepared for.
        files: By path inside the pack.
        digest: The pack's digest, in hex.
    """

    format: int
    engine: str
    files: dict[str, PackedFile]
    digest: str


def write_pack(out: Path, sources: EmbeddedFiles, progress: Progress = lambda stage, fraction: None) -> str:
    """Write a pack; the file appears whole or not at all.

    Args:
        out: The file to write; an older one is replaced.
        sources: The folders to pack.
        progress: Told what is being done.

    Returns:
        The pack's digest.

    Raises:
        DiskFull: There is no room.
        OSError: The file cannot be written for another reason.
    """
    members = dict(_members(sources))
    total = sum(path.stat().st_size for path in members.values())
    part = out.with_name(f".{out.name}.part")
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress("pack", done / total)

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            files = {name: _add(archive, name, path, tick) for name, path in members.items()}
            content = _encode(files)
            archive.writestr(_entry(MANIFEST), content)
        part.replace(out)
    except OSError as error:
        raise disk_error(error, out.parent, total) from error
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(content).hexdigest()


def read_manifest(file: Path) -> PackManifest:
    """Read the table of contents of a pack.

    Raises:
        ModelFilesMissing: The file does not exist.
        ModelUnusable: It is no pack, it is torn, or it is of a format that this program does not read.
    """
    with _opened(file) as archive:
        return _manifest(file, archive)


def unpack(file: Path, cache: Path, progress: Progress = lambda stage, fraction: None) -> EmbeddedFiles:
    """Return the folders of a pack, unpacked into the cache where that was not done yet.

    Args:
        file: The pack.
        cache: Folder of prepared models.
        progress: Told what is being done.

    Raises:
        ModelFilesMissing: The file does not exist.
        ModelUnusable: It is no pack, it is torn, of another format, or for another kind of processor.
        ChecksumMismatch: A file in it is not the one that was packed.
        DiskFull: There is no room for the unpacked files.
    """
    with _opened(file) as archive:
        manifest = _manifest(file, archive)
        if manifest.engine != torch.backends.quantized.engine:
            raise ModelUnusable(
                f"{file} was packed for processors of the kind {manifest.engine}; this one is of the kind "
                f"{torch.backends.quantized.engine}. Nothing was changed. Make the pack on such a machine."
            )
        folder = cache / f"pack-{manifest.digest[:16]}"

        def is_whole(place: Path) -> bool:
            return _is_whole(place, manifest, progress)

        if not is_whole(folder):
            total = sum(each.bytes for each in manifest.files.values())
            make_folder(folder, lambda scratch: _extract(file, archive, manifest, scratch, progress), total, is_whole)
    return EmbeddedFiles(folder / _PREPARED, folder / _HEAD)


def _members(sources: EmbeddedFiles) -> Iterator[tuple[str, Path]]:
    """Yield the path inside the pack and on the disk of every file to pack."""
    for top, folder in ((_PREPARED, sources.prepared), (_HEAD, sources.head)):
        for path in sorted(folder.iterdir()):
            if path.is_file():
                yield f"{top}/{path.name}", path
    yield _VOCABULARY, Path(str(resources.files("agent").joinpath(f"weights/{_VOCABULARY}")))


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry without a time, so that the same files give the same pack."""
    return zipfile.ZipInfo(name)


def _add(archive: zipfile.ZipFile, name: str, path: Path, tick: Callable[[int], None]) -> PackedFile:
    with path.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
        sha256, size = _copy(source, target, tick)
    return PackedFile(size, sha256)


def _copy(source: IO[bytes], target: IO[bytes] | None, tick: Callable[[int], None]) -> tuple[str, int]:
    """Copy a file, or only read it; returns its SHA-256 and its size."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
        tick(len(block))
    return digest.hexdigest(), size


def _encode(files: dict[str, PackedFile]) -> bytes:
    listed = {name: asdict(each) for name, each in sorted(files.items())}
    content = {"format": PACK_FORMAT, "engine": torch.backends.quantized.engine, "files": listed}
    return json.dumps(content, indent=1).encode()


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a pack; a damaged file becomes one of this program's errors."""
    if not file.is_file():
        raise ModelFilesMissing(f"The weights file {file} does not exist. Check TELEKOM_WEIGHTS.")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError) as error:
        raise ModelUnusable(f"{file} is no weights pack, or it is torn ({error}). {_REMEDY}") from error


def _manifest(file: Path, archive: zipfile.ZipFile) -> PackManifest:
    try:
        content = archive.read(MANIFEST)
        told: dict[str, Any] = json.loads(content)
        version = int(told["format"])
        if version == PACK_FORMAT:
            files = {name: PackedFile(**each) for name, each in told["files"].items()}
            return PackManifest(version, told["engine"], _safe(files), hashlib.sha256(content).hexdigest())
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ModelUnusable(f"{file} is no weights pack ({error}). {_REMEDY}") from error
    raise ModelUnusable(
        f"{file} is a weights pack of format {version}; this program reads format {PACK_FORMAT}. Nothing was changed. "
        "Use the release that made it, or make it again with `telekom model pack` of this release."
    )


def _safe(files: dict[str, PackedFile]) -> dict[str, PackedFile]:
    """Return the files; refuse a path that leads out of the folder.

    Raises:
        ValueError: A path is absolute or climbs.
    """
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"the path {name} leads out of it")
    return files


def _extract(file: Path, archive: zipfile.ZipFile, manifest: PackManifest, folder: Path, progress: Progress) -> None:
    tick = _ticker(manifest, "unpack", progress)
    for name, wanted in manifest.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(name) as source, place.open("wb") as target:
                found = _copy(source, target, tick)
        except KeyError as error:
            raise ModelUnusable(f"{file} is torn: {name} is missing in it. {_REMEDY}") from error
        if found != (wanted.sha256, wanted.bytes):
            raise ChecksumMismatch(f"{file} is damaged: {name} is not the file that was packed. {_REMEDY}")


def _is_whole(folder: Path, manifest: PackManifest, progress: Progress) -> bool:
    """Return True where every file is there with the digest of the manifest."""
    if not folder.is_dir():
        return False
    tick = _ticker(manifest, "check", progress)
    for name, wanted in manifest.files.items():
        place = folder / name
        if not place.is_file() or place.stat().st_size != wanted.bytes:
            return False
        with place.open("rb") as source:
            if _copy(source, None, tick) != (wanted.sha256, wanted.bytes):
                return False
    return True


def _ticker(manifest: PackManifest, stage: str, progress: Progress) -> Callable[[int], None]:
    """Return a function that counts bytes and reports the part done."""
    total, done = sum(each.bytes for each in manifest.files.values()), 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress(stage, done / total)

    return tick
