"""Limits that a customer sets in a reply: judged on facts, or told that they cannot be kept, before a question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import MakeWorld

AUTOPAY, SUSPEND, ROAMING = "otomatik ödemeyi kartla aç", "hattımı dondur", "yurt dışını aç"
WISHES: dict[str, Any] = {
    AUTOPAY: "setup_autopay", SUSPEND: "suspend_line", ROAMING: "enable_roaming", "otomatik ödeme": "setup_autopay",
}  # fmt: skip
STATED = {
    AUTOPAY: {"status": True, "payment_method": "credit_card"}, ROAMING: {"status": True},
}  # fmt: skip
WHOLE_BILLS, WHOLE_LINE = "her faturanın tamamı", "Hattın yalnız bir hizmetini kapatamıyorum"


@pytest.mark.parametrize("read", ["yes", "no", "correction", "other"])
@pytest.mark.parametrize(
    ("wish", "reply", "told"),
    [
        (AUTOPAY, "300 lirayı aşan ödemeler çekilmesin", WHOLE_BILLS),
        (AUTOPAY, "en fazla 500 TL çeksin", WHOLE_BILLS),
        (AUTOPAY, "250 liradan yüksek olanları almayın", WHOLE_BILLS),
        (SUSPEND, "sadece internet kapansın", WHOLE_LINE),
        (SUSPEND, "gelen aramalar açık kalsın", WHOLE_LINE),
        (SUSPEND, "iki haftalığına kapansın", "yeniden açılacağı günü"),
    ],
)
async def test_limit_that_cannot_be_kept_is_told_before_the_question_returns(
    make_world: MakeWorld, wish: str, reply: str, told: str, read: str
) -> None:
    world = await make_world(WISHES, STATED, {reply: {"reply": read}})
    asked = await world.say(wish)
    again = await world.say(reply)
    assert told in again.response and again.pending is not None and asked.pending is not None
    assert again.pending.text == asked.pending.text and await world.audit() == []


async def test_limit_beside_the_answer_to_a_question_is_told(make_world: MakeWorld) -> None:
    reply = "kartla açılsın, 300 lirayı aşmasın"
    stated = {**STATED, reply: {"status": True, "payment_method": "credit_card"}}
    world = await make_world(WISHES, stated, {reply: {"reply": "answer"}})
    asked = await world.say("otomatik ödeme")
    assert asked.pending is not None and asked.pending.kind == "clarification"
    proposed = await world.say(reply)
    assert WHOLE_BILLS in proposed.response and proposed.pending is not None
    assert proposed.pending.kind == "confirmation"


@pytest.mark.parametrize("read", ["answer", "correction", "yes"])
async def test_limit_beside_another_method_is_told_with_the_new_question(make_world: MakeWorld, read: str) -> None:
    reply = "cüzdandan olsun, 300 lirayı aşmasın"
    stated = {**STATED, reply: {"payment_method": "digital_wallet"}}
    world = await make_world(WISHES, stated, {reply: {"reply": read}})
    await world.say(AUTOPAY)
    asked = await world.say(reply)
    assert WHOLE_BILLS in asked.response and asked.pending is not None and "cüzdan" in asked.pending.text


async def test_same_wish_with_a_limit_beside_its_question_is_told(make_world: MakeWorld) -> None:
    again = "otomatik ödeme olsun da 300 lirayı aşan faturayı çekmesin"
    world = await make_world({**WISHES, again: "setup_autopay"}, STATED)
    await world.say(AUTOPAY)
    told = await world.say(again)
    assert WHOLE_BILLS in told.response and told.pending is not None


@pytest.mark.parametrize(("ceiling", "waits"), [("100", False), ("900", True)])
async def test_ceiling_is_judged_on_the_daily_fee(make_world: MakeWorld, ceiling: str, waits: bool) -> None:
    wish = f"yurt dışını aç, en fazla {ceiling} lira tutsun"
    world = await make_world({wish: "enable_roaming"}, {wish: {"status": True}})
    told = await world.say(wish)
    assert (told.pending is not None) is waits
    topic = "condition_not_watched" if waits else "condition_not_met"
    assert told.response.startswith(tuple(world.answers.small_talk(topic, "tr")))


async def test_plain_yes_sets_no_limit(make_world: MakeWorld) -> None:
    world = await make_world(WISHES, STATED)
    await world.say(SUSPEND)
    assert [call.arac_adi for call in (await world.say("evet")).tool_calls] == ["suspend_line"]


@pytest.mark.parametrize(
    "reply",
    ["dediğim gibi yap", "öyle olsun", "evet o şekilde", "aynen öyle yap", "istediğim gibi yapın", "like i said"],
)
async def test_words_that_refer_back_to_a_limit_are_no_yes(make_world: MakeWorld, reply: str) -> None:
    limit = "evet ama yarısı"
    world = await make_world(WISHES, STATED, {limit: {"reply": "yes"}, reply: {"reply": "yes"}})
    asked = await world.say(SUSPEND)
    await world.say(limit)
    again = await world.say(reply)
    assert "koşul" in again.response and again.pending is not None and asked.pending is not None
    assert again.pending.text == asked.pending.text and await world.audit() == []


async def test_limit_of_the_wish_itself_is_not_agreed_to_by_referring_back(make_world: MakeWorld) -> None:
    wish = "hattımı iki haftalığına dondur"
    world = await make_world({wish: "suspend_line"}, {}, {"dediğim gibi yap": {"reply": "yes"}})
    assert "yeniden açılacağı günü" in (await world.say(wish)).response
    assert (await world.say("dediğim gibi yap")).pending is not None and await world.audit() == []
    assert (await world.say("evet")).pending is None and await world.audit() != []


async def test_plain_yes_after_a_limit_runs_the_change(make_world: MakeWorld) -> None:
    world = await make_world(WISHES, STATED, {"evet ama yarısı": {"reply": "yes"}})
    await world.say(SUSPEND)
    await world.say("evet ama yarısı")
    await world.say("evet")
    assert await world.audit() != []


async def test_wish_itself_may_be_referred_to(make_world: MakeWorld) -> None:
    world = await make_world(WISHES, STATED, {"öyle yap": {"reply": "yes"}})
    await world.say(SUSPEND)
    await world.say("öyle yap")
    assert await world.audit() != []


@pytest.mark.parametrize("reply", ["pazartesi", "eşim arasa ulaşsın ama", "kat 3"])
async def test_words_that_cannot_be_added_are_said_to_have_changed_nothing(make_world: MakeWorld, reply: str) -> None:
    world = await make_world({**WISHES, reply: "check_network_status"}, STATED, {reply: {"reply": "other"}})
    asked = await world.say(SUSPEND)
    again = await world.say(reply)
    told = ("ekleyemiyorum", "bir zamana bırakamıyorum", "bu işlemde yok")
    assert any(part in again.response for part in told) and again.tool_calls == [] and await world.audit() == []
    assert again.pending is not None and asked.pending is not None and again.pending.text == asked.pending.text


@pytest.mark.parametrize("limit", ["sözleşmem dolunca", "temmuz faturası hariç"])
async def test_limit_with_a_subject_of_its_own_is_told_with_the_question(make_world: MakeWorld, limit: str) -> None:
    read = {limit: {"reply": "other"}}
    world = await make_world({**WISHES, limit: "get_customer_package"}, STATED, read)
    asked = await world.say(SUSPEND)
    again = await world.say(limit)
    assert "yapabilirim" in again.response and again.tool_calls == [] and asked.pending is not None
    assert again.pending is not None and again.pending.text == asked.pending.text and await world.audit() == []


async def test_yes_after_a_limit_that_was_answered_as_something_else_is_asked_about_once(make_world: MakeWorld) -> None:
    aside = "haftaya dönünce kotamı da göster"
    world = await make_world({**WISHES, aside: "get_remaining_quotas"}, STATED, {aside: {"reply": "other"}})
    await world.say(SUSPEND)
    await world.say(aside)
    held = await world.say("evet")
    assert "ancak şimdi yapabilirim" in held.response and held.pending is not None and await world.audit() == []
    assert (await world.say("evet")).tool_results[0].success and len(await world.audit()) == 1


async def test_limit_said_to_a_question_for_a_value_is_told_with_the_proposal(make_world: MakeWorld) -> None:
    wish, aside = "paketi değiştirelim", "sözleşmem dolunca"
    table = {wish: "change_package", aside: "get_customer_package"}
    world = await make_world(table, {"aile": {"new_package_name": "Aile Paketi"}}, {aside: {"reply": "other"}})
    await world.say(wish)
    await world.say(aside)
    proposed = await world.say("aile")
    assert proposed.pending is not None and proposed.pending.kind == "confirmation"
    assert "hemen yapılır" in proposed.response


async def test_condition_on_the_price_holds_for_the_package_that_is_named_later(make_world: MakeWorld) -> None:
    wish, named = "paketimi değiştir, aylık ücret artmayacaksa", "Premium Paket"
    world = await make_world({wish: "change_package"}, {named: {"new_package_name": "Premium Paket"}})
    assert (await world.say(wish)).pending is not None
    told = await world.say(named)
    assert told.pending is None and told.response.startswith(tuple(world.answers.small_talk("condition_not_met", "tr")))


async def test_reply_with_a_condition_that_does_not_hold_runs_nothing(make_world: MakeWorld) -> None:
    wish, reply = "Premium Paket'e geçir", "tamam ama taahhüt olmasın"
    world = await make_world(
        {wish: "change_package"}, {wish: {"new_package_name": "Premium Paket"}}, {reply: {"reply": "yes"}}
    )
    assert (await world.say(wish)).pending is not None
    told = await world.say(reply)
    assert told.pending is None and await world.audit() == []


@pytest.mark.parametrize("reply", ["eşimindi o fatura", "o 05441112233 içindi", "bu fatura benim değil"])
async def test_yes_after_another_owner_is_asked_once_more(
    make_world: MakeWorld, asked_to_pay: dict[str, Any], reply: str
) -> None:
    own = "kendi hesabınız"
    world = await make_world(**{**asked_to_pay, "readings": {reply: {"reply": "other"}}})
    await world.say("faturamı kredi kartıyla öde")
    told = await world.say(reply)
    again = await world.say("evet")
    assert own in told.response and own in again.response and await world.audit() == []
    await world.say("evet")
    assert [row.operation for row in await world.audit()] == ["pay_bill"]
