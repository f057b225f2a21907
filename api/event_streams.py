"""Server-sent events that end with a word when the server stops, instead of in their middle.

A turn gets time to come to its end; one that needs longer, and a stream without an end, is told to go on elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from anyio import CancelScope
from sse_starlette import EventSourceResponse, ServerSentEvent

TURN_PATIENCE_SECONDS = 10.0
_LAST_SECONDS = 5.0
"""Time for the last event to leave."""


class EventStream(EventSourceResponse):
    """An answer of server-sent events.

    Args:
        events: The events.
        last: Sent where the server stops before they have ended.
        patience: Seconds for which they may go on then.
    """

    def __init__(
        self, events: AsyncGenerator[ServerSentEvent, None], last: ServerSentEvent, patience: float,
        status_code: int = 200,  # FastAPI reads the default for the document
    ) -> None:  # fmt: skip
        self._stopping = asyncio.Event()
        self._patience = patience
        super().__init__(_until_stop(events, self._stopping, patience, last), status_code, sep="\n")

    async def _listen_for_exit_signal(self) -> None:  # type: ignore[override]  # the library's is static
        await EventSourceResponse._listen_for_exit_signal()
        self._stopping.set()
        await asyncio.sleep(self._patience + _LAST_SECONDS)  # what hangs is cut off in the end


async def _until_stop(
    events: AsyncGenerator[ServerSentEvent, None], stopping: asyncio.Event, patience: float, last: ServerSentEvent
) -> AsyncIterator[ServerSentEvent]:
    async def patience_ended() -> None:
        await stopping.wait()
        await asyncio.sleep(patience)

    end = asyncio.create_task(patience_ended())
    coming: asyncio.Task[ServerSentEvent | None] | None = None
    try:
        async with aclosing(events):
            try:
                while True:
                    coming = asyncio.create_task(_next(events))
                    await asyncio.wait((coming, end), return_when=asyncio.FIRST_COMPLETED)
                    event = coming.result() if coming.done() else last
                    if event is not None:
                        yield event
                    if event is None or event is last:
                        return
            finally:
                await _ended(coming)
    finally:
        await _ended(end)


async def _next(events: AsyncGenerator[ServerSentEvent, None]) -> ServerSentEvent | None:
    return await anext(events, None)


async def _ended(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task and wait for its end, though this one may be cancelled itself: its client has gone."""
    if task is not None and not task.done():
        task.cancel()
        with CancelScope(shield=True):
            await asyncio.wait([task])
