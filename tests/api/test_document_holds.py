"""The whole document, fuzzed: no 5xx but the documented 503, no undocumented status, no answer of another form.

The service is real; the two models are scripted, since hundreds of turns are taken.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import PASSWORD, Stage, real_server

CONFIG = Path(__file__).with_name("schemathesis.toml")
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore:astream_log")  # langserve's playground needs it
@pytest.mark.parametrize(
    ("login", "paths"),
    [
        (None, "."),
        ("musteri1@example.com", "."),
        ("muhendis@example.com", "/runs"),
        ("temsilci@example.com", "/handovers"),
    ],
    ids=["nobody", "customer", "engineer", "staff"],
)
def test_no_request_is_answered_in_a_way_that_the_document_does_not_know(
    stage: Stage, login: str | None, paths: str
) -> None:
    with real_server(stage) as address:
        command = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", f"{address}/openapi.json",
            "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", "5",
            "--continue-on-failure", "--seed", "1", "--no-color", "--generation-database", "none",
            "--include-path-regex", paths,
        ]  # fmt: skip
        if login is not None:
            form = {"username": login, "password": PASSWORD}
            token = httpx.post(f"{address}/api/v1/auth/token", data=form).json()["access_token"]
            command += ["--header", f"Authorization: Bearer {token}"]
            command += ["--exclude-path", "/api/v1/auth/logout-everywhere"]  # it would end the login that asks
        ran = subprocess.run(command, capture_output=True, text=True, timeout=800)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
