"""Several changes in one question: each is named, and one reply may decide them apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from database.enums import LineStatus
from database.tables import LineRow
from graph.state import TurnContext
from tests.graph.conftest import MakeWorld, World
from tools.caller import Caller

BUSINESS = 7
SECOND, HOME = "05001000007", "02120000007"
WISH = "son iki hattımı geçici olarak kapatın"


async def suspended(world: World) -> set[str]:
    async with world.database.session() as session:
        query = select(LineRow.number).where(LineRow.customer_id == BUSINESS, LineRow.status == LineStatus.SUSPENDED)
        return set(await session.scalars(query))


async def asked(make_world: MakeWorld, **readings: str) -> World:
    world = await make_world({WISH: "suspend_line"}, readings={words: {"reply": it} for words, it in readings.items()})
    question = (await world.say(WISH, customer=BUSINESS)).pending
    assert question is not None and SECOND in question.text and HOME in question.text
    assert "Hepsini onaylıyor musunuz?" in question.text and len(question.calls) == 2
    return world


@pytest.mark.parametrize(
    ("reply", "done", "left"),
    [
        ("evet", {SECOND, HOME}, 0),
        ("ikisini de onaylıyorum", {SECOND, HOME}, 0),
        ("ikisi de", set(), 2),
        ("Evet, hepsi", {SECOND, HOME}, 0),
        ("ilkine evet ikincisine hayır", {SECOND}, 0),
        ("ilkine hayır ikincisine evet", {HOME}, 0),
        ("ev hattını dondurun, diğerine hayır", {HOME}, 0),
        ("sadece ikincisi", set(), 1),
        ("sadece ikincisini onaylıyorum", {HOME}, 0),
        ("1", set(), 1),
        (f"Yalnız 1: Hattı dondurma ({SECOND})", {SECOND}, 0),
        (f"{SECOND} evet dondurun", {SECOND}, 1),
        ("ikincisi hariç evet", {SECOND}, 0),
        ("hiçbiri", set(), 0),
        ("hayır", set(), 0),
        ("ikincisine hayır", set(), 1),
        ("ilkini yapın, ama yarın", set(), 2),
        ("üçüncüsüne evet", set(), 2),
        ("ilki, ikincisine evet", set(), 2),
    ],
)
async def test_reply_decides_each_change_by_itself(
    make_world: MakeWorld, reply: str, done: set[str], left: int
) -> None:
    readings = {"ev hattını dondurun": "yes", f"{SECOND} evet dondurun": "yes"}
    world = await asked(make_world, **readings)
    answer = await world.say(reply, customer=BUSINESS)
    assert await suspended(world) == done
    assert (len(answer.pending.calls) if answer.pending else 0) == left


@pytest.mark.parametrize(
    "reply",
    [f"{SECOND} olmasın", f"{SECOND} kalsın", f"{SECOND} numaralı hattı kapatmayın", f"{SECOND} listeden çıkarılmasın",
     f"yalnız {SECOND} kapanmasın", "1 olmasın", "birincisi dursun"],
)  # fmt: skip
async def test_change_that_is_refused_by_number_is_dropped_and_the_others_stay(
    make_world: MakeWorld, reply: str
) -> None:
    world = await asked(make_world)
    answer = await world.say(reply, customer=BUSINESS)
    assert f"({SECOND})” isteğinizi yapmadım" in answer.response
    assert answer.pending is not None and [call.parametreler["line_number"] for call in answer.pending.calls] == [HOME]
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {HOME}


async def test_bare_name_of_a_change_leaves_only_that_one_to_confirm(make_world: MakeWorld) -> None:
    world = await asked(make_world)
    narrowed = await world.say("sadece ilki", customer=BUSINESS)
    assert narrowed.pending is not None and SECOND in narrowed.pending.text and HOME not in narrowed.pending.text
    assert f"({HOME})” isteğinizi yapmadım" in narrowed.response and await suspended(world) == set()
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {SECOND}


async def test_buttons_decide_all_of_them(make_world: MakeWorld) -> None:
    world = await asked(make_world)
    await world.say(approve=False, customer=BUSINESS)
    assert await suspended(world) == set()
    await world.say(WISH, customer=BUSINESS)
    answer = await world.say(approve=True, customer=BUSINESS)
    assert await suspended(world) == {SECOND, HOME} and answer.pending is None


async def test_refused_part_is_told_beside_the_done_one(make_world: MakeWorld) -> None:
    world = await asked(make_world)
    answer = await world.say("ilkine evet ikincisine hayır", customer=BUSINESS)
    assert f"({HOME})” isteğinizi yapmadım" in answer.response


async def test_changes_of_two_operations_are_named_by_their_words(make_world: MakeWorld) -> None:
    wish = "roamingi aç, e-postamı da yeni@example.com yap"
    arguments = {wish: {"status": True, "contact_type": "email", "new_value": "yeni@example.com"}}
    readings = {"e-postayı değiştirmeyin": {"reply": "no"}, "roamingi açın evet": {"reply": "yes"}}
    world = await make_world({wish: ("enable_roaming", "update_customer_contact")}, arguments, readings)
    question = (await world.say(wish, customer=1)).pending
    assert question is not None and "yeni@example.com" in question.text and "yurt dışı" in question.text
    answer = await world.say("roamingi açın evet ama e-postayı değiştirmeyin")
    assert [call.arac_adi for call in answer.tool_calls] == ["enable_roaming"] and answer.pending is None


async def test_nothing_runs_beside_a_correction(make_world: MakeWorld) -> None:
    wish = "faturamı kredi kartıyla öde, e-postamı da yeni@example.com yap"
    fix = "e-postaya evet, faturayı havaleyle ödeyin"
    arguments = {
        wish: {"method": "credit_card", "contact_type": "email", "new_value": "yeni@example.com"},
        fix: {"method": "bank_transfer"},
    }
    readings = {"faturayı havaleyle ödeyin": {"reply": "correction"}, "e-postaya evet": {"reply": "yes"}}
    world = await make_world({wish: ("pay_bill", "update_customer_contact")}, arguments, readings)
    await world.say(wish)
    answer = await world.say(fix)
    assert await world.audit() == [] and answer.pending is not None
    assert "havale" in answer.pending.text and "yeni@example.com" in answer.pending.text


async def test_question_of_an_earlier_version_names_one_change(make_world: MakeWorld) -> None:
    world = await asked(make_world)
    config = {"configurable": {"thread_id": world.sessions[BUSINESS]}}
    calls = (await world.graph.aget_state(config)).values["calls"]
    old = [{key: value for key, value in call.items() if key != "listed"} for call in calls]
    await world.graph.aupdate_state(config, {"calls": old}, as_node="select_tools")
    context = TurnContext(Caller(customer_id=BUSINESS, channel="chat"), world.sessions[BUSINESS])
    await world.graph.ainvoke(None, config, context=context)  # the question stands again, as it was stored
    await world.say("evet", customer=BUSINESS)
    assert await suspended(world) == {SECOND}


async def test_yes_but_not_one_of_them_decides_both(make_world: MakeWorld) -> None:
    wish, reply = "borcu kartla öde, genç pakete geç", "olur ama paket kalsın"
    stated = {wish: {"method": "credit_card", "new_package_name": "Genç Paket"}}
    world = await make_world({wish: ("pay_bill", "change_package")}, stated, {"olur": {"reply": "yes"}})
    asked = await world.say(wish)
    done = await world.say(reply)
    assert asked.pending is not None and len(asked.pending.calls) == 2
    assert [entry.operation for entry in await world.audit()] == ["pay_bill"] and done.pending is None


async def test_forbidden_change_beside_a_limit_is_dropped(make_world: MakeWorld) -> None:
    wish = "numaramı askıya al"
    world = await make_world({wish: "suspend_line"}, {}, {"dondurma, yalnız aramalar kapansın": {"reply": "other"}})
    await world.say(wish)
    dropped = await world.say("dondurma, yalnız aramalar kapansın")
    assert dropped.pending is None and "yalnız bir hizmetini" in dropped.response
    await world.say("evet")
    assert await world.audit() == []


async def test_switch_that_changes_nothing_is_turned_by_the_opposite(make_world: MakeWorld) -> None:
    wish = "roamingi kapatın"
    world = await make_world({wish: "enable_roaming"}, {wish: {"status": False}})
    await world.say(wish)
    turned = await world.say("aç o zaman")
    assert turned.pending is not None and "açılacak" in turned.pending.text and await world.audit() == []


async def test_changes_are_listed_in_the_order_in_which_they_were_wished_for(make_world: MakeWorld) -> None:
    pay, change = "borcu kartla öde", "bi de paketi genç yap"
    stated = {pay: {"method": "credit_card"}, change: {"new_package_name": "Genç Paket"}}
    world = await make_world({pay: "pay_bill", change: "change_package"}, stated)
    await world.say(pay)
    both = await world.say(change)
    assert both.pending is not None
    assert [call.arac_adi for call in both.pending.calls] == ["pay_bill", "change_package"]
    await world.say("ilki kalsın")
    await world.say("evet")
    assert await world.payments() == []
