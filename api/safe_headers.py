"""Headers that keep a browser from doing with an answer what it was not made for; each page may set its own instead.

A page of the service loads nothing from another host, stands in no foreign frame, and what an account sees is stored in
no cache. See https://owasp.org/www-project-secure-headers/.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
"""For data: nothing is loaded, should a browser ever show it as a page."""


def framed_by(policy: str, origins: Collection[str]) -> str:
    """Return a policy under which pages of these origins may show the page in a frame."""
    return policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}") if origins else policy


OWN_CONTENT = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
"""For pages of libraries (chat, document, playground), whose scripts stand in the page: they reach no other host."""

_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
"""``same-origin`` and not ``no-referrer``: the latter makes browsers send ``Origin: null`` with our own forms."""


class SafeHeaders:
    """Middleware that adds the headers which an answer does not have.

    Args:
        app: The application.
        policies: Content security policies by the beginning of a path, the first that fits; the closed one otherwise.
        private: Beginnings of paths whose answers no cache may keep.
    """

    def __init__(self, app: ASGIApp, *, policies: Mapping[str, str], private: tuple[str, ...]) -> None:
        self._app = app
        self._policies = policies
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        added = {**_ALWAYS, "Content-Security-Policy": self._policy(path)}
        if path.startswith(self._private):
            added["Cache-Control"] = "no-store"

        async def safe_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, safe_send)

    def _policy(self, path: str) -> str:
        return next((policy for begin, policy in self._policies.items() if path.startswith(begin)), _CLOSED)
