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
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm (Debian's packages nodejs and npm)"),
]


def run(folder: Path, *command: str) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, f"{' '.join(command)}:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}"
    return ran.stdout


def install(folder: Path) -> None:
    for _ in range(TRIES):
        ran = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, timeout=240
        )
        if ran.returncode == 0:
            return
    pytest.skip(f"npm could not install the generator: {ran.stderr[-300:]}")


def test_a_client_is_generated_type_checks_and_works(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "client"
    shutil.copytree(SOURCE, folder)
    install(folder)
    run(folder, "npx", "openapi-ts", "-i", f"{address}/openapi.json", "-o", "sdk")
    run(folder, "npx", "tsc")
    told = json.loads(run(folder, "node", "out/use.js", address))
    assert told["amount"] > 0 and "TL" in told["text"] and told["code"] == "BILL_NOT_FOUND"
