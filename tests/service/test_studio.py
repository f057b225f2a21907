"""The LangGraph development server opens the same graph, for the demo customer of the settings, on a copy of the data.

Its packages ask for other versions of some libraries than the chat page does, so it has an environment of its own that
falls back on this one.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

from core.settings import Settings
from graph.state import ConversationState, TurnContext
from service import studio

ROOT = Path(__file__).parents[2]
PACKAGES = ("langgraph-cli[inmem]==0.4.40", "langgraph>=1.2.22,<1.3")
START_SECONDS = 240


async def test_production_serves_no_graph(tmp_path: Path) -> None:
    secret = "a-secret-of-more-than-thirty-two-bytes"
    settings = Settings(_env_file=None, env="production", secret_key=secret, data_dir=tmp_path / "data")
    with pytest.raises(studio.StudioError, match="development"):
        async with studio.open_graph(settings):
            pass
    assert not (tmp_path / "data").exists()


async def test_copy_of_an_unknown_customer_is_refused(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, studio_customer=99)
    with pytest.raises(studio.StudioError, match="no customer 99"):
        await studio.write_copy(settings, tmp_path / "copy.sqlite3")


def test_graph_for_a_customer_has_everything_of_the_compiled_one_and_stays_so_when_it_is_copied() -> None:
    graph = StateGraph(ConversationState, context_schema=TurnContext)
    graph.add_node("answer", lambda state: {})
    graph.add_edge(START, "answer")
    compiled = graph.compile(checkpointer=InMemorySaver(), interrupt_before=["answer"], name="telekom")
    compiled.step_timeout = 3.0
    served = studio.StudioGraph.for_customer(compiled, 4)
    public = {name: value for name, value in vars(compiled).items() if not name.startswith("_")}
    assert {name: vars(served)[name] for name in public} == public
    copied = served.with_config({"tags": ["studio"]})
    assert isinstance(copied, studio.StudioGraph) and copied.customer_id == 4


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``langgraph`` command."""
    folder = tmp_path_factory.mktemp("langgraph") / "venv"
    venv.create(folder, with_pip=True)
    for _ in range(3):
        done = subprocess.run([folder / "bin" / "pip", "install", "-q", *PACKAGES], capture_output=True, text=True)
        if done.returncode == 0:
            break
    else:
        pytest.skip(f"the development server could not be installed: {done.stderr[-300:]}")
    [packages] = (folder / "lib").glob("python3*/site-packages")
    (packages / "zz_service.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "langgraph"


@pytest.fixture
def server(command: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path / "data"
    environment = {**os.environ, "TELEKOM_DATA_DIR": str(data), "TELEKOM_STUDIO_CUSTOMER": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("VIRTUAL_ENV", None)
    log = tmp_path / "server.log"
    line = [command, "dev", "--no-browser", "--no-reload", "--port", str(port)]
    with log.open("wb") as output:
        running = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=START_SECONDS) as client:
            _wait(client, running, log)
            yield client
    finally:
        running.terminate()
        running.wait(30)


def _wait(client: httpx.Client, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and running.poll() is None:
        try:
            if client.get("/ok").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    pytest.fail(f"the development server is not ready:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@pytest.mark.slow
@pytest.mark.embedded
@pytest.mark.skipif(sys.platform != "linux", reason="the paths are Linux's")
@pytest.mark.timeout(600)
def test_development_server_runs_the_graph_for_the_demo_customer_on_a_copy(
    server: httpx.Client, tmp_path: Path
) -> None:
    thread = server.post("/threads", json={}).json()["thread_id"]

    def run(**body: Any) -> dict[str, Any]:
        response = server.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "telekom", **body})
        assert response.status_code == 200, response.text
        state: dict[str, Any] = response.json()
        return state

    told = run(input={"message": "Bu ayki faturam ne kadar?"})
    assert "__error__" not in told, (tmp_path / "server.log").read_text(encoding="utf-8")[-3000:]
    bill = told["outcomes"][0]["result"]
    assert bill["status"] == "unpaid" and "TL" in told["answer"]
    asked = run(input={"message": "faturamı kredi kartıyla öde"})
    assert asked["__interrupt__"][0]["value"]["kind"] == "confirmation"
    paid = run(command={"resume": {"approve": True}})
    assert [one["operation"] for one in paid["outcomes"]] == ["pay_bill"] and paid["outcomes"][0]["success"]
    # Whatever context a client sends: it is the same customer, whose bill is paid on the copy by now.
    again = run(input={"message": "Bu ayki faturam ne kadar?"}, context={"caller": {"customer_id": 2}})
    assert again["outcomes"][0]["result"]["bill_id"] == bill["bill_id"]
    assert again["outcomes"][0]["result"]["status"] == "paid"
    with sqlite3.connect(tmp_path / "data" / "telekom.sqlite3") as database:
        [stored] = database.execute("SELECT status FROM bills WHERE id = ?", (bill["bill_id"],)).fetchone()
    assert stored == "unpaid"
    nodes = server.get(f"/assistants/{server.post('/assistants/search', json={}).json()[0]['assistant_id']}/graph")
    assert {"detect_intent", "confirm", "synthesize"} <= {node["id"] for node in nodes.json()["nodes"]}
