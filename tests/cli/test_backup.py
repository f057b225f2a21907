"""``telekom backup`` and ``telekom restore`` as an operator types them, on the files of a service that has run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from tests.api.conftest import Stage, seeded_folder, stage

__all__ = ["seeded_folder", "stage"]


@pytest.fixture
def folder(stage: Stage) -> Path:
    """The data folder of a service that has run."""

    async def use() -> None:
        async with stage.open(stage.settings):
            pass

    asyncio.run(use())
    return stage.settings.data_dir


def run(folder: Path, *arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"TELEKOM_DATA_DIR": str(folder), **settings})


def test_backup_is_restored_into_another_folder(folder: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "a.zip", tmp_path / "other"
    made = run(folder, "backup", str(file))
    assert made.exit_code == 0, made.output
    assert "sqlite, revision" in made.stdout
    done = run(other, "restore", str(file))
    assert done.exit_code == 0, done.output
    assert "restored:" in done.stdout and "SECRET_KEY" not in done.stdout
    assert "10 accounts" in run(other, "users", "list").stdout
    again = run(other, "restore", str(file))
    assert (again.exit_code, again.stderr.endswith("Nothing was restored.\n")) == (1, True)
    assert "is there already" in run(folder, "backup", str(file)).stderr


def test_another_secret_key_is_told(folder: Path, tmp_path: Path) -> None:
    run(folder, "backup", str(tmp_path / "a.zip"))
    done = run(tmp_path / "other", "restore", str(tmp_path / "a.zip"), TELEKOM_SECRET_KEY="x" * 40)
    assert "TELEKOM_SECRET_KEY is another one" in done.stdout


def test_what_cannot_be_used_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    assert "There is no database" in run(tmp_path / "none", "backup", str(tmp_path / "a.zip")).stderr
    assert "Nothing was restored" in run(tmp_path / "none", "restore", str(tmp_path / "a.zip")).stderr
    (tmp_path / "text.zip").write_text("text")
    assert "is no backup" in run(tmp_path / "none", "restore", str(tmp_path / "text.zip")).stderr
    away = run(folder, "backup", str(tmp_path / "b.zip"), TELEKOM_DATABASE_URL="postgresql://x@127.0.0.1:1/none")
    assert (away.exit_code, "No backup was made" in away.stderr, "Traceback" in away.output) == (1, True, False)


def test_person_who_was_erased_since_is_not_brought_back(folder: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "a.zip", tmp_path / "other"
    run(folder, "backup", str(file))
    assert "erases everybody on it again" in run(folder, "customer", "erase", "1", "--yes").stdout
    later = folder / "erasures.jsonl"
    assert later.stat().st_mode & 0o777 == 0o600 and "Mehmet" not in later.read_text(encoding="utf-8")
    with later.open("a", encoding="utf-8") as lines:
        lines.write('{"customer": 4711, "at": "2026-11-30T10:00:00+03:00"}\n')  # who came after the backup
    done = run(other, "restore", str(file), "--erasures", str(later))
    assert done.exit_code == 0, done.output
    assert "Erased again: 1 of the 2 numbers on the list." in done.stdout
    assert "is erased already" in run(other, "customer", "erase", "1").stdout
    assert "musteri1@example.com" not in run(other, "users", "list").stdout
    assert "musteri2@example.com" in run(other, "users", "list").stdout


def test_list_in_the_data_folder_is_taken_and_none_is_told(folder: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "a.zip", tmp_path / "other"
    run(folder, "backup", str(file))
    assert "There is no list of erasures" in run(tmp_path / "third", "restore", str(file)).stdout
    other.mkdir()
    (other / "erasures.jsonl").write_text('{"customer": 2, "at": "2026-11-30T10:00:00+03:00"}\n', encoding="utf-8")
    assert "Erased again: 2 of the 1 number" in run(other, "restore", str(file)).stdout


def test_list_that_cannot_be_read_restores_nothing(folder: Path, tmp_path: Path) -> None:
    run(folder, "backup", str(tmp_path / "a.zip"))
    bad = tmp_path / "list.jsonl"
    bad.write_text('{"customer": 2, "at": "2026-11-30T10:00:00+03:00"}\nrubbish\n', encoding="utf-8")
    done = run(tmp_path / "other", "restore", str(tmp_path / "a.zip"), "--erasures", str(bad))
    assert done.exit_code == 1 and f"{bad}:2: is no line of a list of erasures. Nothing was restored." in done.stderr
    assert not (tmp_path / "other").exists()
