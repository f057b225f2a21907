"""``telekom model list|info|pull``; the export is tested where it is served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.model import model_app
from tests.agent.conftest import tiny_llama, train_tokenizer
from tests.agent.servers import model_server, said


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    tokenizer = train_tokenizer()
    tokenizer.add_tokens(["Yes", "No"])
    tiny_llama(len(tokenizer)).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    return tmp_path


def run(*arguments: str, **settings: str) -> tuple[int, str]:
    named = {f"TELEKOM_{name.upper()}": value for name, value in settings.items()}
    result = CliRunner().invoke(model_app, list(arguments), env=named, catch_exceptions=False)
    return result.exit_code, result.output


def test_list_says_where_and_how_large_and_whether_a_server_answers(tiny_folder: Path) -> None:
    with model_server(lambda body: said("x")) as (address, _):
        code, text = run("list", "--json", model=f"hf:{tiny_folder}", decision_model=f"systemone:{address}#m")
    writes, decides = json.loads(text)["models"]
    assert code == 0 and writes["where"] == str(tiny_folder) and writes["bytes"] > 10_000
    assert decides["model"] == f"systemone:{address}#m" and decides["answers"] == "yes"
    assert run("list", decision_model="systemone:http://127.0.0.1:9#m")[1].count("no") >= 1


def test_info_loads_and_asks(tiny_folder: Path) -> None:
    code, text = run("info", "--json", model=f"hf:{tiny_folder}", decision_model="chat")
    found = json.loads(text[text.index("{") :])
    assert code == 0 and found["answers"] and found["tool calls"] == "telekom"
    assert found["calibrated"].startswith("no") and found["decided"]


@pytest.mark.embedded
def test_info_of_the_default(tmp_path: Path) -> None:
    code, text = run("info", "--json")
    found = json.loads(text[text.index("{") :])
    assert code == 0 and found["calibrated"] == "yes" and found["decided"].startswith("get_current_bill")


def test_what_cannot_be_had_is_said(tmp_path: Path) -> None:
    for arguments in (("info", f"hf:{tmp_path}"), ("pull", f"hf:{tmp_path / 'nothing'}"), ("pull", "gpt")):
        code, text = run(*arguments)
        assert code == 1 and ("config.json" in text or "does not exist" in text or "names no model" in text)
    assert run("info", model="endpoint:http://127.0.0.1:9#m", model_timeout="1")[0] == 1


def test_pull_of_what_is_here_tells_where(tiny_folder: Path) -> None:
    code, text = run("pull", f"hf:{tiny_folder}")
    assert code == 0 and str(tiny_folder) in text.replace("\n", "")
