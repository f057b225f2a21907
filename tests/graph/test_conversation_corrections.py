"""Corrections: the new value is proposed or asked for; the old one is never proposed again as if it were corrected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

PHONE = "telefonumu 0500 111 22 33 yap"
EMAIL = "e-postamı mavi@example.com yap"


def wishes(*corrections: str) -> dict[str, str]:
    contact = {PHONE: "update_customer_contact", EMAIL: "update_customer_contact"}
    return contact | dict.fromkeys(corrections, "correction")


STATED = {
    PHONE: {"contact_type": "phone", "new_value": "0500 111 22 33"},
    EMAIL: {"contact_type": "email", "new_value": "mavi@example.com"},
}


async def test_corrected_part_of_a_number_is_put_up(make_world: MakeWorld) -> None:
    fix = "başı 0500 değil 0501 olacaktı"
    world = await make_world(wishes(fix), STATED)
    await world.say(PHONE)
    again = await world.say(fix)
    assert again.pending is not None and "05011112233" in again.pending.text
    await world.say("evet")
    assert (await world.audit())[0].after == {"phone": "05011112233"}


async def test_correction_without_a_value_asks_for_it(make_world: MakeWorld) -> None:
    fix = "operatör kodu yanlış oldu"
    world = await make_world(wishes(fix), STATED)
    await world.say(PHONE)
    again = await world.say(fix)
    assert again.pending is not None and again.pending.kind == "clarification"
    assert "new_value" not in again.pending.calls[0].parametreler


async def test_retracted_address_is_never_stored(make_world: MakeWorld) -> None:
    fix = "mavi@example.com değil yesil@example.com olacaktı"
    world = await make_world(wishes(fix), {**STATED, fix: {"new_value": "mavi@example.com"}})
    await world.say(EMAIL)
    again = await world.say(fix)
    assert again.pending is not None and "yesil@example.com" in again.pending.text
    await world.say("evet")
    assert (await world.audit())[0].after == {"email": "yesil@example.com"}


async def test_direction_never_turns_by_a_reply_that_does_not_say_so(make_world: MakeWorld) -> None:
    wish, fix = "otomatik ödemeyi kapat", "evet ama yarın yap"
    world = await make_world(
        {wish: "setup_autopay", fix: "correction"}, {wish: {"status": False}, fix: {"status": True}}
    )
    await world.say(wish, customer=7)
    again = await world.say(fix, customer=7)
    assert again.pending is not None and again.pending.calls[0].parametreler["status"] is False
    assert "ileri bir zamana bırakamıyorum" in again.response and await world.audit() == []


async def test_correction_that_names_nothing_is_told_so(make_world: MakeWorld) -> None:
    wish, fix = "hattımı dondur", "öyle değil yalnız"
    world = await make_world({wish: "suspend_line", fix: "correction"})
    await world.say(wish)
    again = await world.say(fix)
    assert again.pending is not None and "anlayamadım" in again.response
    assert await world.audit() == []


async def test_taken_back_package_is_not_proposed(make_world: MakeWorld) -> None:
    wish = "genç pakete geçir, yok pardon aile paketine"
    world = await make_world({wish: "change_package"}, {wish: {"new_package_name": "Genç Paket"}})
    asked = await world.say(wish)
    assert asked.pending is not None and "Aile Paketi" in asked.pending.text


@pytest.mark.parametrize("reply", ["Vazgeçtim, ne kadar kotam kaldı", "hayır. ne kadar kotam kaldı"])
async def test_refusal_before_a_question_drops_the_change_for_good(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], reply: str
) -> None:
    asked_to_pay["meanings"][reply] = "get_remaining_quotas"
    world = await make_world(**asked_to_pay)
    await world.say("faturamı kredi kartıyla öde")
    answer = await world.say(reply)
    assert answer.pending is None and [call.arac_adi for call in answer.tool_calls] == ["get_remaining_quotas"]
    await world.say("evet")
    assert await world.payments() == []


async def test_correction_without_a_value_stays_with_its_contact(make_world: MakeWorld) -> None:
    fix = "doğru ama sonu com olmalıydı"
    world = await make_world(wishes(fix), {**STATED, fix: {"contact_type": "address"}})
    await world.say(EMAIL)
    again = await world.say(fix)
    assert again.pending is not None and again.pending.calls[0].parametreler["contact_type"] == "email"


async def test_consent_that_names_another_package_by_one_word_proposes_it(make_world: MakeWorld) -> None:
    wish, reply = "genç pakete geç", "evet premium yap"
    stated = {wish: {"new_package_name": "Genç Paket"}}
    world = await make_world({wish: "change_package"}, stated, readings={reply: {"reply": "yes"}})
    await world.say(wish)
    again = await world.say(reply)
    assert again.pending is not None and "Premium Paket" in again.pending.text
    assert await world.audit() == []


async def test_wish_sent_twice_is_no_consent(make_world: MakeWorld) -> None:
    wish = "faturamı kartla öde"
    world = await make_world({wish: "pay_bill"}, {wish: {"method": "credit_card"}})
    await world.say(wish)
    again = await world.say(wish)
    assert again.pending is not None and "henüz bir şey yapmadım" in again.response
    assert await world.audit() == []


@pytest.mark.parametrize("fix", ["adreste bir harfi yanlış yazdım", "bir harf hatası var onda", "eksik yazmışım onu"])
async def test_admitted_mistake_asks_for_the_value_and_keeps_the_kind(make_world: MakeWorld, fix: str) -> None:
    world = await make_world(wishes(), {**STATED, fix: {"contact_type": "address"}}, {fix: {"reply": "other"}})
    await world.say(EMAIL)
    again = await world.say(fix)
    assert again.pending is not None and again.pending.kind == "clarification"
    assert again.pending.calls[0].parametreler == {"contact_type": "email"}


async def test_part_of_a_value_is_corrected_whatever_the_reading(make_world: MakeWorld) -> None:
    fix = "mavi değil yesil"
    world = await make_world(wishes(), STATED, {fix: {"reply": "other"}})
    await world.say(EMAIL)
    again = await world.say(fix)
    assert again.pending is not None and "yesil@example.com" in again.pending.text


@pytest.mark.parametrize("read", ["other", "yes", "no", "correction"])
@pytest.mark.parametrize("fix", ["sonu 9", "ilk harf büyük olsun", "bir rakam fazla", "arada çizgi var"])
async def test_value_that_was_to_be_corrected_is_never_saved_by_a_bare_yes(
    make_world: MakeWorld, fix: str, read: str
) -> None:
    world = await make_world(wishes(), STATED, {fix: {"reply": read}})
    await world.say(EMAIL)
    again = await world.say(fix)
    if again.pending is None:  # read as a refusal
        return
    await world.say("evet")
    assert again.pending.kind == "clarification" and await world.audit() == []
    assert "new_value" not in again.pending.calls[0].parametreler


@pytest.mark.parametrize("read", ["other", "yes", "correction"])
@pytest.mark.parametrize("fix", ["mavi değil yesil sonu da net", "com değil net, kirmizi değil sari"])
async def test_value_that_was_corrected_in_two_parts_is_never_half_corrected(
    make_world: MakeWorld, fix: str, read: str
) -> None:
    world = await make_world(wishes(), {**STATED, fix: {"new_value": "yesil"}}, {fix: {"reply": read}})
    await world.say(EMAIL)
    again = await world.say(fix)
    assert again.pending is not None and again.pending.kind == "clarification"
    assert again.pending.calls[0].parametreler == {"contact_type": "email"}
