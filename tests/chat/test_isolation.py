"""Every route of the chat page × every identity × another customer's conversation, and its web socket.

The routes are those of the page's library: a new version with another route fails here until somebody has looked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.conftest import server_process

MARK, NAME = "GIZLI-ISARET-4711", "Mehmet Demir"
VICTIM, OTHER = "musteri1@example.com", "musteri6@example.com"
PEOPLE = (OTHER, "muhendis@example.com", "temsilci@example.com")

FREE = {
    "GET /public/{filename:path}", "GET /assets/{filename:path}", "GET /copilot/{filename:path}", "GET /auth/config",
    "POST /login", "POST /logout", "POST /auth/jwt", "POST /auth/header", "GET /auth/oauth/{provider_id}",
    "GET /auth/oauth/{provider_id}/callback", "POST /auth/oauth/azure-ad-hybrid/callback", "GET /favicon", "GET /logo",
    "POST /set-session-cookie", "GET /project/share/{thread_id}", "GET /avatars/{avatar_id:str}", "HEAD /",
    "GET /project/translations", "GET /health", "GET /{full_path:path}", "GET /openapi.json", "HEAD /openapi.json",
    "GET /docs", "HEAD /docs", "GET /docs/oauth2-redirect", "HEAD /docs/oauth2-redirect", "GET /redoc", "HEAD /redoc",
}  # fmt: skip
"""Routes that ask for no login, since they say nothing of anybody."""
GUARDED = {
    "GET /user", "GET /project/settings", "PUT /feedback", "DELETE /feedback",
    "POST /project/threads", "GET /project/thread/{thread_id}", "POST /project/action", "PUT /project/element",
    "GET /project/thread/{thread_id}/element/{element_id}", "DELETE /project/element", "PUT /project/thread",
    "PUT /project/thread/share", "DELETE /project/thread", "POST /mcp", "DELETE /mcp", "POST /project/file",
    "GET /project/file/{file_id}",
}  # fmt: skip
SOCKET = "MOUNT /ws/socket.io"

_LIST = """
import json
from chainlit.server import app

def walk(routes):
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from walk(inner.routes)
        else:
            for method in sorted(getattr(route, "methods", None) or ["MOUNT"]):
                yield f"{method} {route.path}"

print(json.dumps(list(walk(app.routes))))
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server process whose models are scripted."""
    path = os.pathsep.join([".", "clients/python"])
    with server_process("tests.chat.scripted_server", tmp_path_factory.mktemp("scripted"), PYTHONPATH=path) as address:
        yield address


@pytest.fixture(scope="module")
def thread(address: str) -> str:
    """The victim's conversation."""
    with visitor(address, VICTIM) as client:
        answer = client.post("/api/v1/chat/", json={"message": f"Merhaba {MARK}"})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["session_id"])


@contextmanager
def visitor(address: str, login: str | None) -> Iterator[httpx.Client]:
    """A browser, logged in or not."""
    with httpx.Client(base_url=address, headers={"Origin": address, "Connection": "close"}, timeout=60) as client:
        if login is not None:
            entered = client.post("/login", data={"username": login, "password": "demo-1234"})
            assert entered.status_code == 303
        yield client


def call(client: httpx.Client, route: str, thread: str) -> httpx.Response:
    """Call a route with the victim's conversation wherever it takes one."""
    method, path = route.split(" ")
    for name in ("thread_id", "element_id", "file_id", "provider_id", "avatar_id:str"):
        path = path.replace("{" + name + "}", thread)
    path = path.replace("{filename:path}", "x").replace("{full_path:path}", f"thread/{thread}")
    body: dict[str, Any] = {
        "threadId": thread, "sessionId": thread, "name": "stolen", "isShared": True, "feedbackId": thread,
        "feedback": {"forId": thread, "value": 0, "threadId": thread}, "element": {"id": thread, "threadId": thread},
        "pagination": {"first": 50}, "filter": {"search": MARK},
        "action": {"name": "answer", "payload": {}, "id": "a", "forId": thread}, "session_id": thread,
    }  # fmt: skip
    sent: dict[str, Any] = {} if method in ("GET", "HEAD") else {"json": body}
    return client.request(method, f"/chat{path}", params={"session_id": thread, "language": "tr-TR"}, **sent)


def test_every_route_of_the_page_is_known(tmp_path: Path) -> None:
    environment = {**os.environ, "CHAINLIT_APP_ROOT": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", _LIST], env=environment, capture_output=True, text=True, check=True)
    assert set(json.loads(ran.stdout.splitlines()[-1])) == FREE | GUARDED | {SOCKET}


@pytest.mark.parametrize("login", [None, *PEOPLE])
def test_nobody_sees_or_changes_the_victims_conversation(address: str, thread: str, login: str | None) -> None:
    with visitor(address, VICTIM) as victim:
        before = victim.get(f"/api/v1/chat/sessions/{thread}").json()
    faults = []
    with visitor(address, login) as client:
        for route in sorted((FREE | GUARDED) - {"POST /logout"}):
            answer = call(client, route, thread)
            entered = login is None and route in GUARDED and answer.status_code not in (401, 404, 422)
            if MARK in answer.text or NAME in answer.text or entered:
                faults.append((route, answer.status_code, answer.text[:100]))
    assert faults == []
    with visitor(address, VICTIM) as victim:
        assert victim.get(f"/api/v1/chat/sessions/{thread}").json() == before
        assert MARK in call(victim, "GET /project/thread/{thread_id}", thread).text, "the victim sees the mark"


def heard(address: str, login: str | None, thread: str) -> str:
    """Open the page's socket on a conversation, and return all that it says."""
    said = ""
    with visitor(address, login) as client:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    place = f"{address.replace('http', 'ws', 1)}/chat/ws/socket.io/?EIO=4&transport=websocket"
    opened = connect(place, origin=address, additional_headers={"Cookie": cookies}, proxy=None)  # type: ignore[arg-type]
    with opened as socket, suppress(ConnectionClosed, TimeoutError):
        socket.recv(20)
        identity = {"clientType": "webapp", "sessionId": str(uuid4()), "threadId": thread, "userEnv": "{}"}
        socket.send("40" + json.dumps(identity))
        said += str(socket.recv(20))
        socket.send('42["connection_successful"]')
        end = time.monotonic() + 30
        while time.monotonic() < end and "resume_thread" not in said:
            said += str(socket.recv(5))
    return said


def test_socket_shows_a_conversation_to_its_customer_only(address: str, thread: str) -> None:
    assert heard(address, None, thread).startswith("44"), "no socket without a login"
    for login in PEOPLE:
        said = heard(address, login, thread)
        assert said.startswith("40") and MARK not in said and NAME not in said
    assert MARK in heard(address, VICTIM, thread)
