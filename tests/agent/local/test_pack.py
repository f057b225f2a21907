"""The weights pack: what was packed is what is loaded; a wrong, torn or newer file is one clear sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import torch

from agent.errors import ChecksumMismatch, ModelError, ModelFilesMissing, ModelUnusable
from agent.local.pack import MANIFEST, PACK_FORMAT, read_manifest, unpack, write_pack
from agent.local.storage import EmbeddedFiles

SECRET = b"weights of the trunk " * 1000


@pytest.fixture
def sources(tmp_path: Path) -> EmbeddedFiles:
    """Two small folders in the place of the prepared model and the head."""
    folders = EmbeddedFiles(tmp_path / "prepared", tmp_path / "head")
    for folder in folders:
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({"folder": folder.name}), encoding="utf-8")
    (folders.prepared / "model.safetensors").write_bytes(SECRET)
    return folders


@pytest.fixture
def pack(tmp_path: Path, sources: EmbeddedFiles) -> Path:
    file = tmp_path / "beside" / "weights.zip"
    write_pack(file, sources)
    return file


def rewrite(pack: Path, **changes: bytes) -> None:
    """Replace some files of a pack and leave its manifest as it is."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(pack, "w") as archive:
        for name, content in (files | changes).items():
            archive.writestr(name, content)


def test_unpacking_gives_what_was_packed(pack: Path, sources: EmbeddedFiles, tmp_path: Path) -> None:
    found = unpack(pack, tmp_path / "cache")
    for packed, unpacked in zip(sources, found, strict=True):
        assert {file.name: file.read_bytes() for file in packed.iterdir()} == {
            file.name: file.read_bytes() for file in unpacked.iterdir()
        }
    assert (found.prepared.parent / "vocabulary.json.gz").is_file()


def test_packing_tells_its_progress_and_the_digest(sources: EmbeddedFiles, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    digest = write_pack(tmp_path / "a.zip", sources, lambda stage, fraction: told.append((stage, fraction)))
    assert {stage for stage, _ in told} == {"pack"} and told[-1][1] == 1.0 and told == sorted(told)
    assert read_manifest(tmp_path / "a.zip").digest == digest == write_pack(tmp_path / "b.zip", sources)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_a_pack_is_unpacked_once(pack: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    first = unpack(pack, tmp_path / "cache", lambda stage, fraction: stages.append(stage))
    written = (first.prepared / "model.safetensors").stat()
    again = unpack(pack, tmp_path / "cache", lambda stage, fraction: stages.append(stage))
    assert again == first and (again.prepared / "model.safetensors").stat().st_ino == written.st_ino
    assert "unpack" not in stages[stages.index("check") :]


def test_a_damaged_unpacked_file_is_unpacked_again(pack: Path, tmp_path: Path) -> None:
    file = unpack(pack, tmp_path / "cache").prepared / "model.safetensors"
    file.write_bytes(SECRET[:-1] + b"!")
    assert (unpack(pack, tmp_path / "cache").prepared / "model.safetensors").read_bytes() == SECRET


def test_a_changed_file_in_the_pack_raises_checksum_mismatch(pack: Path, tmp_path: Path) -> None:
    rewrite(pack, **{"prepared/model.safetensors": SECRET[:-1] + b"!"})
    with pytest.raises(ChecksumMismatch, match="prepared/model.safetensors is not the file that was packed"):
        unpack(pack, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*/"))


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_a_torn_pack_raises_model_unusable(pack: Path, tmp_path: Path, kept: int) -> None:
    pack.write_bytes(pack.read_bytes()[:kept])
    with pytest.raises(ModelUnusable, match="no weights pack, or it is torn"):
        unpack(pack, tmp_path / "cache")


def test_damaged_bytes_raise_model_error(pack: Path, tmp_path: Path) -> None:
    content = bytearray(pack.read_bytes())
    content[content.index(SECRET) + 50] ^= 1
    pack.write_bytes(content)
    with pytest.raises(ModelError, match="telekom model pack"):
        unpack(pack, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*/"))


def test_a_newer_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    newer = {"format": PACK_FORMAT + 1, "something": "else"}
    rewrite(pack, **{MANIFEST: json.dumps(newer).encode()})
    with pytest.raises(ModelUnusable, match=f"format {PACK_FORMAT + 1}; this program reads format {PACK_FORMAT}"):
        unpack(pack, tmp_path / "cache")


def test_a_pack_for_another_processor_is_refused(pack: Path, tmp_path: Path) -> None:
    told = json.loads(zipfile.ZipFile(pack).read(MANIFEST)) | {"engine": "other"}
    rewrite(pack, **{MANIFEST: json.dumps(told).encode()})
    with pytest.raises(ModelUnusable, match=f"other.*{torch.backends.quantized.engine}"):
        unpack(pack, tmp_path / "cache")


def test_a_path_out_of_the_folder_is_refused(pack: Path, tmp_path: Path) -> None:
    told = json.loads(zipfile.ZipFile(pack).read(MANIFEST))
    told["files"] = {"../outside": told["files"]["prepared/model.safetensors"]}
    rewrite(pack, **{MANIFEST: json.dumps(told).encode(), "../outside": SECRET})
    with pytest.raises(ModelUnusable, match="leads out of it"):
        unpack(pack, tmp_path / "cache")
    assert not (tmp_path / "outside").exists()


def test_what_is_no_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesMissing, match="TELEKOM_WEIGHTS"):
        unpack(tmp_path / "nothing.zip", tmp_path)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ModelUnusable, match="no weights pack"):
        unpack(other, tmp_path)
