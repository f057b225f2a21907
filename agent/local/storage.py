"""Folders of model files: where they lie, and how one is made so that it appears whole or not at all.

This module knows nothing of what the folders hold.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from agent.errors import DiskFull


class EmbeddedFiles(NamedTuple):
    """The folders that the embedded model is loaded from.

    Attributes:
        prepared: int8 weights, configuration and tokenizer of the language model and of the trunk.
        head: The decision head with its adapter, encoder and character model.
    """

    prepared: Path
    head: Path


def default_cache() -> Path:
    """Return the folder of prepared models: `$XDG_CACHE_HOME/telekom-agent`, or the same below the home folder."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "telekom-agent"


def default_head() -> Path:
    """Return the folder of the committed decision head."""
    return Path(str(resources.files("agent").joinpath("weights/decision")))


def files_digest(files: Sequence[Path], base: str = "") -> str:
    """Return the first 12 hex digits of the SHA-256 of a base's sum and of files with their names."""
    digest = hashlib.sha256(base.encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def make_folder(
    folder: Path, write: Callable[[Path], None], needed: int, is_whole: Callable[[Path], bool] = Path.is_dir
) -> None:
    """Make a folder in one process at a time; a folder that is whole already stays as it is.

    Args:
        folder: The folder to make. It appears by a rename, so nobody ever sees a part of it.
        write: Fills the empty folder that it is given.
        needed: About how many bytes it takes, for the message when the disk is full.
        is_whole: Returns True for a folder that need not be made.

    Raises:
        DiskFull: There is no room.
        OSError: The folder cannot be written for another reason.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if is_whole(folder):  # another process was faster
                return
            for left_over in (folder, *folder.parent.glob(f".{folder.name}-*")):
                shutil.rmtree(left_over, ignore_errors=True)
            scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            try:
                write(scratch)
                scratch.rename(folder)
            finally:
                with suppress(OSError):
                    shutil.rmtree(scratch)
    except OSError as error:
        raise disk_error(error, folder.parent, needed) from error


def disk_error(error: OSError, folder: Path, needed: int) -> Exception:
    """Return the error to raise for a failed write: `DiskFull` with figures, or the error itself."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return error
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    return DiskFull(
        f"No room in {folder}: about {needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free. Nothing was kept. "
        "Free some space, or set TELEKOM_MODEL_CACHE to a folder on another disk."
    )
