"""``telekom customer`` as an operator types it, on the files of a service that has run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from core.channels import Channel
from evaluation.conversation_environment import demo_user
from tests.api.conftest import Stage, seeded_folder, stage

__all__ = ["seeded_folder", "stage"]


@pytest.fixture
def folder(stage: Stage) -> Path:
    """The data folder of a service that took a turn."""

    async def use() -> None:
        async with stage.open(stage.settings) as service:
            await service.conversations.run(
                demo_user(1), session_id="a", message="Merhaba", channel=Channel.REST
            )  # fmt: skip

    asyncio.run(use())
    return stage.settings.data_dir


def run(folder: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        app, ["customer", *arguments], env={"TELEKOM_DATA_DIR": str(folder)}, input=typed
    )  # fmt: skip


def test_export_makes_a_folder_and_never_writes_over_one(folder: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = run(folder, "export", "1", "--folder", out)
    assert done.exit_code == 0, done.output
    assert "files in" in done.stdout and (tmp_path / "out" / "README.md").is_file()
    again = run(folder, "export", "1", "--folder", out)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert run(folder, "export", "77", "--folder", str(tmp_path / "b")).stderr == "There is no customer 77.\n"


def test_erase_asks_first_and_tells_what_was_erased(folder: Path, tmp_path: Path) -> None:
    refused = run(folder, "erase", "1", typed="n\n")
    assert refused.exit_code == 1
    for words in ("Mehmet Demir", "musteri1@example.com", "not paid: 1 bill, 259.80"):
        assert words in refused.stdout
    done = run(folder, "erase", "1", typed="y\n")
    assert done.exit_code == 0, done.output
    assert "2 chat_messages" in done.stdout and "customer 1 is erased." in done.stdout
    assert "kept as the law wants: bills, payments, receipts" in done.stdout
    again = run(folder, "erase", "1")
    assert (again.exit_code, again.stdout.count("\n")) == (0, 1) and "is erased already" in again.stdout
    run(folder, "export", "1", "--folder", str(tmp_path / "out"))
    assert "Mehmet" not in (tmp_path / "out" / "data" / "customers.json").read_text(encoding="utf-8")
    assert run(folder, "erase", "77", "--yes").stderr == "There is no customer 77.\n"
