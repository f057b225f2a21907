"""Free wording in a whole conversation: what is said, who said it, and what the record keeps."""

from __future__ import annotations

import json

from conversation.service import Step
from core.masking import Masker
from database.runs import Runs
from tests.doubles import Supporting
from tests.graph.conftest import MakeWorld, World

ASKED = "Bu ayki faturam ne kadar?"


async def free_world(make_world: MakeWorld, *says: str) -> World:
    readings = {ASKED: {"facts": ["bill_amount"]}}
    world = await make_world({ASKED: "get_current_bill"}, readings=readings, support=Supporting("iade"))
    world.writer.says = list(says)
    return world


async def test_the_model_words_the_asked_fact(make_world: MakeWorld) -> None:
    world = await free_world(make_world, "Faturanız {amount} gelmiş. Başka bir sorunuz var mı?")
    result = await world.say(ASKED)
    assert result.response.startswith("Faturanız ") and " TL gelmiş." in result.response


async def test_refused_text_is_in_the_record_and_in_no_event(make_world: MakeWorld) -> None:
    world = await free_world(make_world, "Tutar iade edilecek.", "Yarın iade edilecek.")
    events = [event async for event in world.conversations.stream(world.user(), message=ASKED)]
    assert not any("edilecek" in event.model_dump_json() for event in events)
    steps = [event for event in events if isinstance(event, Step) and event.name == "synthesize"]
    assert steps and "refused" not in (steps[-1].output or {})
    state = await world.graph.aget_state({"configurable": {"thread_id": events[-1].result.session_id}})  # type: ignore[union-attr]
    assert [each["reason"] for each in state.values["refused"]] == ["unsupported", "time_word"]
    assert state.values["answer_source"] == "composed"
    run = await Runs(world.database, Masker(b"test")).get(events[-1].result.run_id)  # type: ignore[union-attr]
    assert "edilecek" in json.dumps(run.steps, ensure_ascii=False)
