"""Another value after a change was carried out is a change of its own; a payment stays as it was made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

YOUNG, PAY = "genç pakete geç", "borcu havaleyle öde"
MAIL, AUTOPAY, FREEZE = "e-postamı mor@example.com yap", "otomatik ödemeyi nakit aç", "ikinci hattı dondur"
WISHES: dict[str, Any] = {
    YOUNG: "change_package", PAY: "pay_bill", MAIL: "update_customer_contact", AUTOPAY: "setup_autopay",
    FREEZE: "suspend_line",
}  # fmt: skip
STATED: dict[str, dict[str, Any]] = {
    YOUNG: {"new_package_name": "Genç Paket"}, PAY: {"method": "bank_transfer"},
    MAIL: {"contact_type": "email", "new_value": "mor@example.com"},
    AUTOPAY: {"status": True, "payment_method": "cash"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "correction", "customer", "new"),
    [
        (YOUNG, "aile olacaktı", 1, "Aile Paketi"),
        (YOUNG, "yanlış oldu ekonomik olsun", 1, "Ekonomik Paket"),
        (MAIL, "pardon sari@example.com olacaktı", 1, "sari@example.com"),
        (AUTOPAY, "nakit değil kart olacaktı", 1, "kredi kartı"),
        (FREEZE, "üçüncü hat olacaktı", 7, "02120000007"),
    ],
)
async def test_other_value_is_asked_about_beside_what_was_done(
    make_world: MakeWorld, wish: str, correction: str, customer: int, new: str
) -> None:
    world = await make_world(WISHES, STATED)
    await world.say(wish, customer=customer)
    await world.say("evet", customer=customer)
    again = await world.say(correction, customer=customer)
    assert "Az önceki işleminiz yapıldı" in again.response
    assert again.pending is not None and again.pending.kind == "confirmation" and new in again.pending.text
    assert len(await world.audit()) == 1


async def test_mistake_without_a_value_asks_for_the_value(make_world: MakeWorld) -> None:
    world = await make_world(WISHES, STATED)
    await world.say(YOUNG)
    await world.say("evet")
    again = await world.say("yanlış paket seçtim")
    assert again.pending is not None and again.pending.kind == "clarification" and len(again.pending.options) > 2


@pytest.mark.parametrize("correction", ["havale değil kart olacaktı", "kart olsun istemiştim", "yanlış ödeme oldu"])
async def test_payment_stays_as_it_was_made(make_world: MakeWorld, correction: str) -> None:
    world = await make_world({**WISHES, correction: "pay_bill"}, {**STATED, correction: {"method": "credit_card"}})
    await world.say(PAY)
    await world.say("evet")
    again = await world.say(correction)
    assert "ikinci bir ödeme almadım" in again.response and again.pending is None and len(await world.payments()) == 1


async def test_wish_for_something_else_is_served(make_world: MakeWorld) -> None:
    wish = "otomatik ödeme kartla olsun"
    stated = {**STATED, wish: {"status": True, "payment_method": "credit_card"}}
    world = await make_world({**WISHES, wish: "setup_autopay"}, stated)
    await world.say(PAY)
    await world.say("evet")
    again = await world.say(wish)
    assert again.pending is not None and "Otomatik ödeme" in again.pending.text


@pytest.mark.parametrize("read", ["other", "yes", "no", "correction"])
@pytest.mark.parametrize("reply", ["no wait, bank transfer", "yok ya havale", "yok karttan değil", "yanlış yöntem"])
async def test_way_to_pay_that_was_taken_back_is_not_paid_with(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], reply: str, read: str
) -> None:
    world = await make_world(**asked_to_pay, readings={reply: {"reply": read}})
    await world.say("faturamı kredi kartıyla öde")
    await world.say(reply)
    await world.say("evet")
    assert "credit_card" not in {payment.method for payment in await world.payments()}


@pytest.mark.parametrize("read", ["other", "yes", "no", "correction"])
@pytest.mark.parametrize("reply", ["yanlış hat", "yanlış hattı yazdınız", "yok öbürü"])
async def test_line_that_was_a_wrong_one_is_asked_for(make_world: MakeWorld, reply: str, read: str) -> None:
    wish = "ikinci hattımı dondur"
    world = await make_world({wish: "suspend_line"}, readings={reply: {"reply": read}})
    await world.say(wish, customer=7)
    again = await world.say(reply, customer=7)
    assert again.pending is None or "line_number" not in again.pending.calls[0].parametreler
    await world.say("evet", customer=7)
    assert await world.audit() == []
