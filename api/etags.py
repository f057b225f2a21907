"""ETags of documents that are large, public and the same for everybody: an unchanged one is not sent again.

Weak tags (RFC 9110, section 8.8.1), since the answer may be compressed further out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Etags:
    """Middleware that tags whole answers, and answers 304 to whoever has the document already.

    Args:
        app: The application.
        paths: Paths of the documents.
    """

    def __init__(self, app: ASGIApp, *, paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] not in self._paths or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("If-None-Match", "")
        start: Message = {}
        body = b""

        async def tagged_send(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = MutableHeaders(scope=start)
            if start["status"] == 200 and body:
                headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
                headers.setdefault("Cache-Control", "no-cache")  # may be kept, and is asked for again
                if headers["ETag"] in (each.strip() for each in known.split(",")) or known.strip() == "*":
                    start["status"], body = 304, b""
                    del headers["Content-Length"], headers["Content-Type"]
            await send(start)
            await send({**message, "body": body})

        await self._app(scope, receive, tagged_send)
