"""Lines in a conversation: each change on the line that was meant, several lines as several changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from database.enums import LineStatus
from database.tables import LineRow
from tests.graph.conftest import MakeWorld, World

MAIN, SECOND, HOME = "05000000007", "05001000007", "02120000007"
BUSINESS = 7


async def suspended(world: World) -> set[str]:
    async with world.database.session() as session:
        query = select(LineRow.number).where(LineRow.customer_id == BUSINESS, LineRow.status == LineStatus.SUSPENDED)
        return set(await session.scalars(query))


async def test_a_set_of_lines_is_a_set_of_changes_each_named_in_the_question(make_world: MakeWorld) -> None:
    wish = "son iki hattımı geçici olarak kapatın"
    world = await make_world({wish: "suspend_line"})
    first = await world.say(wish, customer=BUSINESS)
    assert first.pending is not None and SECOND in first.pending.text and HOME in first.pending.text
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {SECOND, HOME}


async def test_a_read_over_several_lines_answers_for_each(make_world: MakeWorld) -> None:
    wish = "birinci ve ikinci hattımda kalan internet"
    world = await make_world({wish: "get_remaining_quotas"})
    answer = await world.say(wish, customer=BUSINESS)
    assert [call.parametreler["line_number"] for call in answer.tool_calls] == [MAIN, SECOND]
    assert f"{MAIN} numaralı hattınız: " in answer.response and f"{SECOND} numaralı hattınız: " in answer.response


async def test_an_unclear_line_is_asked_and_a_reply_may_name_several(make_world: MakeWorld) -> None:
    world = await make_world({"öteki hattımı dondur": "suspend_line"})
    asked = await world.say("öteki hattımı dondur", customer=BUSINESS)
    assert asked.pending is not None and asked.pending.kind == "clarification"
    put_up = await world.say("ev hattım ve birinci hattım", customer=BUSINESS)
    assert put_up.pending is not None and put_up.pending.kind == "confirmation"
    assert MAIN in put_up.pending.text and HOME in put_up.pending.text
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {MAIN, HOME}


async def test_the_other_line_is_the_one_that_was_not_spoken_of(make_world: MakeWorld) -> None:
    first, then = "ikinci hattımın kotası", "o hattı dondur"
    world = await make_world({first: "get_remaining_quotas", then: "suspend_line"})
    await world.say(first, customer=BUSINESS)
    asked = await world.say(then, customer=BUSINESS)
    assert asked.pending is not None and SECOND in asked.pending.text


async def test_an_own_number_is_no_misuse(make_world: MakeWorld) -> None:
    wish = f"{SECOND} numaralı hattımın tarifesi nedir"
    world = await make_world({wish: "misuse", "hattımın tarifesi nedir": "get_customer_package"})
    answer = await world.say(wish, customer=BUSINESS)
    assert [call.parametreler for call in answer.tool_calls] == [{"line_number": SECOND}]


async def test_a_strangers_number_stays_misuse(make_world: MakeWorld) -> None:
    wish = "05001000006 numaralı hattın tarifesi nedir"
    world = await make_world({wish: "misuse", "hattın tarifesi nedir": "get_customer_package"})
    answer = await world.say(wish, customer=BUSINESS)
    assert answer.tool_calls == [] and answer.intent == "misuse"


async def test_a_line_that_is_taken_back_in_the_same_message_is_left_alone(make_world: MakeWorld) -> None:
    wish = "ikinci hattı dondur pardon üçüncüyü"
    world = await make_world({wish: "suspend_line"})
    asked = await world.say(wish, customer=BUSINESS)
    assert asked.pending is not None and HOME in asked.pending.text and SECOND not in asked.pending.text
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {HOME}


async def test_refusal_that_names_another_line_proposes_that_line(make_world: MakeWorld) -> None:
    wish = "ikinci hattımı dondur"
    world = await make_world({wish: "suspend_line"}, readings={"hayır birincisini": {"reply": "no"}})
    await world.say(wish, customer=BUSINESS)
    again = await world.say("hayır birincisini", customer=BUSINESS)
    assert again.pending is not None and MAIN in again.pending.text and SECOND not in again.pending.text


async def test_consent_to_another_line_than_the_asked_one_runs_nothing(make_world: MakeWorld) -> None:
    wish = "birinci hattımı dondur"
    world = await make_world({wish: "suspend_line"}, readings={"evet ikinciyi": {"reply": "yes"}})
    await world.say(wish, customer=BUSINESS)
    again = await world.say("evet ikinciyi", customer=BUSINESS)
    assert again.pending is not None and SECOND in again.pending.text
    assert await suspended(world) == set()


async def test_line_named_beside_the_asked_one_is_asked_with_it(make_world: MakeWorld) -> None:
    wish, more = "birinci hattımı dondur", "evet ikinci hattımı da"
    world = await make_world({wish: "suspend_line", more: "correction"})
    await world.say(wish, customer=BUSINESS)
    again = await world.say(more, customer=BUSINESS)
    assert again.pending is not None and MAIN in again.pending.text and SECOND in again.pending.text
    assert await suspended(world) == set()


async def test_line_that_there_is_not_is_said_with_the_only_one(make_world: MakeWorld) -> None:
    world = await make_world({"ikinci hattımı dondur": "suspend_line"}, readings={"evet": {"reply": "yes"}})
    asked = await world.say("ikinci hattımı dondur")
    assert asked.pending is not None and "tek hat" in asked.pending.text and "05000000001" in asked.pending.text
    then = await world.say("evet")
    assert then.pending is not None and then.pending.kind == "confirmation" and "05000000001" in then.pending.text


async def test_two_lines_with_two_packages_are_two_changes(make_world: MakeWorld) -> None:
    wish = "birinci hattımı gence ikinciyi premiuma geçir"
    world = await make_world({wish: "change_package"})
    asked = await world.say(wish, customer=BUSINESS)
    assert asked.pending is not None
    assert [call.parametreler["new_package_name"] for call in asked.pending.calls] == ["Genç Paket", "Premium Paket"]
    assert [call.parametreler["line_number"] for call in asked.pending.calls] == [MAIN, SECOND]


@pytest.mark.parametrize("reply", ["hangi hatlarım var ki", "hatlarım açık mı", "ikinci hattım açık mı"])
async def test_question_about_the_lines_chooses_none_and_the_line_is_asked_again(
    make_world: MakeWorld, reply: str
) -> None:
    world = await make_world({"hattımı dondur": "suspend_line", reply: "get_customer_profile"})
    await world.say("hattımı dondur", customer=BUSINESS)
    again = await world.say(reply, customer=BUSINESS)
    assert again.pending is not None and again.pending.kind == "clarification"
    assert [call.arac_adi for call in again.tool_calls] == ["get_customer_profile"]
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == set()
