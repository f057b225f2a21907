"""``telekom init`` as an operator types it."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from pydantic import BaseModel
from typer.testing import CliRunner

from cli.main import app
from core.operator_facts import load_operator
from evaluation.operators import NORTHWIND
from service.operator_folder import demo_values


def init(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["init", *map(str, arguments)], input=typed)


def test_answers_make_a_checked_folder_once(tmp_path: Path) -> None:
    done = init(tmp_path / "own", "--answers", NORTHWIND / "answers.yaml")
    assert done.exit_code == 0, done.output
    assert "Northwind Mobile: 8 packages" in done.output and f"TELEKOM_OPERATOR={tmp_path / 'own'}" in done.output
    again = init(tmp_path / "own", "--answers", NORTHWIND / "answers.yaml")
    assert again.exit_code == 1 and "has an operator already" in again.stderr
    assert init(tmp_path / "own").exit_code == 1


def test_questions_make_a_folder_and_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    first = [
        "Kuzey",
        "North",
        "#ffe066",
        "#1d4ed8",
        "en, tr",
        "0850 111 11 11",
        "+90 850 111 11 11",
        "iletisim@kuzey.example",
    ]
    files = ["nowhere.svg", "", ""]
    packages = ["Kutup 20", "199.90", "20", "1000", "500", "Herkes", ""]
    fees = {"sms_fee": ["cheap", "0.80"], "phone_hours": ["her gün", "every day"]}
    asked = [name for name in demo_values() if name not in ("name", "assistant", "colour", "languages")]
    rest = [typed for name in asked[3:] for typed in fees.get(name, _kept(name))]
    typed = "\n".join([*first, *files, *packages, "", "y", *rest]) + "\n"
    done = init(tmp_path / "own", typed=typed)
    assert done.exit_code == 0, done.output + done.stderr
    own = load_operator(tmp_path / "own")
    assert (own.name.en, own.colour, own.languages, str(own.sms_fee)) == ("North", "#1d4ed8", ("en", "tr"), "0.80")
    assert own.phone_hours.en == "every day" and own.minute_fee == load_operator().minute_fee
    assert "white writing cannot be read" in done.stderr and "There is no nowhere.svg" in done.stderr
    assert "North: 1 package," in done.output and "hint:" in done.output
    assert "Kutup 20,199.90,," in (tmp_path / "own" / "catalogue.csv").read_text(encoding="utf-8")


def _kept(name: str) -> list[str]:
    """Enter, once for each of the parts that are asked for."""
    value = getattr(load_operator(), name)
    return [""] * (len(type(value).model_fields) if isinstance(value, BaseModel) else 1)


def test_check_names_file_and_line_and_ends_with_status_1(tmp_path: Path) -> None:
    init(tmp_path / "own", "--answers", NORTHWIND / "answers.yaml")
    assert init(tmp_path / "own", "--check").exit_code == 0
    facts = tmp_path / "own" / "operator.yaml"
    facts.write_text(facts.read_text("utf-8").replace("sms_fee: 0.95", "sms_fee: cheap"), "utf-8")
    wrong = init(tmp_path / "own", "--check")
    assert wrong.exit_code == 1
    assert f"{facts}:38: sms_fee: " in wrong.stderr and "1 problem in" in wrong.stderr


def test_answers_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    bad = tmp_path / "answers.yaml"
    bad.write_text('colour: "#ffe066"\n', encoding="utf-8")
    done = init(tmp_path / "own", "--answers", bad)
    assert done.exit_code == 1 and "white writing cannot be read" in done.stderr
    assert not (tmp_path / "own").exists()
