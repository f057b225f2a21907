"""``telekom prompts`` as a prompt engineer types it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from agent.prompt_files import load_prompts
from cli.main import app


def test_list_tells_hash_and_variables() -> None:
    rows = json.loads(CliRunner().invoke(app, ["prompts", "list", "--json"]).stdout)
    assert {row["name"]: row["sha"] for row in rows} == {name: one.sha for name, one in load_prompts().items()}
    assert ["examples", "message"] in [row["variables"] for row in rows]
    assert "respond" in CliRunner().invoke(app, ["prompts", "list"]).stdout


def test_diff_with_a_file_shows_lines_and_status(tmp_path: Path) -> None:
    file = tmp_path / "respond.md"
    file.write_text(load_prompts()["respond"].source, encoding="utf-8")
    assert CliRunner().invoke(app, ["prompts", "diff", "respond", "--file", str(file)]).exit_code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("Temsilci:", "Cevap: {{ ad }}"), encoding="utf-8")
    told = CliRunner().invoke(app, ["prompts", "diff", "respond", "--file", str(file)])
    assert told.exit_code == 1 and "+Cevap:" in told.stdout and "-Temsilci:" in told.stdout
    assert "unknown variable ad" in told.output


def test_diff_needs_one_thing_to_compare_with() -> None:
    assert CliRunner().invoke(app, ["prompts", "diff", "respond"]).exit_code == 2
    assert CliRunner().invoke(app, ["prompts", "diff", "nothing", "--run", "x"]).exit_code == 2
