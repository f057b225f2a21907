"""Lets engineers' requests pass a few at a time, so that many of them never make a customer wait.

Lists and re-runs take the process's one interpreter for milliseconds to seconds each. However many are asked for at
once, a customer's turn finds only these few before it; the others wait in the order in which they came.
"""

from __future__ import annotations

import asyncio
import time
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Receive, Scope, Send

READS_AT_ONCE = 1
RERUNS_AT_ONCE = 2
_REST = 2
"""After a read its lane rests so many times as long as the read took."""

_LONGEST_PAUSE = 0.5
"""Seconds."""


class EngineersLane:
    """Middleware that serves the requests below some paths in a lane of their own.

    Args:
        app: The application.
        paths: Beginnings of the paths.
        reads: GET requests that are served at once; after each the lane rests for a while.
        reruns: Other requests that are served at once.
    """

    def __init__(
        self, app: ASGIApp, *, paths: tuple[str, ...], reads: int = READS_AT_ONCE, reruns: int = RERUNS_AT_ONCE
    ) -> None:
        self._app = app
        self._paths = paths
        self._reads, self._reruns = reads, reruns
        # A semaphore belongs to one event loop; tests open one application in several.
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[asyncio.Semaphore, asyncio.Semaphore]]
        self._lanes = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as soon as its lane is free."""
        if scope["type"] != "http" or not self._is_engineers(scope["path"]):
            await self._app(scope, receive, send)
            return
        reads, reruns = self._lane()
        if scope["method"] != "GET":
            async with reruns:
                await self._app(scope, receive, send)
            return
        async with reads:
            began = time.perf_counter()
            await self._app(scope, receive, send)
            await asyncio.sleep(min(_REST * (time.perf_counter() - began), _LONGEST_PAUSE))

    def _is_engineers(self, path: str) -> bool:
        # A customer gives feedback below the same path.
        return path.startswith(self._paths) and not path.endswith("/feedback")

    def _lane(self) -> tuple[asyncio.Semaphore, asyncio.Semaphore]:
        loop = asyncio.get_running_loop()
        if loop not in self._lanes:
            self._lanes[loop] = asyncio.Semaphore(self._reads), asyncio.Semaphore(self._reruns)
        return self._lanes[loop]
