"""A person takes over when the customer asks for one, is furious, or is not understood twice."""

from __future__ import annotations

import pytest

from database.handovers import Handovers
from database.session import Database
from tests.graph.conftest import MakeWorld

MEANINGS = {
    "insanla konuşayım": "talk:person",
    "rezilsiniz": "talk:angry",
    "zart zurt": "talk:unclear",
    "falan filan": "talk:unclear",
    "Bu ayki faturam ne kadar?": "get_current_bill",
}


@pytest.mark.parametrize(("message", "reason"), [("insanla konuşayım", "asked"), ("rezilsiniz", "angry")])
async def test_asked_or_furious(make_world: MakeWorld, message: str, reason: str) -> None:
    world = await make_world(MEANINGS)
    await world.say("Bu ayki faturam ne kadar?")
    result = await world.say(message)
    [record], total = await Handovers(world.database).list()
    assert (total, record.reason, record.thread_id, record.run_id) == (1, reason, result.session_id, result.run_id)
    assert "Bu ayki faturam ne kadar?" in record.summary
    assert message in record.summary
    assert "temsilci" in result.response


async def test_not_understood_twice_in_a_row(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    await world.say("zart zurt")
    await world.say("Bu ayki faturam ne kadar?")
    await world.say("falan filan")
    assert (await Handovers(world.database).list())[1] == 0, "something was understood in between"
    await world.say("zart zurt")
    [record], _ = await Handovers(world.database).list()
    assert record.reason == "unclear"


async def test_a_second_request_keeps_the_first_record(make_world: MakeWorld) -> None:
    world = await make_world(MEANINGS)
    await world.say("insanla konuşayım")
    await world.say("rezilsiniz")
    [record], total = await Handovers(world.database).list()
    assert (total, record.reason) == (1, "asked")


async def test_record_that_cannot_be_written_is_not_promised(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make_world(MEANINGS)

    async def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Handovers, "open", full)
    result = await world.say("insanla konuşayım")
    assert "çağrı merkezi" in result.response
    assert isinstance(world.database, Database)
