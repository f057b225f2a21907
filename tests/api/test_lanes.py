"""Engineers' requests pass a few at a time, and never hold up anybody else's."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send

from api.lanes import EngineersLane


class Application:
    """Holds every request until it may go on, and counts how many it has at once."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.four_are_inside = asyncio.Event()
        self.inside: list[str] = []
        self.most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside.append(scope["path"])
        self.most = max(self.most, sum(path.startswith("/replay") for path in self.inside))
        if len(self.inside) == 4:
            self.four_are_inside.set()
        await self.open.wait()
        self.inside.remove(scope["path"])


async def test_many_lists_enter_one_by_one_and_a_turn_goes_past_them() -> None:
    application = Application()
    lane = EngineersLane(application, paths=("/replay",), reads=1, reruns=1)

    def ask(path: str, method: str = "GET") -> asyncio.Task[None]:
        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        async def send(_: object) -> None:
            return None

        scope = {"type": "http", "path": path, "method": method}
        return asyncio.create_task(lane(scope, receive, send))

    lists = [ask("/replay") for _ in range(50)]
    others = [ask("/api/v1/chat/", "POST"), ask("/replay/1/rerun", "POST"), ask("/replay/1/feedback", "POST")]
    await application.four_are_inside.wait()
    assert sorted(application.inside) == ["/api/v1/chat/", "/replay", "/replay/1/feedback", "/replay/1/rerun"]
    application.open.set()
    await asyncio.gather(*lists, *others)
    assert application.most == 3 and not application.inside
