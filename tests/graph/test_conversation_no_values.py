"""A bare yes to the question for a value is no value: the question returns with its choices, and nothing is stored."""

from __future__ import annotations

import pytest

from tests.graph.conftest import MakeWorld

WISHES = {
    "hattımı dondur": "suspend_line", "paketimi değiştir": "change_package",
    "adresim değişti": "update_customer_contact",
    "kayıt aç": "create_fault_ticket", "borcu öde": "pay_bill", "otomatik ödemeyi aç": "setup_autopay",
}  # fmt: skip
STATED = {"adresim değişti": {"contact_type": "address"}, "otomatik ödemeyi aç": {"status": True}}


@pytest.mark.parametrize("reply", ["evet", "tamam", "olur", "hepsini", "onu yap"])
@pytest.mark.parametrize(
    ("wish", "customer"),
    [
        ("hattımı dondur", 7), ("paketimi değiştir", 1), ("adresim değişti", 1), ("kayıt aç", 1), ("borcu öde", 1),
        ("otomatik ödemeyi aç", 1),
    ],
)  # fmt: skip
async def test_bare_yes_is_no_value(make_world: MakeWorld, wish: str, customer: int, reply: str) -> None:
    world = await make_world(WISHES, STATED, {reply: {"reply": "answer"}})
    asked = await world.say(wish, customer=customer)
    again = await world.say(reply, customer=customer)
    assert asked.pending is not None and asked.pending.kind == "clarification"
    if reply == "hepsini" and wish == "hattımı dondur":  # it names every line
        assert again.pending is not None and len(again.pending.calls) == 3
        return
    assert again.pending is not None and again.pending.text == asked.pending.text
    assert again.pending.options == asked.pending.options and await world.audit() == []


async def test_bare_yes_beside_several_meanings_chooses_none(make_world: MakeWorld) -> None:
    world = await make_world({"yükselt bunu": "unsure:change_package"})
    asked = await world.say("yükselt bunu")
    again = await world.say("evet")
    assert asked.pending is not None and len(asked.pending.options) > 2
    assert again.pending is not None and again.pending.options == asked.pending.options


async def test_way_of_automatic_payment_is_asked_and_never_chosen(make_world: MakeWorld) -> None:
    world = await make_world(WISHES, {**STATED, "havale": {"payment_method": "bank_transfer"}})
    asked = await world.say("otomatik ödemeyi aç", customer=0)
    assert asked.pending is not None and "hangi yöntemle" in asked.pending.text
    proposed = await world.say("havale", customer=0)
    assert proposed.pending is not None and "havale" in proposed.pending.text


@pytest.mark.parametrize("reply", ["kredi kartı mı havale mi daha iyi", "banka hesabım kapandı"])
async def test_method_that_is_only_spoken_of_is_not_chosen(make_world: MakeWorld, reply: str) -> None:
    world = await make_world(
        {"faturamı öde": "pay_bill"}, {reply: {"method": "bank_transfer"}}, {reply: {"reply": "answer"}}
    )
    await world.say("faturamı öde")
    again = await world.say(reply)
    assert again.pending is not None and again.pending.kind == "clarification"
    assert "method" not in again.pending.calls[0].parametreler


@pytest.mark.parametrize("read", ["no", "answer", "other"])
@pytest.mark.parametrize("reply", ["kart olmasın", "kredi kartını istemiyorum", "kartı boşver"])
async def test_method_that_is_turned_down_is_asked_for_again(make_world: MakeWorld, reply: str, read: str) -> None:
    world = await make_world({"faturamı öde": "pay_bill"}, {}, {reply: {"reply": read}})
    await world.say("faturamı öde")
    asked = await world.say(reply)
    assert asked.pending is not None and "Hangi yöntemle" in asked.pending.text
    await world.say("kredi kartı")
    again = await world.say(reply)
    assert again.pending is not None and "Hangi yöntemle" in again.pending.text and await world.audit() == []
