"""A long thread costs what a short one does: the state stays small however much was said."""

from __future__ import annotations

import json
from typing import Any

from tests.graph.conftest import MakeWorld

EARLY, LATE = 15, 61


async def test_state_of_a_long_thread_is_no_larger_than_that_of_a_short_one(make_world: MakeWorld) -> None:
    world = await make_world(
        {"ne kadar kotam kaldı": "get_remaining_quotas", "paketler neler": "get_available_packages"}
    )
    sizes = []
    for turn in range(LATE):
        result = await world.say("paketler neler" if turn % 2 else "ne kadar kotam kaldı")
        config = {"configurable": {"thread_id": result.session_id}}
        values: dict[str, Any] = (await world.graph.aget_state(config)).values
        sizes.append(len(json.dumps(values, default=str)))
    assert sizes[LATE - 1] <= 1.05 * sizes[EARLY - 1] and sizes[LATE - 2] <= 1.05 * sizes[EARLY - 2]


async def test_every_message_is_kept_for_the_record(make_world: MakeWorld) -> None:
    world = await make_world({"ne kadar kotam kaldı": "get_remaining_quotas"})
    for _ in range(EARLY):
        result = await world.say("ne kadar kotam kaldı")
    kept = await world.conversations.get(world.user(), result.session_id, limit=500)
    assert len(kept.messages) == 2 * EARLY
