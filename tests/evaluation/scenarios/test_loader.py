"""Around the runner: faults of files, the scripted model, the figures, the page and the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.prompt_files import load_prompts
from cli.main import app
from evaluation.scenarios.docs import document
from evaluation.scenarios.format import Meaning
from evaluation.scenarios.loader import BadScenarios, read_scenarios
from evaluation.scenarios.report import by_behaviour, failing, figures, passed, write_report
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from evaluation.scenarios.transcript import ScenarioRun
from evaluation.scripted import ScenarioDecisionModel
from tests.evaluation.scenarios.samples import BILL, written

RUN = CliRunner()


def turn(**means: Any) -> dict[str, Any]:
    return {"turns": [{"say": ["a"], "means": means}]}


def changed(**row: Any) -> dict[str, Any]:
    return {"expect": {"changed": [row]}}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (turn(topics="person"), "turns.0.say.means.topics: Extra inputs"),
        (turn(operations=["fly"]), "turns.0.say.means: Value error, there is no operation fly"),
        (turn(operations=["pay_bill"], arguments={"bill": 1}), "no such argument of pay_bill: bill"),
        (turn(arguments={"line_number": "05000000001"}), "a line's number is read from the words"),
        (turn(arguments={"region": "{regions}"}), "turns.0.means.arguments.region: there is no placeholder {regions}"),
        ({"turns": [{"say": ["a"]}]}, "turns.0.say.means: Field required"),
        ({"turns": [{"say": [], "means": {}}]}, "turns.0.say.say: List should have at least 1"),
        ({"turns": [{"say": ["a"], "later": 3}]}, "turns.0: a turn has exactly one of say, approve"),
        ({"turns": [{"say": ["{amounts}"], "means": {}}]}, "turns.0.say.0: there is no placeholder {amounts}"),
        (changed(table="cars", added=1), "expect.changed.0: Value error, there is no table cars"),
        (changed(table="bills", where={"colour": 1}, added=1), "bills has no column colour"),
        (changed(table="bills"), "expect.changed.0: Value error, added or now"),
        ({"expect": {"may_call": ["pay_bill"]}}, "expect.may_call: Value error, pay_bill is no look-up"),
        ({"expect": {"called": ["fly"]}}, "expect.called: Value error, there is no operation fly"),
        ({"start": {"rows": [{"update": "bills"}]}}, "start.rows.0: Value error, update needs set"),
        ({"start": {"payment": {"decline": "NO"}}}, "start.payment.decline: Input should be"),
        ({"customer": 8}, "customer"),
        ({"id": "two"}, "id: not the file's name"),
        ({"wants": 1}, "wants: Extra inputs"),
    ],
)
def test_fault_of_a_file_is_named_with_its_place(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadScenarios) as refused:
        written(tmp_path, **({"turns": [BILL], "expect": {}} | change))
    lines = str(refused.value).splitlines()
    assert all(line.startswith("one.yaml: ") for line in lines)
    assert any(fault in line for line in lines), lines


def test_file_that_is_no_yaml_or_says_a_key_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: [", "utf-8")
    (tmp_path / "b.yaml").write_text("id: b\nid: b\n", "utf-8")
    with pytest.raises(BadScenarios) as refused:
        read_scenarios(tmp_path)
    first, second = str(refused.value).splitlines()
    assert first.startswith("a.yaml: not YAML: ")
    assert "twice: id" in second


def test_absent_scenario_and_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadScenarios, match="there is no scenario"):
        read_scenarios(tmp_path)
    written(tmp_path, [BILL], {})
    with pytest.raises(BadScenarios, match="c: there is no such scenario"):
        read_scenarios(tmp_path, ["c"])


def test_bare_yes_and_no_are_replies() -> None:
    assert [Meaning.model_validate({"reply": value}).reply for value in (True, False, "other")] == [
        "yes",
        "no",
        "other",
    ]


def test_scripted_model_answers_every_question_that_there_is() -> None:
    asked = load_prompts()["questions"].data
    alone = {name: question for name, question in asked.items() if isinstance(question, dict) and "type" in question}
    questions = {**asked["questions"], **asked["arguments"], **alone}
    model = ScenarioDecisionModel()
    stated = Meaning(operations=["pay_bill"], arguments={"method": "cash"}, unsure=True, pick="last", step="still")
    for means in (Meaning(), stated):
        model.set_meaning("öde", means, "en")
        answers = model.invoke({"state": "öde", "questions": questions})
        assert set(answers) == set(questions)
        for name, answer in answers.items():
            assert sum(answer["probabilities"].values()) == pytest.approx(1)
            assert answer["type"] == "noul" or answer["choice"] in questions[name]["criteria"]
    assert max(answers["operation"]["probabilities"].values()) < 0.3
    chosen = {name: answers[name]["choice"] for name in ("method", "language", "pick", "step")}
    assert chosen == {"method": "cash", "language": "en", "pick": "last", "step": "still"}


def test_scripted_model_refuses_a_question_that_it_cannot_answer() -> None:
    model = ScenarioDecisionModel()
    with pytest.raises(ValueError, match="mood"):
        model.invoke({"state": "a", "questions": {"mood": {"type": "choice", "criteria": {"good": "", "bad": ""}}}})


def test_scripted_model_gives_each_part_of_a_message_an_operation() -> None:
    model = ScenarioDecisionModel()
    wanted = ["get_current_bill", "pay_bill", "suspend_line"]
    model.set_meaning("a, b ve c", Meaning(operations=wanted), "tr")
    question = {"operation": load_prompts()["questions"].data["questions"]["operation"]}
    found = [model.invoke({"state": part, "questions": question})["operation"]["choice"] for part in "abcda"]
    assert found == [*wanted, "none", wanted[0]]


async def test_shares_are_counted_over_scenarios_and_shown(tmp_path: Path) -> None:
    scenario = written(tmp_path, [BILL], {"called": ["get_current_bill"]})
    good = await ScenarioRunner(scripted_agent(), tmp_path).play(scenario, 0)
    bad = ScenarioRun(scenario, 1, ["it failed"], good.transcript)
    other = scenario.model_copy(update={"id": "two", "behaviours": ["tested", "rare"]})
    runs = [good, bad, ScenarioRun(other, 0, [], good.transcript), ScenarioRun(other, 1, [], good.transcript)]
    total = passed("all", runs)
    assert (total.n, total.pass_1, total.pass_k) == (2, 1.0, 0.5)
    assert [(one.name, one.n, one.pass_k) for one in by_behaviour(runs)] == [("tested", 2, 0.5), ("rare", 1, 1.0)]
    assert failing(runs) == [("one", "1", "it failed")]
    assert figures(runs, 2, {"model": "m"})["failed"] == [{"scenario": "one", "run": 1, "failures": ["it failed"]}]
    page = write_report(runs, 2, tmp_path / "report", "m").read_text("utf-8")
    assert "it failed" in page
    assert "customer: faturam ne kadar" in page
    assert "### one\n" in document([scenario])


def test_command_measures_and_writes_what_it_found(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    written(folder, [BILL], {"called": ["pay_bill"]})
    base = ["eval", "scenarios", "--scripted", "--folder", str(folder)]
    told = ["--json", str(tmp_path / "out.json"), "--report", str(tmp_path / "report"), "--only", "one", "--k", "2"]
    result = RUN.invoke(app, [*base, *told], catch_exceptions=False)
    assert result.exit_code == 0
    assert "ran get_current_bill" in result.stdout
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (found["pass_1"], found["pass_k"], found["runs"], found["model"]) == (0.0, 0.0, 2, "scripted")
    assert (tmp_path / "report" / "index.html").exists()
    assert RUN.invoke(app, [*base, "--k", "1", "--bar", "0.5", "0.5"]).exit_code == 1
    assert RUN.invoke(app, [*base, "--only", "absent"]).exit_code == 2


def test_command_writes_the_page_of_the_docs(tmp_path: Path) -> None:
    written(tmp_path, [BILL], {})
    page = tmp_path / "page.md"
    result = RUN.invoke(app, ["eval", "scenario-docs", "--out", str(page), "--folder", str(tmp_path)])
    assert result.exit_code == 0
    assert "### one\n" in page.read_text("utf-8")
