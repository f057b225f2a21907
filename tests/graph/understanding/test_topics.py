"""Topics and places that the form of a message shows."""

from __future__ import annotations

import pytest

from graph.understanding.argument_specs import phones
from graph.understanding.places import is_about_connection, is_abroad
from graph.understanding.topics import asks_for_machine, asks_way, cannot_pay, wants_refund
from graph.understanding.wishes import meant_by_verb


@pytest.mark.parametrize(
    "message", ["bot musunuz", "gerçek biri misiniz", "karşımda yapay zeka mı var", "makineyle mi yazışıyorum"]
)
def test_question_for_a_machine_is_one(message: str) -> None:
    assert asks_for_machine(message)


@pytest.mark.parametrize("message", ["insana bağla", "bir insanla görüşebilir miyim", "robotla konuşmak istemiyorum"])
def test_wish_for_a_person_asks_for_no_machine(message: str) -> None:
    assert not asks_for_machine(message)


@pytest.mark.parametrize("message", ["marketten oluyor mu", "nakit ödesem olur mu", "bayiden ödenebilir mi"])
def test_question_about_a_way_is_one(message: str) -> None:
    assert asks_way(message)


@pytest.mark.parametrize("message", ["kartla öde", "faturamı kartla öder misiniz", "havaleyle olsun"])
def test_wish_to_pay_in_a_way_is_no_question_about_it(message: str) -> None:
    assert not asks_way(message)


@pytest.mark.parametrize("message", ["bu ay ödeyemeyeceğim", "ödeyecek param yok", "faturayı ödeyecek durumum kalmadı"])
def test_customer_without_means_cannot_pay(message: str) -> None:
    assert cannot_pay(message)


@pytest.mark.parametrize("message", ["kartla ödeyemem havale olsun", "ödeyemiyorum, hata veriyor", "ödeyeceğim"])
def test_failing_or_other_way_to_pay_is_no_lack_of_means(message: str) -> None:
    assert not cannot_pay(message)


@pytest.mark.parametrize(
    "message", ["Fransa'dayım hat yok", "yurt dışındayken çekmiyor", "amerikadayım", "I am in Spain"]
)
def test_place_abroad_is_one(message: str) -> None:
    assert is_abroad(message)


@pytest.mark.parametrize("message", ["Van'dayım internet yok", "yurt dışına çıkacağım", "Almanya'yı arayamıyorum"])
def test_place_at_home_or_a_journey_to_come_is_none(message: str) -> None:
    assert not is_abroad(message)


def test_device_is_no_connection() -> None:
    assert is_about_connection("telefonum çekmiyor") and not is_about_connection("modemin ışığı yanmıyor")


@pytest.mark.parametrize("message", ["TKT 20261127 000123 ne oldu", "fatura no 2026 03 0002", "TKT-20261127-000123"])
def test_number_of_a_record_is_no_telephone_number(message: str) -> None:
    assert phones(message) == []


def test_verb_names_the_change_that_was_spoken_of() -> None:
    assert meant_by_verb("hadi kur o zaman", "pay_bill", "setup_autopay") == "setup_autopay"
    assert meant_by_verb("faturamı öde", "pay_bill", "setup_autopay") == "pay_bill"
    assert meant_by_verb("kur", "pay_bill", "get_current_bill") == "pay_bill"


@pytest.mark.parametrize(
    "message",
    ["iki kere çekilen tutarın iadesini istiyorum", "fazla aldığınız parayı geri yatırın", "i want my money back"],
)
def test_wish_for_money_back_is_one(message: str) -> None:
    assert wants_refund(message)


@pytest.mark.parametrize("message", ["ücret iadesi kaç günde olur", "param iade edildi mi", "modemi iade edeceğim"])
def test_talk_about_giving_back_is_no_wish_for_money(message: str) -> None:
    assert not wants_refund(message)
