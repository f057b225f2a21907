"""Words beside a question that nobody understood: a bare yes after them is asked once more, a plain one then runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

PAY = "faturamı kredi kartıyla öde"
ONCE_MORE = "bir kez daha evet"


@pytest.mark.parametrize(
    "reply", ["kardeşim bakar ona aslında", "tersi olacak", "buzdolabı mavi olsun", "üç gün kadar", "bilmem ki acaba"]
)
async def test_yes_after_words_that_were_not_understood_is_asked_once_more(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], reply: str
) -> None:
    world = await make_world(**{**asked_to_pay, "readings": {reply: {"reply": "other"}}})
    await world.say(PAY)
    await world.say(reply)
    again = await world.say("evet")
    assert ONCE_MORE in again.response and again.pending is not None and await world.audit() == []
    await world.say("evet")
    assert [row.operation for row in await world.audit()] == ["pay_bill"]


@pytest.mark.parametrize("between", ["Bu ayki faturam ne kadar?", "bir dakika", "teşekkürler", "ne kadar kotam kaldı"])
async def test_yes_after_an_answered_question_runs(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], between: str
) -> None:
    meanings = {**asked_to_pay["meanings"], "teşekkürler": "talk:thanks"}
    world = await make_world(**{**asked_to_pay, "meanings": meanings})
    await world.say(PAY)
    await world.say(between)
    await world.say("evet")
    assert [row.operation for row in await world.audit()] == ["pay_bill"]


async def test_value_that_takes_the_place_of_the_asked_one_needs_one_yes(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say(PAY)
    await world.say("bilmem ki acaba")
    await world.say("havaleyle olsun")
    await world.say("evet")
    [payment] = await world.payments()
    assert payment.method == "bank_transfer"
