"""A client that leaves at any step of its turn, as the event loop takes them: nothing is torn, doubled or untold."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest
from sqlalchemy import select

from database.tables import LineRow
from tests.graph.conftest import MakeWorld, World

ON, OFF, QUOTA = "roamingi aç", "roamingi kapat", "ne kadar kotam kaldı"
CUSTOMER = 2
WISHES: dict[str, Any] = {
    "meanings": {ON: "enable_roaming", OFF: "enable_roaming", QUOTA: "get_remaining_quotas"},
    "arguments": {ON: {"status": True}, OFF: {"status": False}},
}


class Steps:
    """Counts the steps of all tasks but the client's, and has the client leave at one of them."""

    def __init__(self, leave: int | None) -> None:
        self.taken = 0
        self.client: asyncio.Task[Any] | None = None
        self._leave = leave

    def factory(self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **named: Any) -> Any:
        return asyncio.Task(self._counted(coro), loop=loop, **named)

    @types.coroutine
    def _counted(self, coro: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        step: Callable[[], Any] = lambda: coro.send(None)  # noqa: E731
        while True:
            self._count()
            try:
                awaited = step()
            except StopIteration as end:
                return end.value
            try:
                value = yield awaited
            except BaseException as error:
                step = lambda error=error: coro.throw(error)  # noqa: E731
            else:
                step = lambda value=value: coro.send(value)  # noqa: E731

    def _count(self) -> None:
        if self.client is not None and self.taken == self._leave:
            self.client.cancel()
        self.taken += 1


async def agree(world: World, session: str, steps: Steps) -> bool:
    """Say yes, and leave at a step; tells if the answer came."""

    async def client() -> bool:
        steps.client = asyncio.current_task()
        steps.taken = 0
        async for _ in world.conversations.stream(world.user(CUSTOMER), session_id=session, message="evet"):
            pass
        steps.client = None
        return True

    task = asyncio.get_running_loop().create_task(client())
    asyncio.get_running_loop().set_task_factory(steps.factory)
    try:
        return await asyncio.gather(task, return_exceptions=True) == [True]
    finally:
        asyncio.get_running_loop().set_task_factory(None)
        await world.conversations.finish(30)


async def is_on(world: World) -> bool:
    async with world.database.session() as session:
        return bool(await session.scalar(select(LineRow.roaming_enabled).where(LineRow.customer_id == CUSTOMER)))


async def told(world: World, session: str) -> str:
    kept = await world.conversations.get(world.user(CUSTOMER), session)
    return kept.messages[-1].text if kept.messages[-1].role == "assistant" else ""


# LangChain's own hand-over to a thread, which nobody awaits where a turn is cancelled before it began.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object run_in_executor")
async def test_client_that_leaves_at_any_step_finds_a_true_thread(make_world: MakeWorld) -> None:
    world = await make_world(**WISHES)
    whole, left, done = Steps(None), 0, 0
    world.sessions[CUSTOMER] = "whole"
    await world.say(ON, customer=CUSTOMER)
    assert await agree(world, "whole", whole) and await is_on(world)
    for leave in range(whole.taken):
        world.sessions[CUSTOMER] = session = f"left-{leave}"
        wanted = not await is_on(world)
        before = len(await world.audit())
        await world.say(ON if wanted else OFF, customer=CUSTOMER)
        left += not await agree(world, session, Steps(leave))
        is_done = await is_on(world) is wanted
        answer = await told(world, session)
        assert len(await world.audit()) - before == is_done, leave
        if is_done:
            done += 1
            assert answer and "Onaylıyor musunuz" not in answer, (leave, answer)
        else:
            kept = await world.conversations.get(world.user(CUSTOMER), session)
            assert kept.pending is not None, (leave, answer)
            await world.say("evet", customer=CUSTOMER)
        assert await is_on(world) is wanted and len(await world.audit()) - before == 1, leave
        assert "GB" in (await world.say(QUOTA, customer=CUSTOMER)).response
    assert left > 10 and 0 < done, "it left at many steps, before the change and behind it"
