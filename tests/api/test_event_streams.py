"""Event streams of a server that stops: the last event says so, and a turn gets time to end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from sse_starlette import ServerSentEvent
from sse_starlette.sse import AppStatus
from starlette.types import Message

from api.event_streams import EventStream

LAST = ServerSentEvent(event="end", data="stopping")


class Listener:
    """A client of one stream, which may go away."""

    def __init__(self) -> None:
        self.heard = ""
        self.has_heard = asyncio.Event()
        self.gone = asyncio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.heard += bytes(message.get("body", b"")).decode()
        if self.heard:
            self.has_heard.set()

    async def listen(self, stream: EventStream) -> asyncio.Task[None]:
        """Begin to listen, until the first event has come."""
        served = asyncio.create_task(stream({"type": "http"}, self.receive, self.send))
        await self.has_heard.wait()
        return served


def stop() -> None:
    AppStatus.should_exit = True
    assert AppStatus.should_exit_event is not None
    AppStatus.should_exit_event.set()


class Events:
    """Events that come when the test lets them."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.closed = False

    async def stream(self) -> AsyncGenerator[ServerSentEvent, None]:
        try:
            yield ServerSentEvent(data="first")
            await self.go_on.wait()
            yield ServerSentEvent(data="second")
        finally:
            self.closed = True


async def test_stream_without_an_end_is_ended_with_a_word() -> None:
    events, listener = Events(), Listener()
    served = await listener.listen(EventStream(events.stream(), LAST, 0))
    stop()
    await served
    assert listener.heard.endswith("event: end\r\ndata: stopping\r\n\r\n") and events.closed


async def test_turn_that_ends_in_time_is_told_whole() -> None:
    events, listener = Events(), Listener()
    served = await listener.listen(EventStream(events.stream(), LAST, 60))
    stop()
    await asyncio.sleep(0.05)
    events.go_on.set()
    await served
    assert "second" in listener.heard and "stopping" not in listener.heard and events.closed


@pytest.mark.parametrize("patience", [0, 60])
async def test_client_that_goes_away_closes_the_events(patience: float) -> None:
    events, listener = Events(), Listener()
    served = await listener.listen(EventStream(events.stream(), LAST, patience))
    listener.gone.set()
    await served
    assert events.closed and "stopping" not in listener.heard
