"""The weight of the repository: what git tracks or has staged may not grow unseen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.check_weights import is_binary, too_heavy, tracked_files

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def add(repository: Path, name: str, content: bytes, staged: bool = True) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if staged:
        git(repository, "add", name)


def test_this_repository_passes() -> None:
    assert too_heavy(ROOT) == []
    assert "agent/weights/decision/head.safetensors" in tracked_files(ROOT)


@pytest.mark.parametrize("name", ["docs/film.dat", "data/rows.parquet"])
def test_a_staged_binary_outside_the_weights_is_found(repository: Path, name: str) -> None:
    add(repository, name, b"\0" * 1_000_001 if name.endswith("dat") else b"x" * 1_000_001)
    [breach] = too_heavy(repository)
    assert breach.startswith(f"{name}: a binary of 1.0 MB")


def test_long_text_and_small_or_unknown_files_pass(repository: Path) -> None:
    add(repository, "rows.jsonl", b"{}\n" * 500_000)
    add(repository, "icon.png", b"\x89PNG\0")
    add(repository, "untracked.bin", b"\0" * 2_000_000, staged=False)
    assert too_heavy(repository) == []


def test_too_many_weights_are_found(repository: Path) -> None:
    add(repository, "agent/weights/a.safetensors", b"\0" * 3000)
    assert too_heavy(repository, most_outside=1000, most_weights=3000) == []
    add(repository, "agent/weights/notes.md", b"text")
    [breach] = too_heavy(repository, most_outside=1000, most_weights=3000)
    assert breach.startswith("agent/weights/:") and "telekom model pack" in breach


def test_a_binary_is_known_by_ending_or_by_a_nul_byte(tmp_path: Path) -> None:
    for name, content, binary in (("a.txt", b"abc", False), ("b.txt", b"a\0c", True), ("c.onnx", b"abc", True)):
        (tmp_path / name).write_bytes(content)
        assert is_binary(tmp_path / name) is binary
