"""A logged-in client of the shared server, and clients whose server is scripted: what it answers, in order."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from telekom_client import AsyncTelekomClient, TelekomClient

PASSWORD = "demo-1234"
Answer = httpx.Response | Exception


@pytest.fixture
def telekom(address: str) -> Iterator[TelekomClient]:
    with TelekomClient(address) as client:
        client.login("musteri6@example.com", PASSWORD)
        yield client


class Server:
    """Answers requests in order and keeps them."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def later(self, request: httpx.Request) -> httpx.Response:
        return self(request)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the client would have made."""
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("telekom_client.sync.connection.time.sleep", pauses.append)
    monkeypatch.setattr("telekom_client.asynchronous.connection.asyncio.sleep", noted)
    return pauses


def sync_client(server: Server, retries: int = 2) -> TelekomClient:
    http = httpx.Client(base_url="http://telekom", transport=httpx.MockTransport(server))
    return TelekomClient("http://telekom", "token", retries=retries, http=http)


def async_client(server: Server, retries: int = 2) -> AsyncTelekomClient:
    http = httpx.AsyncClient(base_url="http://telekom", transport=httpx.MockTransport(server.later))
    return AsyncTelekomClient("http://telekom", "token", retries=retries, http=http)
