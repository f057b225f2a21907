"""The weights pack of the real model: a process without base-weight packages and network gives the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.decision.model import embedded_decision_model
from agent.local.embedded import LoadedModel
from agent.prompt_files import load_prompts
from cli.model import model_app

pytestmark = pytest.mark.embedded

MESSAGES = ("bu ayki faturam ne kadar", "Anne Bebek paketine geçmek istiyorum", "merhaba")

ASK = """
import json, socket, sys
from importlib import metadata

installed = metadata.distribution

def without_base_weights(name):
    if name.startswith("gemma3"):
        raise metadata.PackageNotFoundError(name)
    return installed(name)

def without_network(*_):
    raise OSError("no network here")

metadata.distribution = without_base_weights
socket.socket.connect = socket.create_connection = without_network
from agent.models import load_models
from agent.prompt_files import load_prompts
from core.settings import Settings

models = load_models(Settings())
question = load_prompts()["questions"].data["questions"]["operation"]
print(json.dumps({
    "adapter": models.adapter,
    "answers": [
        models.decision_model.invoke({"state": message, "questions": {"operation": question}})["operation"]
        for message in json.loads(sys.argv[1])
    ],
    "text": models.chat_model.invoke("Merhaba", max_tokens=8).text,
}))
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("release") / "telekom-weights.zip"
    result = CliRunner().invoke(model_app, ["pack", str(file)], catch_exceptions=False)
    assert result.exit_code == 0 and f"TELEKOM_WEIGHTS={file}" in result.output.replace("\n", "")
    return file


def test_a_start_from_the_pack_gives_the_same_answers(pack: Path, tmp_path: Path, embedded: LoadedModel) -> None:
    settings = {
        "TELEKOM_WEIGHTS": str(pack), "TELEKOM_MODEL_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(MESSAGES)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    question = load_prompts()["questions"].data["questions"]["operation"]
    model = embedded_decision_model(embedded)
    for message, answer in zip(MESSAGES, found["answers"], strict=True):
        expected = model.invoke({"state": message, "questions": {"operation": question}})["operation"]
        assert answer["choice"] == expected["choice"]
        assert answer["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-6)
    assert found["adapter"] and len(list(tmp_path.glob("pack-*/"))) == 1


def test_info_tells_the_digest_and_list_the_file(pack: Path) -> None:
    environment = {"TELEKOM_WEIGHTS": str(pack)}
    info = CliRunner().invoke(model_app, ["info", "--json"], env=environment, catch_exceptions=False).output
    assert json.loads(info[info.index("{") :])["weights pack"].startswith("sha256 ")
    listed = CliRunner().invoke(model_app, ["list", "--json"], env=environment, catch_exceptions=False).output
    row = json.loads(listed)["models"][0]
    assert row["where"] == str(pack) and row["bytes"] == pack.stat().st_size
