"""``telekom sets`` and ``telekom experiments`` as a prompt engineer types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.prompt_files import load_prompts
from cli.main import app
from tests.cli.test_runs import QUESTION, SUBJECT, recorded

RESPOND = load_prompts()["respond"].source
SHOWN = "- Ödemeniz gereken tutar {amount}; son ödeme tarihi {due_date}.\n{{ examples }}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service in which customer 1 asked for his bill in two ways; both turns are in the set ``bills``."""
    made = recorded(tmp_path / "data", QUESTION, SUBJECT)
    assert "2 turns" in run(made, "sets", "make", "bills", "--intent", "get_current_bill").stdout
    return made


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"TELEKOM_DATA_DIR": str(folder), "COLUMNS": "160"})


def runs_of(folder: Path) -> list[str]:
    return [turn["run_id"] for turn in json.loads(run(folder, "sets", "show", "bills", "--json").stdout)]


def changed(tmp_path: Path) -> Path:
    file = tmp_path / "respond.md"
    file.write_text(RESPOND.replace("{{ examples }}", SHOWN), encoding="utf-8")
    return file


def test_a_set_is_made_of_what_the_options_find_or_of_named_turns(folder: Path) -> None:
    [row] = json.loads(run(folder, "sets", "list", "--json").stdout)
    assert (row["name"], row["turns"]) == ("bills", 2)
    assert row["made_from"] == {"intent": "get_current_bill", "limit": 200}
    first = runs_of(folder)[0]
    assert "1 turn" in run(folder, "sets", "make", "one", first[:8]).stdout
    for arguments, said in (
        (("make", "bills"), "There is a set bills already."),
        (("make", "none", "--text", "bulunmaz"), "No turn meets the conditions"),
        (("make", "none", "--since", "2031-01-01"), "No turn meets the conditions"),
        (("show", "none"), "There is no set none."),
        (("drop", "none"), "There is no set none."),
    ):
        refused = run(folder, "sets", *arguments)
        assert refused.exit_code == 1 and said in refused.output, refused.output
    assert QUESTION in run(folder, "sets", "show", "bills").stdout
    assert run(folder, "sets", "drop", "one").exit_code == 0
    assert len(json.loads(run(folder, "sets", "list", "--json").stdout)) == 1


def test_an_experiment_ends_with_1_where_a_turn_is_worse(folder: Path, tmp_path: Path) -> None:
    first, second = runs_of(folder)
    expect = tmp_path / "expect.yaml"
    expect.write_text(f"{second[:8]}: {{says_not: [Ödemeniz gereken]}}", encoding="utf-8")
    assert "1 turn with expectations" in run(folder, "sets", "expect", "bills", str(expect)).stdout
    versions = ("--version", "served", "--version", str(changed(tmp_path)))
    found = run(folder, "experiments", "run", "bills", *versions, "--fail-on", "worse", "--json")
    told = json.loads(found.stdout)
    says = told["compared"][0]["checks"]["says"]
    assert (told["done"], told["turns"], says["worse"], says["better"]) == (True, 2, 1, 0)
    [flip] = [flip for flip in told["flips"] if flip["check"] == "says"]
    assert (flip["run_id"], flip["verdict"], flip["why"]) == (second, "worse", "says Ödemeniz gereken")
    assert found.exit_code == 1
    surely = run(folder, "experiments", "show", told["id"][:8], "--fail-on", "surely-worse")
    assert surely.exit_code == 0 and "turns that flip" in surely.stdout and "Ödemeniz gereken" in surely.stdout
    assert told["id"][:8] in run(folder, "experiments", "list").stdout
    again = run(folder, "experiments", "run", "bills", "--go-on", told["id"], "--json")
    assert json.loads(again.stdout)["flips"] == told["flips"]


def test_versions_of_the_registry_and_temperatures_are_sides(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "prompts", "push", str(changed(tmp_path)), "--label", "staging").exit_code == 0
    names = ("recorded", "served", "label:staging", "prompts/respond.md@2")
    refused = run(folder, "experiments", "run", "bills", *(part for name in names for part in ("--version", name)))
    assert refused.exit_code == 1 and "label:staging and prompts/respond.md@2 are the same" in refused.output
    kept = (part for name in names[:3] for part in ("--version", name))
    found = run(folder, "experiments", "run", "bills", *kept, "--temperature", "0", "--temperature", "1", "--json")
    told = json.loads(found.stdout)
    assert [side["name"] for side in told["sides"]] == [
        f"{name}, temperature {heat}" for name in names[:3] for heat in ("0", "1")
    ]
    assert told["turns"] == 2 and len(told["compared"]) == 5


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("label:none", "No text has the label none."),
        ("prompts/respond.md@9", "There is no version 9 of prompts/respond.md."),
        ("nonsense", "write recorded, served, label:NAME, or TEXT@NUMBER"),
    ],
)
def test_a_version_that_there_is_not_is_told_in_one_line(folder: Path, version: str, said: str) -> None:
    refused = run(folder, "experiments", "run", "bills", "--version", "served", "--version", version)
    assert refused.exit_code == 1 and said in " ".join(refused.output.split()) and "Traceback" not in refused.output


def test_expectations_of_no_turn_of_the_set_are_refused(folder: Path, tmp_path: Path) -> None:
    expect = tmp_path / "expect.yaml"
    expect.write_text("none: {says: [Tutar]}", encoding="utf-8")
    refused = run(folder, "sets", "expect", "bills", str(expect))
    assert refused.exit_code == 1 and "the set has no such turn" in refused.output


def test_bisect_names_the_text_that_flipped_a_turn(folder: Path, tmp_path: Path) -> None:
    second = runs_of(folder)[1]
    assert run(folder, "prompts", "push", str(changed(tmp_path)), "--label", "staging").exit_code == 0
    found = run(folder, "runs", "bisect", second[:8], "--good", "label:staging")
    assert found.exit_code == 0 and "flipped by: prompts/respond.md" in found.stdout, found.output
    nothing = run(folder, "runs", "bisect", second[:8], "--good", runs_of(folder)[0])
    assert nothing.exit_code == 1 and "No text explains it." in nothing.stdout
