"""Conversations whose operations a chat model plans, at a scripted OpenAI-compatible server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from agent.chat.endpoint import EndpointChatModel
from agent.model_server import ModelServer
from database.tables import Base
from tests.agent.servers import model_server, said
from tests.graph.conftest import MakeWorld, World

BILL, QUOTA, PAY = "get_current_bill", "get_remaining_quotas", "pay_bill"
ASKED_BILL, ASKED_PAY, ODD = "Bu ayki faturam ne kadar?", "faturamı kredi kartıyla öde", "bir bakıver şuna"
ASKED_QUOTA = "ne kadar kotam kaldı"
MEANINGS = {ASKED_BILL: BILL, ASKED_PAY: PAY, ASKED_QUOTA: QUOTA}
OWN_ROWS = (
    "bills", "payments", "autopays", "customers", "accounts", "lines", "quotas", "tickets", "receipts",
    "idempotency_records",
)  # fmt: skip
END = said("")


def calls(*wanted: tuple[str, Any], text: str = "") -> dict[str, Any]:
    """A completion that calls tools; arguments that are a string are sent as they are."""
    made = [
        {
            "id": f"c{place}", "type": "function",
            "function": {"name": name, "arguments": args if isinstance(args, str) else json.dumps(args)},
        }
        for place, (name, args) in enumerate(wanted)
    ]  # fmt: skip
    return said(text, tool_calls=made)


@dataclass
class Planned:
    """A world with a planning model, what the model answers, and the requests that it got."""

    world: World
    script: list[Any]
    seen: list[dict[str, Any]]
    before: dict[str, list[Any]]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [body for body in self.seen if body.get("tools")]

    async def unchanged(self) -> bool:
        return await rows(self.world) == self.before

    async def rows(self) -> dict[str, list[Any]]:
        return await rows(self.world)

    async def plan(self, customer: int = 1) -> Any:
        found = await self.world.graph.aget_state({"configurable": {"thread_id": self.world.sessions[customer]}})
        return found.values["plan"]


async def rows(world: World) -> dict[str, list[Any]]:
    async with world.database.session() as session:
        return {
            name: [tuple(row) for row in await session.execute(select(Base.metadata.tables[name]))] for name in OWN_ROWS
        }


Plans = Callable[..., Awaitable[Planned]]


def maker(make_world: MakeWorld, servers: ExitStack) -> Plans:
    """Return a function that makes a world whose model plans by a script; its last entry is repeated."""

    async def make(*script: Any, delay: float = 0.0, limit: float = 5.0, **others: Any) -> Planned:
        left = list(script)

        def answer(body: dict[str, Any]) -> Any:
            if not body.get("tools"):  # the answer is written: this model cannot
                return 500
            return left.pop(0) if len(left) > 1 else left[0]

        address, seen = servers.enter_context(model_server(answer, delay))
        meanings = {**MEANINGS, **others.pop("meanings", {})}
        model = EndpointChatModel(ModelServer(address, limit), "m")
        world = await make_world(meanings, planner=model, **others)
        return Planned(world, left, seen, await rows(world))

    return make
