"""What every answer of the interface has: an id, compression, CORS by setting, metrics, 503 for what is away."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from tests.api.conftest import Login, Stage, bearer
from tests.api.events import parsed

CHAT, STREAM = "/api/v1/chat/", "/api/v1/chat/stream"
BILL = {"message": "Faturam ne kadar?"}
PAGE = "https://www.example.com"


async def test_request_id_of_a_client_comes_back_and_a_missing_one_is_made(client: httpx.AsyncClient) -> None:
    named = await client.get("/health", headers={"X-Request-ID": "abc-1"})
    assert named.headers["X-Request-ID"] == "abc-1"
    made = [(await client.get("/health")).headers["X-Request-ID"] for _ in range(2)]
    assert len(set(made)) == 2
    forged = await client.get("/health", headers={"X-Request-ID": "a b\tc"})
    assert forged.headers["X-Request-ID"] != "a b\tc"


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/v1/chat/health"])
async def test_health_routes_answer_head(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.head(path)
    assert answer.status_code == 200 and answer.content == b""


async def test_long_answers_are_compressed_and_streams_are_not(client: httpx.AsyncClient, login: Login) -> None:
    assert (await client.get("/openapi.json")).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in (await client.get("/health")).headers
    streamed = await client.post(STREAM, json=BILL, headers=await login(1))
    assert "Content-Encoding" not in streamed.headers and parsed(streamed.text)[-1][0] == "done"


@pytest.fixture
async def open_client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    stage.settings.cors_origins = (PAGE,)
    async with stage.running() as (_, client):
        yield client


async def test_pages_of_a_named_origin_may_call_with_a_token(open_client: httpx.AsyncClient) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = await open_client.options(CHAT, headers=asked)
    assert allowed.status_code == 200 and allowed.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    foreign = await open_client.options(CHAT, headers={**asked, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_no_origin_may_call_by_default(client: httpx.AsyncClient) -> None:
    assert "Access-Control-Allow-Origin" not in (await client.get("/health", headers={"Origin": PAGE})).headers


async def test_metrics_count_turns_operations_and_requests(client: httpx.AsyncClient, login: Login) -> None:
    assert (await client.post(CHAT, json=BILL, headers=await login(1))).status_code == 200
    await client.post(CHAT, json={"message": "Faturamı kredi kartıyla öde"}, headers=await login(2))
    lines = (await client.get("/metrics")).text.splitlines()
    assert 'telekom_turns_total{channel="rest",error=""} 2.0' in lines
    assert 'telekom_operations_total{error="",operation="get_current_bill"} 1.0' in lines
    assert 'telekom_questions_total{kind="confirmation"} 1.0' in lines
    assert 'telekom_first_token_seconds_count{channel="rest"} 2.0' in lines
    assert 'telekom_http_requests_total{method="POST",route="/api/v1/chat/",status="200"} 2.0' in lines
    assert "telekom_turns_running 0.0" in lines
    assert not any("Faturam" in line or "@" in line for line in lines), "no words of a customer"


async def test_store_that_is_away_gives_503_with_retry_after_and_recovers(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.running() as (app, client):
        headers = await bearer(client, "musteri1@example.com")
        threads = app.state.service.conversations._threads
        claim = threads.claim

        async def away(*_: object, **__: object) -> None:
            raise OperationalError("SELECT", {}, sqlite3.OperationalError("unable to open database file"))

        threads.claim = away
        with caplog.at_level(logging.ERROR):
            for path in (CHAT, STREAM):
                answer = await client.post(path, json=BILL, headers={**headers, "X-Request-ID": "r-1"})
                assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
                assert answer.json()["code"] == "SERVICE_UNAVAILABLE"
                assert answer.json()["details"]["reference"] == "r-1"
        assert "r-1" in caplog.text
        threads.claim = claim
        assert (await client.post(CHAT, json=BILL, headers=headers)).status_code == 200


async def test_document_that_did_not_change_is_not_sent_again(client: httpx.AsyncClient) -> None:
    document = await client.get("/openapi.json")
    tag = document.headers["ETag"]
    again = await client.get("/openapi.json", headers={"If-None-Match": f'"older", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Type" not in again.headers and again.headers["Cache-Control"] == "no-cache"
    other = await client.get("/openapi.json", headers={"If-None-Match": '"older"'})
    assert (other.status_code, other.json()) == (200, document.json())
