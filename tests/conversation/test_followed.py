"""A turn whose listener has gone is stopped once its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from conversation.events import Event, Token
from conversation.followed import FollowedTurns


async def test_turn_that_hangs_without_a_listener_is_stopped() -> None:
    stopped = asyncio.Event()

    async def hanging() -> AsyncGenerator[Event, None]:
        try:
            yield Token(text="Bir")
            await asyncio.Event().wait()
        finally:
            stopped.set()

    turns = FollowedTurns(alone=0.05)
    events = turns.follow(hanging(), lambda: True)
    await anext(events)
    await events.aclose()
    assert not stopped.is_set(), "it may go on for a while"
    await asyncio.wait_for(stopped.wait(), 30)
    await turns.finish(30)
