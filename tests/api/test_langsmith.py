"""LangSmith by its own environment variables: a turn arrives at the endpoint that they name, with our run's id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.collector import collecting

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
from service.container import open_service
from identity.user import User
from core.settings import Settings
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from tests.doubles import meanings_of

async def main():
    settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), mount_chat=False)
    decisions = ScriptedDecisionModel(meanings_of({"Faturam ne kadar?": "get_current_bill"}))
    models = Models(chat_model=ScriptedChatModel(), decision_model=decisions)
    async with open_service(settings, models=models) as service:
        user = User(2, 1, "musteri1@example.com", "customer", "")
        print((await service.conversations.run(user, message="Faturam ne kadar?")).run_id)

asyncio.run(main())
wait_for_all_tracers()
"""


def test_a_turn_arrives_with_its_nodes_and_our_run_id(tmp_path: Path) -> None:
    with collecting(json.dumps({"batch_ingest_config": INGEST}).encode()) as endpoint:
        environment = {
            **os.environ, "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "key", "PYTHONPATH": str(ROOT),
            "LANGSMITH_ENDPOINT": endpoint.address, "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", TURN, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    run_id = done.stdout.split()[-1]
    sent = [json.loads(body) for _, body in endpoint.posted]
    runs: list[dict[str, Any]] = [run for batch in sent for kind in ("post", "patch") for run in batch.get(kind, [])]
    names = {run["name"] for run in runs if "name" in run}
    assert {"detect_intent", "execute_tools", "synthesize", "get_current_bill"} <= names
    marked = [run for run in runs if (run.get("extra") or {}).get("metadata", {}).get("run") == run_id]
    assert any(run.get("name") == "telekom" for run in marked)
