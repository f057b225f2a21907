"""Names every request: by the ``X-Request-ID`` that a client or a proxy sent, or by a new one; the answer says it."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.log_context import REQUEST_ID as LOGGED_ID

REQUEST_ID = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class RequestIds:
    """Middleware that puts the id into the request's state and into its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(REQUEST_ID, "")
        # Anything else could forge lines of the log.
        name = sent if _ACCEPTED.fullmatch(sent) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = name
        LOGGED_ID.set(name)  # the request has a task, and so a context, of its own

        async def named_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        await self._app(scope, receive, named_send)
