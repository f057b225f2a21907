"""Open questions end: after two turns about something else, when the customer gives up, and after an hour."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from ports.speed_test import SpeedReading
from tests.graph.conftest import EveryLine, MakeWorld

SLOW = EveryLine(SpeedReading(3.1, 0.8, 140, "Ankara"))
PAY = "faturamı kredi kartıyla öde"
CLOSED = "“Fatura ödeme” isteğinizi şimdilik bir kenara bıraktım"


@pytest.fixture
def meanings() -> dict[str, Any]:
    return {
        PAY: "pay_bill", "faturamı öde": "pay_bill", "ne kadar kotam kaldı": "get_remaining_quotas",
        "paketim ne": "get_customer_package", "hattımı dondur": "suspend_line", "sağ olun": "talk:thanks",
    }  # fmt: skip


ARGUMENTS = {PAY: {"method": "credit_card"}}


@pytest.mark.parametrize("wish", [PAY, "faturamı öde"])
async def test_question_is_dropped_with_a_word_after_two_other_matters(
    make_world: MakeWorld, meanings: dict[str, Any], wish: str
) -> None:
    world = await make_world(meanings, ARGUMENTS)
    asked = await world.say(wish)
    first = await world.say("ne kadar kotam kaldı")
    assert asked.pending is not None and first.pending is not None and first.pending.text == asked.pending.text
    second = await world.say("paketim ne")
    assert second.pending is None and CLOSED in second.response
    assert [call.arac_adi for call in second.tool_calls] == ["get_customer_package"]
    assert (await world.say("evet")).tool_calls == [] and await world.payments() == []


async def test_thanks_and_words_that_are_not_understood_are_no_other_matter(
    make_world: MakeWorld, meanings: dict[str, Any]
) -> None:
    world = await make_world(meanings, ARGUMENTS)
    await world.say(PAY)
    for words in ("sağ olun", "bilmem ki acaba", "sağ olun", "bilmem ki acaba"):
        assert (await world.say(words)).pending is not None


@pytest.mark.parametrize("words", ["Vazgeç", "vazgeç"])
async def test_giving_up_stands_beside_a_question_and_ends_it(
    make_world: MakeWorld, meanings: dict[str, Any], words: str
) -> None:
    world = await make_world(meanings)
    asked = await world.say("faturamı öde")
    assert asked.pending is not None and asked.pending.options[-1].label == "Vazgeç"
    ended = await world.say(words)
    assert ended.intent == "declined" and ended.pending is None


async def test_giving_up_ends_the_question_which_operation_is_meant(make_world: MakeWorld) -> None:
    world = await make_world({"bir şey": "unsure:pay_bill"})
    assert (await world.say("bir şey")).pending is not None
    assert (await world.say("vazgeç")).intent == "declined"


@pytest.mark.parametrize("yes", ["evet", None])
async def test_question_ends_after_an_hour(make_world: MakeWorld, meanings: dict[str, Any], yes: str | None) -> None:
    world = await make_world(meanings, ARGUMENTS)
    await world.say(PAY)
    world.clock.advance(timedelta(minutes=61))
    late = await (world.say(yes) if yes else world.say(approve=True))
    assert late.pending is None and late.tool_calls == [] and CLOSED in late.response
    assert await world.payments() == []


async def test_wish_after_an_hour_is_served_and_the_old_question_is_not_asked_again(
    make_world: MakeWorld, meanings: dict[str, Any]
) -> None:
    world = await make_world(meanings)
    await world.say("faturamı öde")
    world.clock.advance(timedelta(minutes=61))
    late = await world.say("ne kadar kotam kaldı")
    assert [call.arac_adi for call in late.tool_calls] == ["get_remaining_quotas"]
    assert late.pending is None and CLOSED in late.response


async def test_other_change_is_asked_before_the_question_that_was_open(
    make_world: MakeWorld, meanings: dict[str, Any]
) -> None:
    world = await make_world(meanings)
    await world.say("faturamı öde")
    asked = await world.say("hattımı dondur")
    assert asked.pending is not None and [call.arac_adi for call in asked.pending.calls] == ["suspend_line"]
    done = await world.say("evet")
    assert [call.arac_adi for call in done.tool_calls] == ["suspend_line"]
    assert done.pending is not None and [call.arac_adi for call in done.pending.calls] == ["pay_bill"]


@pytest.mark.parametrize("wish", [PAY, "faturamı öde", "bir şey", "internet çok yavaş"])
async def test_pauses_are_no_misunderstandings_and_the_question_stays(
    make_world: MakeWorld, meanings: dict[str, Any], wish: str
) -> None:
    others = {"bir şey": "unsure:pay_bill", "internet çok yavaş": "test_internet_speed"}
    pauses = ("bi sn", "hmm", "bi dakika", "…", "dur bakayım bi", "bekler misiniz lütfen")
    read = {words: {"reply": "yes", "step": "still"} for words in pauses}  # whatever the model reads in them
    world = await make_world({**meanings, **others}, ARGUMENTS, read)
    world.speed_test.readings = SLOW
    world.network.incidents = {}
    asked = await world.say(wish)
    assert asked.pending is not None
    for words in pauses:
        told = await world.say(words)
        assert told.pending is not None and told.pending.text == asked.pending.text and told.tool_calls == []
        assert "temsilci" not in told.response
    if wish not in others:  # an unsure wish is a misunderstanding itself, and the next one is the second
        assert (await world.say("öyle şey işte")).intent != "unclear_again"


@pytest.mark.parametrize("reply", ["evet ama pazartesi", "maaş yatınca bakarız", "haftaya artık"])
@pytest.mark.parametrize("wish", [PAY, "faturamı öde"])
async def test_put_off_reply_is_told_that_nothing_changed_and_no_date_can_be_set(
    make_world: MakeWorld, meanings: dict[str, Any], wish: str, reply: str
) -> None:
    world = await make_world(meanings, ARGUMENTS)
    await world.say(wish)
    for _ in range(3):
        told = await world.say(reply)
        nothing_done = "hiçbir şey değişmedi" in told.response or "bir şey yapmadım" in told.response
        assert nothing_done and re.search("ileri bir (?:tarihe kuramıyorum|zamana bırakamıyorum)", told.response)
        assert told.pending is not None
    assert await world.payments() == []
