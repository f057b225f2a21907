"""Turns as tasks of their own, so that a turn which has begun to change something outlives the client that asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from conversation.events import Event

_log = logging.getLogger(__name__)


ALONE_SECONDS = 120.0
"""Time that a turn has once nobody listens; one whose model hangs would keep its thread for ever."""


class FollowedTurns:
    """Runs turns and hands on their events; says nothing of what a turn is.

    Args:
        alone: Seconds after which a turn is stopped whose listener has gone.
    """

    def __init__(self, alone: float = ALONE_SECONDS) -> None:
        self._limit = alone
        self._alone: set[asyncio.Task[None]] = set()
        """Turns whose listener has gone; kept here so that they are not collected."""

    async def follow(
        self, turn: AsyncGenerator[Event, None], goes_on: Callable[[], bool]
    ) -> AsyncGenerator[Event, None]:
        """Run a turn and yield its events; closing this generator stops the turn unless it has to go on.

        Args:
            turn: The events of the turn; nothing else may iterate it.
            goes_on: Tells, when the listener leaves, whether the turn is to be ended all the same.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.create_task(_drive(turn, events))
        try:
            while (event := await events.get()) is not None:
                yield event
            await task
        finally:
            if not task.done():
                if goes_on():
                    self._alone.add(task)
                    task.add_done_callback(self._ended)
                    asyncio.get_running_loop().call_later(self._limit, task.cancel)
                else:
                    task.cancel()
                    await asyncio.wait([task])

    async def finish(self, limit: float) -> None:
        """Wait for the turns whose listener has gone, at most so many seconds."""
        if self._alone:
            await asyncio.wait(set(self._alone), timeout=limit)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._alone.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a turn that nobody waited for failed", exc_info=task.exception())


async def _drive(turn: AsyncGenerator[Event, None], events: asyncio.Queue[Event | None]) -> None:
    try:
        async with aclosing(turn):
            async for event in turn:
                events.put_nowait(event)
    finally:
        events.put_nowait(None)
