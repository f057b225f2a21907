"""``telekom knowledge`` and ``telekom eval knowledge`` as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from database.texts import hash_of
from graph.knowledge.pages import page_texts


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def test_check_counts_entries_and_names_mistakes(tmp_path: Path) -> None:
    code, told = _run("knowledge", "check")
    assert code == 0 and "nothing is wrong" in told
    (tmp_path / "page.md").write_text("## Yalnız Türkçe\nid: x\n", encoding="utf-8")
    code, told = _run("knowledge", "check", "--folder", str(tmp_path))
    assert code == 1 and "page.md:1" in told


def test_search_shows_entries_or_says_that_nothing_fits() -> None:
    code, told = _run("knowledge", "search", "roaming kaç para")
    assert code == 0 and "roaming_fee" in told and "Nothing fits" not in told
    assert "Nothing fits" in _run("knowledge", "search", "mercimek çorbası tarifi ver")[1]


def test_list_names_ids() -> None:
    assert "assistant_program" in _run("knowledge", "list")[1]


def test_eval_writes_figures_and_refuses_bad_rows(tmp_path: Path) -> None:
    file, out = tmp_path / "rows.jsonl", tmp_path / "out.json"
    rows = [
        {"text": "roaming kaç para", "entry": "roaming_fee", "language": "tr"},
        {"text": "çorba tarifi ver", "entry": None, "language": "tr", "kind": "outside"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, said = _run("eval", "knowledge", str(file), "--json", str(out))
    told = json.loads(out.read_text(encoding="utf-8"))
    sha = hash_of(page_texts()["roaming.md"])
    assert told["agent"]["texts"]["knowledge/roaming.md"] == sha and f"knowledge/roaming {sha}" in said
    assert told["agent"]["weights"] in said
    assert code == 0 and told["recall@3"] == 1.0 and told["refused_outside"] == 1.0
    file.write_text('{"text": "x"}\n', encoding="utf-8")
    assert _run("eval", "knowledge", str(file))[0] == 2
    file.write_text(json.dumps({**rows[0], "entry": "unknown"}), encoding="utf-8")
    assert _run("eval", "knowledge", str(file))[0] == 2
