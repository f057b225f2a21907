"""Starts of the server that fail with a clear message, and none with a traceback."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.errors import ChecksumMismatch
from core.log_context import REQUEST_ID, RUN_ID
from core.settings import Settings
from database.enums import AccountRole
from database.seed.demo import DemoConflict
from server import create_app, main
from service.container import RunningService
from service.logs import JsonLines
from service.startup import serve, warn_without_admin
from tests.api.conftest import Stage

ROOT = Path(__file__).parents[2]


def test_server_on_a_taken_port_says_so_with_exit_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [sys.executable, "-m", "server"],
            cwd=ROOT,
            env=os.environ | {"TELEKOM_DATA_DIR": str(tmp_path), "TELEKOM_MOUNT_CHAT": "false", "PORT": port},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert result.returncode == 1
    assert "is taken by another program" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "many", "PORT"),
        ("TELEKOM_TOKEN_MINUTES", "0", "TELEKOM_TOKEN_MINUTES"),
        ("TELEKOM_ENV", "production", "TELEKOM_SECRET_KEY"),
    ],
)
def test_server_with_invalid_setting_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert expected in capsys.readouterr().err


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_serve_without_usable_data_folder_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings = Settings(_env_file=None, data_dir=blocked, mount_chat=False, PORT=free_port())
    assert serve(settings, create_app) == 1
    told = capfd.readouterr().err
    assert "cannot start" in told and str(blocked) in told
    assert "Traceback" not in told


def test_serve_with_an_unknown_kind_of_database_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings = Settings(
        _env_file=None, data_dir=tmp_path, mount_chat=False, PORT=free_port(), database_url="mysql://host/name"
    )
    assert serve(settings, create_app) == 1
    told = capfd.readouterr().err
    assert "TELEKOM_DATABASE_URL names 'mysql', which is not supported" in told and "Traceback" not in told


def test_serve_warns_of_a_name_that_is_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TELEKOM_DATABSE_URL", "sqlite:///elsewhere")
    settings = Settings(
        _env_file=None, data_dir=tmp_path, mount_chat=False, PORT=free_port(), database_url="mysql://host/name"
    )
    assert serve(settings, create_app) == 1
    assert "TELEKOM_DATABSE_URL is no setting; did you mean TELEKOM_DATABASE_URL?" in caplog.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ChecksumMismatch("the weights are damaged; install them again"), "the weights are damaged"),
        (OSError(28, "No space left on device", "/data"), "disk is full"),
    ],
)
def test_failed_start_is_told_without_traceback(
    stage: Stage, capfd: pytest.CaptureFixture[str], error: Exception, expected: str
) -> None:
    @asynccontextmanager
    async def failing(settings: Settings) -> AsyncIterator[RunningService]:
        raise error
        yield

    stage.settings.port = free_port()
    assert serve(stage.settings, create_app, service_factory=failing) == 1
    told = capfd.readouterr().err
    assert expected in told
    assert "Traceback" not in told


async def test_production_without_an_admin_says_so_until_there_is_one(
    tmp_path: Path, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        _env_file=None, env="production", secret_key="x" * 40, data_dir=tmp_path / "production", allow_simulated=True
    )
    async with stage.open(settings) as service:
        await warn_without_admin(service)
        assert "telekom users add --role admin" in caplog.text
        await service.administration.add(login="ada@example.com", role=AccountRole.ADMIN, by="a test")
        caplog.clear()
        await warn_without_admin(service)
    assert caplog.text == ""


async def test_development_without_an_admin_says_nothing(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.open(stage.settings) as service:
        await warn_without_admin(service)
    assert "admin" not in caplog.text


async def test_production_refuses_a_database_with_demo_accounts_that_can_log_in(stage: Stage) -> None:
    async with stage.open(stage.settings):
        pass
    settings = Settings(
        _env_file=None, env="production", secret_key="x" * 40, data_dir=stage.settings.data_dir, allow_simulated=True
    )
    with pytest.raises(DemoConflict, match=r"accounts of the demo: muhendis@example.com, .*telekom users disable"):
        async with stage.open(settings):
            pass


def test_line_of_the_log_as_json_names_request_and_turn() -> None:
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, "%s is away", ("it",), None)
    asked, turn = REQUEST_ID.set("r-1"), RUN_ID.set("t-1")
    try:
        line = json.loads(JsonLines().format(record))
    finally:
        REQUEST_ID.reset(asked)
        RUN_ID.reset(turn)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning", "logger": "a.b", "message": "it is away", "request_id": "r-1", "run_id": "t-1",
    }  # fmt: skip


async def test_fault_of_a_request_is_logged_under_its_id(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str | None] = []

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(REQUEST_ID.get())

    watch = Watch()
    logging.getLogger("api.errors").addHandler(watch)
    stage.decision_model.broken = True
    try:
        async with stage.running() as (app, client):

            @app.get("/fails")
            async def fail() -> None:
                raise OSError("away")

            assert (await client.get("/fails", headers={"X-Request-ID": "mine"})).status_code == 503
    finally:
        logging.getLogger("api.errors").removeHandler(watch)
    assert seen == ["mine"]
