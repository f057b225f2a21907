"""Refuses a body that is larger than any client has a reason to send, before it is read whole.

What a customer writes is short. The check stands outside of the login, so that nobody without an account can make the
service read and parse megabytes.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, error_response

_KIB = 1024
_OF_PEOPLE = 64 * _KIB
"""Bytes of a message, a login or a form."""
_OF_ENGINEERS = 1024 * _KIB
"""Bytes of a re-run with prompts of its own, or of a text of the registry."""
_OF_FILES = 11264 * _KIB
"""Bytes of what the chat page sends, and of a photo with the form around it; ``core.photos`` says how large one is."""


class BodyLimit:
    """Middleware that answers 413 to a body over the limit of its path, whether its length was announced or not.

    Args:
        app: The application.
        larger: Limits in bytes by the beginning of a path, the first that fits; 64 KiB for any other path.
    """

    def __init__(self, app: ASGIApp, *, larger: dict[str, int]) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((limit for begin, limit in self._larger.items() if scope["path"].startswith(begin)), _OF_PEOPLE)
        text = BodyTooLarge.text.format(limit=limit // _KIB)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            answer = error_response(Request(scope), BodyTooLarge.status, BodyTooLarge.code, text)
            await answer(scope, receive, send)
            return
        left = limit

        async def counted_receive() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(BodyTooLarge.status, text)
            return message

        await self._app(scope, counted_receive, send)


def limits_of(files: Collection[str], engineers: Collection[str]) -> dict[str, int]:
    """Return the limits that are larger than a message's.

    Args:
        files: Beginnings of the paths that take files: the chat page, and photos.
        engineers: Beginnings of the paths for recorded runs and for texts.
    """
    return {**dict.fromkeys(files, _OF_FILES), **dict.fromkeys(engineers, _OF_ENGINEERS)}
