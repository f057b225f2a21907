"""``telekom runs`` as a prompt engineer types it, on the database of a service that took two turns."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.models import Models
from agent.prompt_files import load_prompts
from cli.main import app
from conversation.service import User
from core.settings import Settings
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from service.container import open_service
from tests.doubles import meanings_of

QUESTION = "Faturam ne kadar?"
SUBJECT = "Faturam hakkında bilgi verir misiniz?"  # a subject as a whole, so that the chat model words the answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a service in which customer 1 asked twice."""
    return recorded(tmp_path_factory.mktemp("runs"), QUESTION, "[red]Merhaba\x1b[2J 0532 999 88 77")


def recorded(folder: Path, *messages: str) -> Path:
    """Make the data folder of a service in which customer 1 has sent some messages."""
    settings = Settings(_env_file=None, data_dir=folder, mount_chat=False)
    models = Models(
        chat_model=ScriptedChatModel(),
        decision_model=ScriptedDecisionModel(meanings_of(dict.fromkeys((QUESTION, SUBJECT), "get_current_bill"))),
    )

    async def talk() -> None:
        async with open_service(settings, models=models) as service:
            user = User(2, 1, "musteri1@example.com", "customer", "")
            for message in messages:
                async for _ in service.conversations.stream(user, message=message):
                    pass

    asyncio.run(talk())
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["runs", *arguments], env={"TELEKOM_DATA_DIR": str(folder), "COLUMNS": "120"})


def ids(folder: Path) -> list[str]:
    return [row["id"] for row in json.loads(run(folder, "list", "--json").stdout)]


def test_list_gives_the_newest_first_and_masked(folder: Path) -> None:
    rows = json.loads(run(folder, "list", "--json").stdout)
    assert [row["message"] for row in rows][1] == QUESTION and "999" not in rows[0]["message"]
    assert all(row["id"] for row in rows)
    shown = run(folder, "list")
    assert shown.exit_code == 0 and "\x1b[2J" not in shown.stdout and "[red]" in shown.stdout


def test_list_can_be_filtered(folder: Path) -> None:
    rows = json.loads(run(folder, "list", "--json", "--tool", "get_current_bill").stdout)
    assert [row["message"] for row in rows] == [QUESTION]


def test_show_tells_every_node_by_the_beginning_of_an_id(folder: Path) -> None:
    first = ids(folder)[1]
    detail = json.loads(run(folder, "show", first[:8], "--json").stdout)
    assert [step["node"] for step in detail["steps"]] == [
        "detect_intent",
        "select_tools",
        "execute_tools",
        "synthesize",
    ]
    assert run(folder, "show", first).exit_code == 0


def test_show_of_no_run_says_so(folder: Path) -> None:
    result = run(folder, "show", "nothing")
    assert result.exit_code == 1 and "There is no run nothing" in result.output


def test_compare_names_what_differs(folder: Path) -> None:
    second, first = ids(folder)
    told = json.loads(run(folder, "compare", first, second, "--json").stdout)
    assert not told["same"] and ["-", "get_current_bill"] in told["calls"]
    assert json.loads(run(folder, "compare", first, first, "--json").stdout)["same"]


def test_export_writes_a_line_a_turn(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    assert run(folder, "export", str(file)).exit_code == 0
    assert [json.loads(line)["row"]["id"] for line in file.read_text(encoding="utf-8").splitlines()] == ids(folder)


def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    result = run(tmp_path / "empty", "list")
    assert result.exit_code == 1 and "There is no database" in result.output
    assert not (tmp_path / "empty").exists()


def test_keep_writes_a_scenario_once(folder: Path, tmp_path: Path) -> None:
    first = ids(folder)[1]
    kept = run(folder, "keep", first, "--as", "asked_for_bill", "--folder", str(tmp_path))
    assert kept.exit_code == 0 and (tmp_path / "asked_for_bill.yaml").is_file()
    again = run(folder, "keep", first, "--as", "asked_for_bill", "--folder", str(tmp_path))
    assert again.exit_code == 1 and "--force" in again.output
    assert run(folder, "keep", first, "--as", "No Name", "--folder", str(tmp_path)).exit_code == 2


def test_compare_of_a_set_needs_two_different_sides(folder: Path) -> None:
    same = run(folder, "compare", "--intent", "get_current_bill")
    assert same.exit_code == 2 and "Both sides are the same" in same.output
    assert run(folder, "compare", ids(folder)[0]).exit_code == 2


def test_words_that_differ_are_marked_without_colours(folder: Path) -> None:
    second, first = ids(folder)
    shown = run(folder, "compare", first, second).stdout
    assert "[-" in shown and "-]" in shown and "{+" in shown and "+}" in shown


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--prompt", "no front matter", "policy.md:1"),
        ("--prompt", load_prompts()["policy"].source.replace("patience: 2", "patience: iki"), "policy.md:4: patience"),
        ("--result", "{", "the result of policy is not JSON"),
        ("--result", "[1]", "the result of policy is no JSON object"),
    ],
)
def test_a_bad_change_of_a_re_run_is_told_in_one_line(
    folder: Path, tmp_path: Path, option: str, content: str, said: str
) -> None:
    file = tmp_path / "changed"
    file.write_text(content, encoding="utf-8")
    result = run(folder, "replay", ids(folder)[1], option, f"policy={file}")
    assert result.exit_code in (1, 2) and said in result.output and "Traceback" not in result.output


def test_re_runs_are_listed_and_shown(tmp_path: Path) -> None:
    folder = recorded(tmp_path, QUESTION)
    [run_id] = ids(folder)
    again = json.loads(run(folder, "replay", run_id, "--seed", "0", "--json").stdout)
    [row] = json.loads(run(folder, "reruns", run_id, "--json").stdout)
    assert (row["id"], row["overrides"], row["by"]) == (again["id"], {"seed": 0}, "telekom command")
    assert again["id"][:8] in run(folder, "reruns", run_id).stdout
    shown = json.loads(run(folder, "reruns", run_id, row["id"][:8]).stdout)
    assert shown["outcome"]["answer"] == again["answer"] and shown["outcome"]["steps"]
    assert run(folder, "reruns", run_id, "nothing").exit_code == 1


def test_a_set_with_a_turn_that_is_worse_ends_with_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing answers at the address of the other model, so that code words what the model worded before."""
    monkeypatch.setenv("TELEKOM_RERUN_MODELS", "endpoint:http://127.0.0.1:9#*")
    folder = recorded(tmp_path, SUBJECT)
    worse = run(folder, "compare", "--model-b", "endpoint:http://127.0.0.1:9#none", "--json")
    told = json.loads(worse.stdout)
    assert worse.exit_code == 1 and told["counts"]["worse"] == 1
    assert any("model_failed" in fault for pair in told["pairs"] for fault in pair["faults"][1])
    better = run(folder, "compare", "--model-a", "endpoint:http://127.0.0.1:9#none")
    assert better.exit_code == 0 and "1 better" in better.stdout
