"""Bounds what one open page may leave on the disk: Chainlit keeps each upload until the page's session is over."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from database.photos import MOST_PHOTOS

_PATH = "/project/file"
_TOO_MUCH = 413


class UploadLimit:
    """Middleware of Chainlit's application that refuses more uploads of a session than a day may have photos.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it before its file is read."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].endswith(_PATH):
            from chainlit.session import WebsocketSession  # importing Chainlit writes files

            session = WebsocketSession.get_by_id(QueryParams(scope["query_string"]).get("session_id", ""))
            if session is not None and len(session.files) >= MOST_PHOTOS:
                await JSONResponse({"detail": "too many files"}, _TOO_MUCH)(scope, receive, send)
                return
        await self._app(scope, receive, send)
