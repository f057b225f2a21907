"""Prompt files: what is refused, and where the mistake is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.prompt_files import PromptError, load_prompts

ROOT = Path(__file__).parents[2]
RESPOND = load_prompts()["respond"].source


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("respond", RESPOND.replace("{{ message }}", "{{ mesaj }}"), r"respond\.md:9: unknown variable mesaj"),
        ("respond", RESPOND.replace("{{ message }}", "yok"), r"respond\.md:1: declared but not used: message"),
        (
            "respond",
            RESPOND.replace("[examples, message]", "[examples]").replace("{{ message }}", ""),
            r"respond\.md:4: missing variable message",
        ),
        ("respond", RESPOND.replace("variables: [examples", "variables: [[examples"), r"respond\.md:\d+: "),
        ("respond", "no front matter", r"respond\.md:1: no front matter"),
        ("answer", RESPOND, r"answer\.md:1: there is no prompt answer; known are arguments, "),
    ],
)
def test_mistake_in_a_prompt_is_named_with_file_and_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / f"{name}.md").write_text(content, encoding="utf-8")
    with pytest.raises(PromptError, match=said):
        load_prompts(tmp_path)


def test_prompts_of_a_folder_replace_those_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "respond.md").write_text(RESPOND.replace("Temsilci:", "Cevap:"), encoding="utf-8")
    served, own = load_prompts(tmp_path), load_prompts()
    assert served["respond"].sha != own["respond"].sha and served["policy"] == own["policy"]


def test_server_does_not_start_with_a_malformed_prompt(tmp_path: Path) -> None:
    (tmp_path / "respond.md").write_text(RESPOND.replace("{{ message }}", "{{ mesaj }}"), encoding="utf-8")
    environment = {
        **os.environ,
        "TELEKOM_PROMPTS": str(tmp_path),
        "TELEKOM_DATA_DIR": str(tmp_path / "data"),
        "PORT": "18997",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "server"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert "The server cannot start. respond.md:9: unknown variable mesaj" in ended.stderr
