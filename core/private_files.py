"""Files with people's data are for their owner only: the databases, exports, backups and what is restored of them."""

from __future__ import annotations

import os
from pathlib import Path


def private_from_now_on() -> None:
    """Let every file and folder that this process makes be its owner's only."""
    os.umask(0o077)


def make_private(folder: Path) -> None:
    """Let the databases in a folder, from a time when they were not, be their owner's only; others' are left alone."""
    if not folder.is_dir():
        return
    for path in folder.glob("*.sqlite3*"):
        if path.is_file() and path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
