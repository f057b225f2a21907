"""LangSmith by its own environment variables: a turn arrives at the endpoint that they name, with our run's id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
INGEST = {
    "use_multipart_endpoint": False, "size_limit": 100, "size_limit_bytes": 20_000_000, "scale_up_nthreads_limit": 1,
    "scale_up_qsize_trigger": 1000, "scale_down_nempty_trigger": 4,
}  # fmt: skip
"""How LangSmith wants its runs: plain JSON, one sender."""

# A process of its own: the library reads its variables once.
TURN = """
import asyncio, sys
from pathlib import Path
from langchain_core.tracers.langchain import wait_for_all_tracers
from agent.models import Models
from bootstrap import open_service
from conversation import User
from settings import Settings
from tests.doubles import ScriptedChatModel, ScriptedDecisionModel

async def main():
    settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), mount_chat=False)
    decisions = ScriptedDecisionModel({"Faturam ne kadar?": "get_current_bill"})
    models = Models(chat_model=ScriptedChatModel(), decision_model=decisions)
    async with open_service(settings, models=models) as service:
        user = User(2, 1, "musteri1@example.com", "customer", "")
        print((await service.conversations.run(user, message="Faturam ne kadar?")).run_id)

asyncio.run(main())
wait_for_all_tracers()
"""


class Endpoint(ThreadingHTTPServer):
    """Takes runs as LangSmith does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.runs: list[dict[str, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        self._answer({"batch_ingest_config": INGEST})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.runs += [*body.get("post", []), *body.get("patch", [])]
        self._answer({})

    def _answer(self, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_turn_arrives_with_its_nodes_and_our_run_id(endpoint: Endpoint, tmp_path: Path) -> None:
    environment = {
        **os.environ, "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "key", "PYTHONPATH": str(ROOT),
        "LANGSMITH_ENDPOINT": f"http://127.0.0.1:{endpoint.server_port}", "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", TURN, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    run_id = done.stdout.split()[-1]
    names = {run["name"] for run in endpoint.runs if "name" in run}
    assert {"detect_intent", "execute_tools", "synthesize", "get_current_bill"} <= names
    marked = [run for run in endpoint.runs if (run.get("extra") or {}).get("metadata", {}).get("run") == run_id]
    assert any(run.get("name") == "telekom" for run in marked)
