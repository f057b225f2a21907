"""Keeps the repository light: large binaries are allowed in ``agent/weights`` only, and there up to a limit.

Looks at the files that git tracks or has staged, as they are on the disk. A file is binary by its ending, or where it
holds a NUL byte near its beginning. Past commits are not weighed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WEIGHTS = "agent/weights/"
MOST_OUTSIDE = 1_000_000
"""Largest binary outside ``agent/weights``, bytes."""

MOST_WEIGHTS = 95_000_000
"""All files of ``agent/weights`` together, bytes."""

_BINARY_ENDINGS = {".safetensors", ".bin", ".gguf", ".onnx", ".pt", ".pth", ".npz", ".npy", ".zip", ".gz", ".parquet"}
_BEGINNING = 8192


def tracked_files(root: Path) -> list[str]:
    """List the files that git tracks or has staged and that are on the disk, as paths below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"],  # noqa: S607  git of the path, as everywhere
        cwd=root, capture_output=True, check=True,
    ).stdout  # fmt: skip
    names = listed.decode().split("\0")
    return sorted({name for name in names if name and (root / name).is_file()})


def is_binary(path: Path) -> bool:
    """Return True for a file with a binary ending or a NUL byte among its first 8 KB."""
    if path.suffix.lower() in _BINARY_ENDINGS:
        return True
    with path.open("rb") as file:
        return b"\0" in file.read(_BEGINNING)


def too_heavy(root: Path, most_outside: int = MOST_OUTSIDE, most_weights: int = MOST_WEIGHTS) -> list[str]:
    """Return one sentence for each breach.

    Args:
        root: The repository.
        most_outside: Largest binary outside ``agent/weights``, bytes.
        most_weights: All files of ``agent/weights`` together, bytes.
    """
    found, weights = [], 0
    for name in tracked_files(root):
        size = (root / name).stat().st_size
        if name.startswith(WEIGHTS):
            weights += size
        elif size > most_outside and is_binary(root / name):
            found.append(
                f"{name}: a binary of {size / 1e6:.1f} MB; outside {WEIGHTS} the limit is {most_outside / 1e6:.1f} MB. "
                "Keep it out of git, or make it smaller."
            )
    if weights > most_weights:
        found.append(
            f"{WEIGHTS}: {weights / 1e6:.1f} MB in all; {most_weights / 1e6:.1f} MB are allowed. "
            "Replace weights instead of adding, or hand them out as a pack (`telekom model pack`)."
        )
    return found


def main() -> int:
    """Print the breaches; returns 1 where there is one."""
    breaches = too_heavy(Path(__file__).parents[1])
    sys.stderr.write("".join(f"{breach}\n" for breach in breaches))
    return int(bool(breaches))


if __name__ == "__main__":
    sys.exit(main())
