"""A TypeScript client is generated from the document, type-checks, and talks to the server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "typescript"
TRIES = 3

pytestmark = [
    pytest.mark.slow,
    pytest.mark.embedded,
    pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm (Debian's packages nodejs and npm)"),
]


def run(folder: Path, *command: str, tries: int = 1) -> str:
    for _ in range(tries):
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
        if ran.returncode == 0:
            return ran.stdout
    pytest.fail(f"{' '.join(command)}:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}")


def test_a_client_is_generated_type_checks_and_works(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "client"
    shutil.copytree(SOURCE, folder)
    run(folder, "npm", "install", "--no-audit", "--no-fund", tries=TRIES)
    run(folder, "npx", "openapi-ts", "-i", f"{address}/openapi.json", "-o", "sdk")
    run(folder, "npx", "tsc")
    told = json.loads(run(folder, "node", "out/use.js", address))
    assert told["amount"] > 0 and "TL" in told["text"] and told["code"] == "BILL_NOT_FOUND"
