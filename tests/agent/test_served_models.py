"""The exported embedded model behind real `transformers serve` processes: chat completions and System One decisions.

The whole service runs on them; one of the servers is stopped and started again under it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from agent.chat.endpoint import EndpointChatModel
from agent.decision.backends import PipelineDecisionModel, SystemOneDecisionModel
from agent.decision.model import embedded_decision_model
from agent.errors import ModelUnusable
from agent.export import DECISION, export_embedded
from agent.hub import load_decision_pipeline
from agent.local.embedded import LoadedModel
from agent.model_server import ModelServer
from agent.models import load_models
from agent.prompt_files import load_prompts
from conversation.service import ChatResult, User
from core.settings import Settings
from service.container import open_service

START_SECONDS = 120
USER = User(2, 1, "musteri1@example.com", "customer", "Mehmet Demir")
MESSAGES = (
    "bu ayki faturam ne kadar", "faturamı kredi kartıyla öde", "kalan internetim ne kadar", "merhaba", "hava nasıl",
)  # fmt: skip

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "exported"
    export_embedded(folder)
    return folder


@contextmanager
def serving(folder: Path, home: Path, port: int | None = None) -> Iterator[str]:
    """`transformers serve` of one folder; with no hub in reach it wants the folder of its cache to exist."""
    (home / "hub").mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", port or 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder), "--device", "cpu"]
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    with (home / f"serve-{port}.log").open("ab") as log:
        server = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and server.poll() is None:
            try:
                if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.5)
        else:
            pytest.fail((home / f"serve-{port}.log").read_text(errors="replace")[-3000:])
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def writing(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(exported, tmp_path_factory.mktemp("writing")) as address:
        yield address


@pytest.fixture(scope="module")
def deciding(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(exported / DECISION, tmp_path_factory.mktemp("deciding")) as address:
        yield address


def questions() -> dict[str, Any]:
    return {name: load_prompts()["questions"].data["questions"][name] for name in ("operation", "topic")}


def test_the_exported_writer_is_a_plain_causal_model(exported: Path, embedded: LoadedModel) -> None:
    tokenizer = AutoTokenizer.from_pretrained(exported)
    model = AutoModelForCausalLM.from_pretrained(exported)
    assert len(tokenizer) == model.config.vocab_size == len(embedded.tokenizer)
    said = [{"role": "user", "content": "Merhaba"}]
    prompt = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    assert prompt == "<bos>Müşteri: Merhaba\nTemsilci:"


def test_the_exported_decider_reads_as_the_embedded_one_does(exported: Path, embedded: LoadedModel) -> None:
    """It lacks the encoder, the letters and the mean states, so it may differ; the plain cases must not."""
    decider = PipelineDecisionModel(load_decision_pipeline(f"hf:{exported / DECISION}"))
    own = embedded_decision_model(embedded)
    for message in MESSAGES[:3]:
        asked: Any = {"state": message, "questions": questions()}
        assert decider.invoke(asked)["operation"]["choice"] == own.invoke(asked)["operation"]["choice"]


async def test_an_endpoint_writes_streams_and_stops(writing: str, exported: Path) -> None:
    model = EndpointChatModel(ModelServer(writing, 60), str(exported))
    answer = await model.bind(max_tokens=12).ainvoke("Merhaba, faturam ne kadar?")
    assert answer.text and answer.usage_metadata is not None
    chunks = [chunk async for chunk in model.bind(max_tokens=12).astream("Merhaba, faturam ne kadar?")]
    assert len(chunks) > 2 and "".join(chunk.text for chunk in chunks) == answer.text
    stop = answer.text[3:6]
    stopped = await model.bind(max_tokens=12, stop=[stop]).ainvoke("Merhaba, faturam ne kadar?")
    assert stopped.text == answer.text.split(stop)[0]


async def test_an_endpoint_that_nobody_listens_to_is_free_again(writing: str, exported: Path) -> None:
    model = EndpointChatModel(ModelServer(writing, 60), str(exported))
    stream = model.bind(max_tokens=2000).astream("Bir hikâye anlat.")
    await anext(stream)
    await stream.aclose()
    began = time.monotonic()
    assert (await model.bind(max_tokens=4).ainvoke("Merhaba")).text is not None
    assert time.monotonic() - began < 30


def test_a_system_one_server_gives_the_pipelines_probabilities(deciding: str, exported: Path) -> None:
    served = SystemOneDecisionModel(ModelServer(deciding, 60), str(exported / DECISION))
    here = PipelineDecisionModel(load_decision_pipeline(f"hf:{exported / DECISION}"))
    for message in MESSAGES:
        asked: Any = {"state": {"message": message, "context": "Az önce: selamlama"}, "questions": questions()}
        far, near = served.invoke(asked), here.invoke(asked)
        for name in questions():
            assert far[name]["probabilities"] == pytest.approx(near[name]["probabilities"], abs=1e-3)
    assert not served.calibrated


def test_transformers_serve_tells_no_log_probabilities(writing: str, exported: Path) -> None:
    settings = Settings(_env_file=None, model=f"endpoint:{writing}#{exported}", decision_model="chat", model_timeout=60)
    with pytest.raises(ModelUnusable, match="log-probabilities"):
        load_models(settings)


async def test_the_whole_service_outlives_one_of_its_servers(deciding: str, exported: Path, tmp_path: Path) -> None:
    with ExitStack() as first:
        writing = first.enter_context(serving(exported, tmp_path))
        settings = Settings(
            _env_file=None, data_dir=tmp_path / "var", model=f"endpoint:{writing}#{exported}", model_timeout=60,
            decision_model=f"systemone:{deciding}#{exported / DECISION}",
        )  # fmt: skip
        async with open_service(settings) as service:

            async def say(message: str, session: str | None = None) -> ChatResult:
                return await service.conversations.run(USER, session_id=session, message=message, channel="test")

            bill = await say("Bu ayki faturam ne kadar?")
            assert [call.arac_adi for call in bill.tool_calls] == ["get_current_bill"] and "TL" in bill.response
            asked = await say("faturamı kredi kartıyla öde", bill.session_id)
            assert asked.pending is not None and asked.pending.kind in ("confirmation", "clarification")
            assert (await service.ready())["model"]

            first.close()  # the writing server goes: the customer is still told the truth, and readiness says so
            told = await say("Bu ayki faturam ne kadar?")
            assert "TL" in told.response and not (await service.ready())["model"]
            with serving(exported, tmp_path, int(writing.rsplit(":", 1)[1])):
                assert (await service.ready())["model"]
                assert "TL" in (await say("Bu ayki faturam ne kadar?")).response


async def test_a_decision_server_that_is_gone_is_said_kindly(writing: str, exported: Path, tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "var", model=f"endpoint:{writing}#{exported}", model_timeout=2,
        decision_model="systemone:http://127.0.0.1:9#gone",
    )  # fmt: skip
    async with open_service(settings) as service:
        told = await service.conversations.run(USER, message="Bu ayki faturam ne kadar?", channel="test")
        assert told.tool_calls == [] and told.response and not (await service.ready())["model"]
