"""What stands around every route: no body beyond its limit, and headers that keep browsers from misuse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from api.body_limit import limits_of
from tests.api.conftest import Login

CHAT = "/api/v1/chat/"
LARGE = b'{"message": "' + b"a" * 70_000 + b'"}'
JSON = {"Content-Type": "application/json"}


async def in_parts() -> AsyncIterator[bytes]:
    for begin in range(0, len(LARGE), 1000):
        yield LARGE[begin : begin + 1000]


@pytest.mark.parametrize("path", [CHAT, "/api/v1/auth/login", "/agent/invoke", "/login"])
async def test_large_body_is_refused_before_the_login_is_looked_at(client: httpx.AsyncClient, path: str) -> None:
    refused = await client.post(path, content=LARGE, headers=JSON)
    assert refused.status_code == 413 and "64 KB" in refused.text and "BODY_TOO_LARGE" in refused.text


async def test_body_of_no_announced_length_is_counted(client: httpx.AsyncClient, login: Login) -> None:
    refused = await client.post(CHAT, content=in_parts(), headers={**JSON, **await login(1)})
    assert (refused.status_code, refused.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_body_within_the_limit_is_read(client: httpx.AsyncClient, login: Login) -> None:
    answer = await client.post(CHAT, json={"message": "Faturam ne kadar?"}, headers=await login(1))
    assert answer.status_code == 200


def test_engineers_and_the_page_may_send_more() -> None:
    larger = limits_of(["/chat/"], ["/api/v1/runs"])
    assert larger["/api/v1/runs"] > 64 * 1024 and larger["/chat/"] > larger["/api/v1/runs"]


PATHS = ("/", "/health", "/login", "/docs", "/api/v1/chat/sessions", "/nowhere", "/openapi.json")


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_safe_in_a_browser(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "http:" not in policy and "https:" not in policy and "*" not in policy


async def test_what_an_account_sees_is_kept_by_no_cache(client: httpx.AsyncClient, login: Login) -> None:
    answer = await client.get("/api/v1/chat/sessions", headers=await login(1))
    assert answer.headers["Cache-Control"] == "no-store"


async def test_data_loads_nothing_and_the_document_only_its_own(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src 'self'" in (await client.get("/docs")).headers["Content-Security-Policy"]
