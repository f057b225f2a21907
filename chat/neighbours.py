"""The chat page in several processes behind one port: a request goes on to the process that has the page's web socket.

Chainlit keeps what a page is in the process that its web socket leads to, but sends the presses of its buttons and its
files as requests of their own, which the port gives to any process. Each process has a door for the others, a socket of
the file system in a folder that only this user may enter.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings

_PATHS = ("/project/action", "/project/element", "/project/file")
"""Beginnings of Chainlit's paths that belong to an open page."""
_ASKED = "x-telekom-page"
"""Header of the question whether a process has a page; its value is the page's session."""
_PASSED_ON = "telekom.passed_on"
_WAIT_SECONDS = 60


@asynccontextmanager
async def page_door(settings: Settings, folder: Path | None) -> AsyncIterator[None]:
    """Let the other processes of this port pass requests on to the pages of this one, while the block runs.

    Args:
        settings: Whether there is a chat page.
        folder: Where the doors of all are; None where this is the only process.
    """
    if folder is None or not settings.mount_chat:
        yield
        return
    from chainlit.server import app as page

    door = _Door(
        uvicorn.Config(_behind_the_door(page), uds=str(_own(folder)), lifespan="off", log_config=None, access_log=False)
    )
    serving = asyncio.create_task(door.serve())
    try:
        yield
    finally:
        door.should_exit = True
        await asyncio.wait([serving])
        _own(folder).unlink(missing_ok=True)


class PageRequests:
    """Middleware of Chainlit's application that passes a request on to the process with the page's web socket.

    Args:
        app: The application.
        folder: Where the doors of all processes are.
    """

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request here, where its page is or nobody has it."""
        if scope["type"] == "http" and _PASSED_ON not in scope and _is_of_a_page(scope):
            session, receive = await _session_of(scope, receive)
            if session and not _has_page(session):
                door = await _door_with(self._folder, session)
                if door is not None:
                    await _pass_on(door, scope, receive, send)
                    return
        await self._app(scope, receive, send)


class _Door(uvicorn.Server):
    """A second server in a process: signals and log are the first one's."""

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to exit."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets)
        await self.main_loop()
        await self.shutdown(sockets)

    def _log_started_message(self, listeners: Sequence[socket.SocketType]) -> None:
        """Say nothing: operators know one address."""


def _behind_the_door(page: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope).get(_ASKED)
        if asked is None:
            path, root = scope["path"], scope["path"].partition("/project/")[0]
            await page({**scope, "path": path, "root_path": root, _PASSED_ON: True}, receive, send)
        else:
            await Response(status_code=204 if _has_page(asked) else 404)(scope, receive, send)

    return answer


def _own(folder: Path) -> Path:
    return folder / f"{os.getpid()}.door"


def _is_of_a_page(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith(_PATHS)


async def _session_of(scope: Scope, receive: Receive) -> tuple[str, Receive]:
    """Return the session that a request names in its address or its JSON, and what gives its body again."""
    named = QueryParams(scope["query_string"]).get("session_id", "")
    if named or not Headers(scope=scope).get("content-type", "").startswith("application/json"):
        return named, receive
    body = await Request(scope, receive).body()
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        content: Any = json.loads(body)
    except ValueError:
        return "", again
    session = content.get("sessionId") if isinstance(content, dict) else None
    return session if isinstance(session, str) else "", again


def _has_page(session_id: str) -> bool:
    """Return True where the page's web socket leads to this process now; it may have moved on and left its session."""
    from chainlit.server import sio
    from chainlit.session import WebsocketSession

    session = WebsocketSession.get_by_id(session_id)
    return session is not None and bool(sio.manager.is_connected(session.socket_id, "/"))


async def _door_with(folder: Path, session_id: str) -> Path | None:
    """Return the door of the process that has the page; None where nobody has it."""
    for door in _doors_of_others(folder):
        try:
            async with _through(door) as client:
                if (await client.get("/", headers={_ASKED: session_id})).status_code == 204:
                    return door
        except (httpx.TransportError, ValueError):
            continue  # a process that has died leaves its door behind
    return None


def _doors_of_others(folder: Path) -> list[Path]:
    return sorted(door for door in folder.glob("*.door") if door != _own(folder))


async def _pass_on(door: Path, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    address = httpx.URL("http://page").copy_with(path=scope["path"], query=scope["query_string"])
    async with _through(door) as client:
        asked = client.build_request(request.method, address, headers=request.headers.raw, content=request.stream())
        answer = await client.send(asked, stream=True)
        told = StreamingResponse(answer.aiter_raw(), answer.status_code, headers=dict(answer.headers))
        try:
            await told(scope, receive, send)
        finally:
            await answer.aclose()


def _through(door: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(door)), base_url="http://page", timeout=_WAIT_SECONDS
    )
