"""Refuses, at the door of the application, what a page of another site sends to a web socket or to the chat page.

A browser adds the chat page's cookie to a web socket that any page opens, and to any page's request from another port
of the same host. The chat page's own library checks neither, so the check stands in front of everything that is
mounted. The routes of the HTTP interface check their cookie themselves (``api.security``).
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security import ForeignOrigin
from core.setting_forms import normal_origin

_POLICY_VIOLATION = 1008
_log = logging.getLogger(__name__)


class OriginCheck:
    """Middleware that lets web sockets and the guarded paths be reached only from our own and the allowed origins.

    A request without ``Origin`` passes: a browser always sends the header with a web socket and with a POST, so such a
    request comes from a program, and no page can make that program send a customer's cookie.

    Args:
        app: The application.
        guarded: Beginning of the HTTP paths that are checked; every web socket is.
        allowed: Origins of other sites that may come in, as ``core.settings.normal_origin`` writes them.
    """

    def __init__(self, app: ASGIApp, *, guarded: str, allowed: Collection[str] = ()) -> None:
        self._app = app
        self._guarded = guarded.rstrip("/")
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it."""
        if not self._is_guarded(scope) or self._may_enter(scope):
            await self._app(scope, receive, send)
            return
        _log.warning("refused %s from the foreign origin %r", scope["path"], Headers(scope=scope).get("origin"))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ForeignOrigin.code})
            return
        content = {"code": ForeignOrigin.code, "detail": ForeignOrigin.text}
        await JSONResponse(content, ForeignOrigin.status)(scope, receive, send)

    def _is_guarded(self, scope: Scope) -> bool:
        if scope["type"] == "websocket":
            return True
        path: str = scope.get("path", "")
        return scope["type"] == "http" and (path == self._guarded or path.startswith(f"{self._guarded}/"))

    def _may_enter(self, scope: Scope) -> bool:
        sent = Headers(scope=scope).getlist("origin")
        if not sent:
            return True
        try:
            origin = normal_origin(sent[0])
        except ValueError:  # "null", of a sandboxed frame or a file, is nobody's own
            return False
        return len(sent) == 1 and (origin in self._allowed or origin in own_origins(scope))


def own_origins(scope: Scope) -> frozenset[str]:
    """Return the origins under which this connection's browser knows the server: by Host and by X-Forwarded-Host.

    The scheme is the scope's, where uvicorn has put the X-Forwarded-Proto of a trusted proxy. X-Forwarded-Host needs no
    trust: a page cannot set it on a web socket, and elsewhere the browser would first ask with an OPTIONS request,
    which is refused here.
    """
    headers = Headers(scope=scope)
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    hosts = (headers.get("host"), headers.get("x-forwarded-host", "").split(",")[0].strip())
    found = set()
    for host in filter(None, hosts):
        try:
            found.add(normal_origin(f"{scheme}://{host}"))
        except ValueError:
            continue
    return frozenset(found)
