"""A whole service per test: real SQLite, real tools, real graph; only the two models are scripted."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sse_starlette.sse import AppStatus

from agent.models import Models
from core.clock import ISTANBUL
from core.settings import Settings
from evaluation.environment import ManualClock
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from ports import Adapters
from ports.mail import MailPort
from server import create_app
from service.container import RunningService, open_service
from tests.doubles import meanings_of

PASSWORD = "demo-1234"
NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
MEANINGS = {
    "Faturam ne kadar?": "get_current_bill",
    "Faturamı kredi kartıyla öde": "pay_bill",
    "Merhaba": "talk:greeting",
    "Temsilci istiyorum": "talk:person",
}
ARGUMENTS = {"Faturamı kredi kartıyla öde": {"method": "credit_card"}}


@dataclass
class Stage:
    """What a test may set before the application starts, or break while it runs."""

    settings: Settings
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    ports: Adapters | None = None
    mail: MailPort | None = None
    decision_model: ScriptedDecisionModel = field(
        default_factory=lambda: ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS))
    )
    chat_model: ScriptedChatModel = field(default_factory=lambda: ScriptedChatModel(arguments=ARGUMENTS))

    @property
    def models(self) -> Models:
        return Models(chat_model=self.chat_model, decision_model=self.decision_model)

    def open(self, settings: Settings) -> AbstractAsyncContextManager[RunningService]:
        ports = self.ports or Adapters()
        return open_service(settings, clock=self.clock, models=self.models, ports=ports, mail=self.mail)

    def app(self) -> FastAPI:
        return create_app(self.settings, service_factory=self.open)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
        """The application, started, and a client that speaks to it."""
        app = self.app()
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://telekom.test") as client,
        ):
            yield app, client


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo in it, made once: hashing ten passwords takes a second."""
    stage = Stage(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("seeded"), mount_chat=False))

    async def seed() -> None:
        async with stage.open(stage.settings):
            pass

    asyncio.run(seed())
    return stage.settings.data_dir


@pytest.fixture
def stage(tmp_path: Path, seeded_folder: Path) -> Stage:
    """The parts of a fresh service."""
    shutil.copytree(seeded_folder, tmp_path / "var")
    return Stage(Settings(_env_file=None, data_dir=tmp_path / "var", mount_chat=False, turns_of_customer=100))


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running application, not logged in."""
    async with stage.running() as (_, client):
        yield client


Login = Callable[..., Awaitable[dict[str, str]]]


async def bearer(client: httpx.AsyncClient, login: str, password: str = PASSWORD) -> dict[str, str]:
    """Headers with a fresh token."""
    response = await client.post("/api/v1/auth/token", data={"username": login, "password": password})
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


@pytest.fixture
def login(client: httpx.AsyncClient) -> Login:
    """``await login(3)`` logs demo customer 3 in and gives the headers."""

    async def log_in(who: int | str = 1, password: str = PASSWORD) -> dict[str, str]:
        name = f"musteri{who}@example.com" if isinstance(who, int) else who
        return await bearer(client, name, password)

    return log_in


@contextmanager
def real_server(stage: Stage) -> Iterator[str]:
    """A uvicorn server on a free port, in a thread with a loop of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(stage.app(), lifespan="on", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


@pytest.fixture(autouse=True)
def fresh_event_streams() -> None:
    """The library of the event streams keeps one event for the process, bound to the loop of the first test."""
    AppStatus.should_exit = False
    AppStatus.should_exit_event = None
