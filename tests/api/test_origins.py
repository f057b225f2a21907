"""The door of the application: which pages may open a web socket or reach the chat page."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.origins import OriginCheck

OWN = "https://telekom.example"
ALLOWED = "https://portal.example:8443"


async def enter(scope: dict[str, Any], headers: dict[str, str]) -> tuple[bool, list[Message]]:
    """Tell if the application behind the door was reached, and what was sent back."""
    reached = False
    sent: list[Message] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal reached
        reached = True

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    door = OriginCheck(application, guarded="/chat", allowed=(ALLOWED,))
    await door({"scheme": "https", "headers": raw, **scope}, receive, send)
    return reached, sent


def socket(headers: dict[str, str], scheme: str = "wss", path: str = "/chat/ws/socket.io/") -> Any:
    return enter({"type": "websocket", "scheme": scheme, "path": path}, {"Host": "telekom.example", **headers})


def request(method: str, path: str, headers: dict[str, str]) -> Any:
    return enter({"type": "http", "method": method, "path": path}, {"Host": "telekom.example", **headers})


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a program: browsers always send the header
        {"Origin": OWN},
        {"Origin": f"{OWN}:443"},
        {"Origin": "https://TELEKOM.example"},
        {"Origin": ALLOWED},
        {"Origin": "https://shop.example", "X-Forwarded-Host": "shop.example, inner"},
        {"Origin": "https://shop.example:8443", "X-Forwarded-Host": "shop.example:8443"},
        {"Origin": "https://[::1]:8443", "Host": "[::1]:8443"},
    ],
)
async def test_own_and_allowed_pages_open_a_socket(headers: dict[str, str]) -> None:
    reached, sent = await socket(headers)
    assert reached and sent == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "https://telekom.example:8443", "http://telekom.example", "null", "", "*",
        "https://telekom.example.evil.example", "https://telekom.example@evil.example", "https://portal.example",
        "https://telekom.example/x", "https://telekom.example:x", "file://", "https://a, https://telekom.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/chat/ws/socket.io/", "/anything"])
async def test_foreign_page_opens_no_socket(origin: str, path: str) -> None:
    reached, sent = await socket({"Origin": origin}, path=path)
    assert not reached
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_socket_without_tls_knows_its_own_scheme() -> None:
    assert (await socket({"Origin": "http://telekom.example"}, "ws"))[0]
    assert not (await socket({"Origin": OWN}, "ws"))[0]


@pytest.mark.parametrize("path", ["/chat/login", "/chat/logout", "/chat/ws/socket.io/", "/chat"])
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
async def test_foreign_page_reaches_nothing_of_the_chat(method: str, path: str) -> None:
    reached, sent = await request(method, path, {"Origin": "https://evil.example"})
    assert not reached and sent[0]["status"] == 403
    assert b"FOREIGN_ORIGIN" in sent[1]["body"]
    assert (await request(method, path, {"Origin": OWN}))[0]
    assert (await request(method, path, {}))[0]


async def test_two_origins_in_one_request_are_refused() -> None:
    raw = [(b"host", b"telekom.example"), (b"origin", OWN.encode()), (b"origin", b"https://evil.example")]
    reached, _ = await enter({"type": "http", "method": "POST", "path": "/chat/login", "headers": raw}, {})
    assert not reached


async def test_other_routes_are_left_to_their_own_check() -> None:
    assert (await request("POST", "/api/v1/chat/", {"Origin": "https://evil.example"}))[0]
    assert (await request("GET", "/chatter", {"Origin": "https://evil.example"}))[0]
