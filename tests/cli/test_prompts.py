"""``telekom prompts`` as a prompt engineer types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.prompt_files import load_prompts
from cli.main import app
from core.settings import Settings
from database.session import Database
from graph.answers.approved import own_texts
from graph.knowledge.pages import page_texts

RESPOND = load_prompts()["respond"].source
EDITED = RESPOND.replace("Temsilci:", "Cevap:")


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """The data folder of a service, with an empty registry."""
    folder = tmp_path / "data"
    database = Database(Settings(_env_file=None, data_dir=folder).resolved_database_url)
    await database.migrate()
    await database.close()
    return folder


def prompts(data: Path, *arguments: str) -> Result:
    environment = {"TELEKOM_DATA_DIR": str(data), "COLUMNS": "200"}
    return CliRunner().invoke(app, ["prompts", *arguments], env=environment)


def listed(data: Path) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(prompts(data, "list", "--json").stdout)}


def test_list_tells_every_text_and_where_it_is_served_from(tmp_path: Path) -> None:
    rows = listed(tmp_path / "nowhere")
    shas = {f"prompts/{name}.md": one.sha for name, one in load_prompts().items()}
    assert {name: row["sha"] for name, row in rows.items() if name in shas} == shas
    assert rows.keys() - shas.keys() == {
        *(f"prompts/{name}" for name in own_texts()), *(f"knowledge/{name}" for name in page_texts()),
    }  # fmt: skip
    assert {row["origin"] for row in rows.values()} == {"files"}
    shown = prompts(tmp_path / "nowhere", "list").stdout
    assert "prompts/respond.md" in shown and "our files" in shown and not (tmp_path / "nowhere").exists()


def test_diff_with_a_file_shows_lines_and_status(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "respond.md"
    file.write_text(RESPOND, encoding="utf-8")
    assert prompts(data, "diff", "respond", "--file", str(file)).exit_code == 0
    file.write_text(RESPOND.replace("Temsilci:", "Cevap: {{ ad }}"), encoding="utf-8")
    told = prompts(data, "diff", "respond", "--file", str(file))
    assert told.exit_code == 1 and "+Cevap:" in told.stdout and "-Temsilci:" in told.stdout
    assert "unknown variable ad" in told.output


def test_diff_needs_one_thing_to_compare_with(data: Path) -> None:
    assert prompts(data, "diff", "respond").exit_code == 2
    assert prompts(data, "diff", "nothing", "--run", "x").exit_code == 2


def test_check_names_every_mistake_with_file_and_line(data: Path, tmp_path: Path) -> None:
    assert prompts(data, "check").exit_code == 0
    folder = tmp_path / "texts"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "policy.md").write_text("---\nvariables: []\npatience: iki\n---\n", encoding="utf-8")
    own = own_texts()["answers.yaml"]
    (folder / "prompts" / "answers.yaml").write_text(own.replace("{amount}, son", "5 TL, son", 1), encoding="utf-8")
    told = prompts(data, "check", str(folder))
    assert told.exit_code == 1 and "policy.md:3: patience" in told.output and "answers.yaml:7: " in told.output


def test_a_pushed_version_is_labelled_and_rolled_back(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "respond.md"
    file.write_text(EDITED, encoding="utf-8")
    pushed = prompts(data, "push", str(file), "--note", "shorter")
    assert pushed.exit_code == 0 and "prompts/respond.md version 2" in pushed.stdout
    assert listed(data)["prompts/respond.md"]["origin"] == "files"
    assert prompts(data, "label", "respond", "production", "2").exit_code == 0
    row = listed(data)["prompts/respond.md"]
    assert (row["origin"], row["number"], row["source"]) == ("label", 2, EDITED)
    newest, first = json.loads(prompts(data, "versions", "respond", "--json").stdout)
    assert (newest["note"], newest["labels"], first["by"]) == ("shorter", ["production"], "files")
    assert "+Temsilci:" not in prompts(data, "diff", "respond", "--version", "2").stdout
    assert prompts(data, "diff", "respond", "--version", "1").exit_code == 1
    assert "off again" in prompts(data, "rollback", "respond").stdout
    assert listed(data)["prompts/respond.md"]["origin"] == "files"
    assert "version 2 again" in prompts(data, "rollback", "respond").stdout


def test_a_text_that_cannot_be_served_is_neither_pushed_nor_labelled(data: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "respond.md", tmp_path / "policy.md"
    good.write_text(EDITED, encoding="utf-8")
    bad.write_text("no front matter", encoding="utf-8")
    refused = prompts(data, "push", str(good), str(bad), "--label", "production")
    assert refused.exit_code == 1 and "policy.md:1: no front matter" in refused.output
    assert prompts(data, "versions", "respond", "--json").stdout.strip() == "[]"
    missing = prompts(data, "label", "respond", "production", "7")
    assert missing.exit_code == 1 and "There is no version 7" in missing.output
    assert "nothing to go back to" in prompts(data, "rollback", "respond").output


def test_what_was_pulled_can_be_pushed_and_named_as_folders(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pulled"
    assert prompts(data, "pull", str(folder)).exit_code == 0
    assert "Nothing differs" in prompts(data, "push", str(folder)).stdout
    settings = {"TELEKOM_PROMPTS": str(folder / "prompts"), "TELEKOM_KNOWLEDGE": str(folder / "knowledge")}
    rows = json.loads(CliRunner().invoke(app, ["prompts", "list", "--json"], env=settings).stdout)
    assert {row["origin"] for row in rows} == {"folder"}
    (folder / "prompts" / "respond.md").write_text(EDITED, encoding="utf-8")
    refused = prompts(data, "pull", str(folder))
    assert refused.exit_code == 1 and "Nothing was written" in refused.output
    assert prompts(data, "pull", str(folder), "--force").exit_code == 0
