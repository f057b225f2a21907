"""``telekom prompts rollout`` as a prompt engineer types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_prompts import EDITED, data, listed, prompts

__all__ = ["data"]


@pytest.fixture
def pushed(data: Path, tmp_path: Path) -> Path:
    """The data folder, with a version of a prompt that carries the label staging."""
    file = tmp_path / "respond.md"
    file.write_text(EDITED, encoding="utf-8")
    assert prompts(data, "push", str(file), "--label", "staging").exit_code == 0
    return data


def rollout(data: Path, *arguments: str) -> str:
    done = prompts(data, "rollout", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_version_is_rolled_out_shown_and_taken_back(pushed: Path) -> None:
    begun = rollout(pushed, "begin", "respond@2", "--share", "20", "--measure", "disliked", "--note", "shorter")
    assert "roll-out 1: prompts/respond.md@2 for 20 % of the conversations" in begun
    shown = rollout(pushed, "show", "1")
    assert "runs" in shown and "conversations" in shown and "at 0.050" in shown
    assert listed(pushed)["prompts/respond.md"]["origin"] == "files"
    assert "taken back" in rollout(pushed, "return", "1")
    [row] = json.loads(rollout(pushed, "list", "--json"))
    assert (row["how"], row["ended_by"], row["measures"], row["note"]) == (
        "returned", "telekom command", ["disliked"], "shorter",
    )  # fmt: skip
    assert json.loads(rollout(pushed, "show", "1", "--json"))["figures"]["turns"] == {"served": 0, "new": 0}
    assert "telekom" in rollout(pushed, "list")  # a narrow terminal breaks lines between words


def test_what_carries_a_label_is_rolled_out_and_served_to_all(pushed: Path) -> None:
    rollout(pushed, "begin", "label:staging")
    assert "served to everybody" in rollout(pushed, "serve", "1")
    assert listed(pushed)["prompts/respond.md"]["labels"] == {"staging": 2, "production": 2}


def test_what_cannot_be_is_said_in_a_sentence(pushed: Path) -> None:
    rollout(pushed, "begin", "respond@2")
    for arguments, status, said in (
        (("begin", "respond@2"), 1, "runs already"), (("begin", "respond@9"), 1, "no version 9"),
        (("begin", "nothing@2"), 2, "no text nothing"), (("begin", "respond"), 1, "write TEXT@NUMBER"),
        (("begin", "respond@2", "--measure", "luck"), 2, "no measure luck"), (("show", "9"), 1, "no roll-out 9"),
    ):  # fmt: skip
        done = prompts(pushed, "rollout", *arguments)
        assert (done.exit_code, said in done.output) == (status, True), done.output
    assert prompts(pushed, "label", "respond", "production", "2").exit_code == 0
    assert json.loads(rollout(pushed, "list", "--json"))[0]["how"] == "replaced"
