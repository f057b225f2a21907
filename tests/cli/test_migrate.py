"""``telekom migrate``: tables without a server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app


def test_tables_are_made_and_a_newer_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEKOM_DATA_DIR", str(tmp_path / "data"))
    for _ in range(2):
        ran = CliRunner().invoke(app, ["migrate"])
        assert ran.exit_code == 0 and "The tables are up to date: sqlite" in ran.output
    assert {"telekom.sqlite3", "threads.sqlite3"} <= {file.name for file in (tmp_path / "data").iterdir()}
    with closing(sqlite3.connect(tmp_path / "data" / "telekom.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    ran = CliRunner().invoke(app, ["migrate"])
    assert ran.exit_code == 1 and "newer version of this program" in ran.output
