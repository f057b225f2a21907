"""Some of several wishes are dropped while a value is asked for: the right ones go, and a yes runs the others."""

from __future__ import annotations

import pytest

from tests.graph.conftest import MakeWorld

BOTH = "hattımı dondur, faturamı öde"
THREE = "hattımı dondur, roamingi aç, faturamı öde"
WISHES = {
    BOTH: ["suspend_line", "pay_bill"], THREE: ["suspend_line", "enable_roaming"],
    "hattımı dondur": "suspend_line", "roamingi aç": "enable_roaming", "faturamı öde": "pay_bill",
}  # fmt: skip
FREEZE, PAY, ROAMING = "suspend_line", "pay_bill", "enable_roaming"


@pytest.mark.parametrize("read", ["yes", "no", "answer", "other"])
@pytest.mark.parametrize(
    ("wish", "reply", "left"),
    [
        (BOTH, "ikincisini boşver", {FREEZE}), (BOTH, "sadece ilki", {FREEZE}),
        (BOTH, "yok, sadece ilkini yap", {FREEZE}),
        (BOTH, "öbürü kalsın", {PAY}), (BOTH, "ilkini istemiyorum", {PAY}), (BOTH, "yok sadece faturayı", {PAY}),
        (BOTH, "faturayı boş ver", {FREEZE}), (BOTH, "ilki kalsın ikincisi olsun", {PAY}),
        (THREE, "ilkini istemiyorum", {PAY, ROAMING}), (THREE, "yalnız sonuncu", {PAY}),
        (BOTH, "ikisini de boşver", set()),
    ],
)  # fmt: skip
async def test_dropped_wish_is_the_one_that_is_named(
    make_world: MakeWorld, wish: str, reply: str, left: set[str], read: str
) -> None:
    world = await make_world(WISHES, {"roamingi aç": {"status": True}}, {reply: {"reply": read}})
    await world.say(wish)
    asked = await world.say(reply)
    if asked.pending is not None and PAY in left:
        assert asked.pending.kind == "clarification"
        asked = await world.say("kredi kartı")
    await world.say("evet")
    assert {row.operation for row in await world.audit()} == left
    assert (asked.pending is not None) == bool(left)


@pytest.mark.parametrize("reply", ["öbürü kalsın", "ilkini yapma da ikincisini yarın öde", "ilki ne?", "ikincisi"])
async def test_words_that_do_not_tell_which_drop_nothing(make_world: MakeWorld, reply: str) -> None:
    world = await make_world(WISHES, {"roamingi aç": {"status": True}}, {reply: {"reply": "other"}})
    await world.say(THREE)
    await world.say(reply)
    last = await world.say("kredi kartı")
    assert last.pending is not None and len(last.pending.calls) == 3 and await world.audit() == []
