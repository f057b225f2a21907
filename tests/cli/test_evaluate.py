"""The commands as a user types them. What needs the embedded model is marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.prompt_files import PROMPT_FOLDER, load_prompts
from cli.main import app

RUN = CliRunner()


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("command", ["understanding", "baseline", "rival"])
def test_bad_rows_end_the_command_with_2_and_every_line_and_reason(tmp_path: Path, command: str) -> None:
    good = {"utterance": "merhaba", "tools": []}
    bad: list[object] = [
        {"utterance": "b"},
        "{broken",
        {"utterance": "c", "tools": [{"name": "fly"}]},
        {"utterance": " ", "tools": []},
        {"utterance": "d", "tools": "get_current_bill"},
        {"utterance": "e", "tools": [{"args": {}}]},
        {"utterance": "f", "tools": [{"name": "pay_bill", "args": ["cash"]}]},
        {"utterance": "g", "tools": [], "alt": "none"},
        [1],
    ]
    file = write_lines(tmp_path / "rows.jsonl", good, *bad)
    result = RUN.invoke(app, ["eval", command, str(file)])
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"rows.jsonl:{number}" for number in range(2, 11)]
    reasons = ["missing key 'tools'", "not JSON", "fly", "empty", "not a list of objects", "missing key 'name'",
               "args of pay_bill", "alt is not a list", "not a JSON object"]  # fmt: skip
    assert all(reason in line for reason, line in zip(reasons, lines, strict=True))
    assert result.stdout == ""


def test_file_that_is_not_utf8_is_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"utterance": "a", "tools": []}\n{"utterance": "\xfe", "tools": []}\n')
    result = RUN.invoke(app, ["eval", "understanding", str(file)])
    assert (result.exit_code, result.stderr.strip()) == (2, "rows.jsonl:2: not UTF-8 (byte 16 of the line)")


def test_empty_or_absent_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    for name in ("empty.jsonl", "absent.jsonl", "."):
        assert RUN.invoke(app, ["eval", "understanding", str(tmp_path / name)]).exit_code == 2


def test_baseline_without_comparable_rows_says_so(tmp_path: Path) -> None:
    tools = [{"name": "pay_bill"}, {"name": "get_current_bill"}]
    file = write_lines(tmp_path / "rows.jsonl", {"utterance": "öde ve göster", "tools": tools})
    result = RUN.invoke(app, ["eval", "baseline", str(file)])
    assert result.exit_code == 2
    assert "no row with one tool or none" in result.stderr


def test_prompts_of_the_operator_are_read_by_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "questions.md").write_text("no front matter", "utf-8")
    monkeypatch.setenv("TELEKOM_PROMPTS", str(tmp_path))
    rows = str(write_lines(tmp_path / "rows.jsonl", {"utterance": "merhaba", "tools": []}))
    reply = {"pending": "Onaylıyor musunuz?", "utterance": "evet", "reply": "yes"}
    replies = str(write_lines(tmp_path / "replies.jsonl", reply))
    commands = (["understanding", rows], ["replies", replies], ["answers", "--n", "1"], ["scenarios", "--scripted"])
    for command in commands:
        result = RUN.invoke(app, ["eval", *command])
        assert (result.exit_code, "questions.md:1" in result.stderr) == (1, True), command


@pytest.mark.embedded
def test_changed_prompt_reaches_the_understanding_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (PROMPT_FOLDER / "questions.md").read_text("utf-8") + "\n"
    (tmp_path / "questions.md").write_text(content, "utf-8")
    monkeypatch.setenv("TELEKOM_PROMPTS", str(tmp_path))
    rows = str(write_lines(tmp_path / "rows.jsonl", {"utterance": "merhaba", "tools": []}))
    result = RUN.invoke(
        app, ["eval", "understanding", rows, "--json", str(tmp_path / "f.json")], catch_exceptions=False
    )
    sha = load_prompts(tmp_path)["questions"].sha
    assert sha != load_prompts()["questions"].sha
    assert f"questions {sha}" in result.stdout
    assert json.loads((tmp_path / "f.json").read_text("utf-8"))["agent"]["prompts"]["questions"] == sha


@pytest.mark.embedded
def test_model_that_cannot_be_had_is_said_without_a_traceback(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["eval", "answers", "--n", "1", "--model", f"hf:{tmp_path}/nonsense"])
    assert result.exit_code == 1
    assert "nonsense" in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.mark.embedded
def test_commands_measure_the_embedded_model(tmp_path: Path) -> None:
    rows = [
        {"utterance": "Bu ayki faturam ne kadar?", "tools": [{"name": "get_current_bill"}]},
        {"utterance": "merhaba", "tools": []},
        {
            "utterance": "beni Dünya Paketi'ne geçirin",  # its name is looked up in the catalogue
            "tools": [{"name": "change_package", "args": {"new_package_name": "Dünya Paketi"}}],
        },
    ]
    file = write_lines(tmp_path / "rows.jsonl", *rows)
    told = ["--json", str(tmp_path / "out" / "figures.json"), "--report", str(tmp_path / "report")]
    result = RUN.invoke(app, ["eval", "understanding", str(file), *told], catch_exceptions=False)
    assert result.exit_code == 0
    figures = json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))
    assert (figures["n"], figures["args"]) == (3, 1.0)
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "index.html", "confusion.png", "reliability.png",
    }  # fmt: skip
    told = ["--n", "4", "--json", str(tmp_path / "answers.json"), "--report", str(tmp_path / "answers")]
    result = RUN.invoke(app, ["eval", "answers", *told], catch_exceptions=False)
    assert result.exit_code == 0
    figures = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    assert (figures["n"], figures["ungrounded"]) == (4, 0)
    assert (tmp_path / "answers" / "index.html").exists()
