"""A reply about something else than the change that waits runs nothing, however sure the readings are of a yes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

PAY, FREEZE, ROAMING = "faturamı kredi kartıyla öde", "hattımı dondur", "yurt dışını aç"
WISHES: dict[str, Any] = {PAY: "pay_bill", FREEZE: "suspend_line", ROAMING: "enable_roaming"}
STATED = {PAY: {"method": "credit_card"}, ROAMING: {"status": True}}


@pytest.mark.parametrize(
    ("wish", "reply", "told"),
    [
        (FREEZE, "faturayı onaylıyorum", "bu işlemde yok"), (FREEZE, "dondur da gör", "açık onayınız"),
        (FREEZE, "dondursun bakalım", "açık onayınız"), (ROAMING, "şikayeti onaylıyorum", "bu işlemde yok"),
        (ROAMING, "aç da 149 lira yiyin", "açık onayınız"), (PAY, "paketi onaylıyorum", "bu işlemde yok"),
        (PAY, "çek git", "açık onayınız"),
    ],
)  # fmt: skip
async def test_agreement_with_something_else_runs_nothing(
    make_world: MakeWorld, wish: str, reply: str, told: str
) -> None:
    world = await make_world(WISHES, STATED, {reply: {"reply": "yes"}, "evet": {"reply": "yes"}})
    asked = await world.say(wish)
    again = await world.say(reply)
    assert asked.pending is not None and again.pending is not None and again.pending.text == asked.pending.text
    assert told in again.response and await world.audit() == []
    await world.say("evet")
    await world.say("evet")  # after words that code may have misread a yes is asked once more
    assert len(await world.audit()) == 1


async def test_command_about_something_else_is_read_for_its_own_wish(make_world: MakeWorld) -> None:
    reply = "aç hattı"
    world = await make_world({**WISHES, reply: "reactivate_line"}, STATED, {reply: {"reply": "yes"}})
    await world.say(ROAMING)
    await world.say(reply)
    assert "enable_roaming" not in [entry.operation for entry in await world.audit()]
