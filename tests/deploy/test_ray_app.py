"""The application on a local Ray with two cores, whose replicas are killed under load; skipped where Ray is absent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, free_port
from tests.postgres import schema_url
from tests.service.paying import Payers

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (pip install '.[ray]')"),
]


@contextmanager
def ray_site(folder: Path, url: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the application in a process of its own; Ray leaves threads and warnings behind."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder),
        "PYTHONPATH": f"{ROOT}:{ROOT}/clients/python",
        "TELEKOM_DATABASE_URL": url, "TELEKOM_DATABASE_POOL": "6", "TELEKOM_DATA_DIR": str(folder),
    }  # fmt: skip
    log = (folder / "ray.log").open("w")
    site = subprocess.Popen(
        [sys.executable, "-m", "tests.deploy.ray_site", str(free_port())], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
    )  # fmt: skip
    try:
        yield told(site, "ready ", folder), site
    finally:
        assert site.stdin is not None
        site.stdin.close()
        try:
            site.wait(60)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()
        assert site.stdout is not None
        site.stdout.close()
        log.close()


def told(site: subprocess.Popen[str], beginning: str, folder: Path) -> str:
    assert site.stdout is not None
    for line in site.stdout:
        if line.startswith(beginning):
            return line.removeprefix(beginning).strip()
    pytest.fail((folder / "ray.log").read_text(encoding="utf-8")[-3000:])


def test_replicas_killed_under_load_lose_no_request_that_is_repeated_and_do_none_twice(tmp_path: Path) -> None:
    with schema_url() as url, ray_site(tmp_path, url) as (address, site):

        def kill(deployment: str) -> None:
            assert site.stdin is not None
            site.stdin.write(f"kill {deployment}\n")
            site.stdin.flush()
            assert told(site, "killed one of ", tmp_path) == "2"

        assert httpx.get(f"{address}/ready", timeout=60).json()["status"] == "ready"
        Payers(address).run((15, lambda: kill("Service")), (35, lambda: kill("Models")))
        assert httpx.get(f"{address}/ready", timeout=60).status_code == 200
