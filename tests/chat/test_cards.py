"""The choice of pictures below an answer."""

from __future__ import annotations

from chat.cards import PICTURED, cards_of, pictured_operations
from chat.pictures import PICTURES
from graph.answers.approved import load_answers
from graph.asked.declared import load_facts
from tests.chat.results import BILL, PAST, QUOTAS, package, turn

ANSWERS = load_answers()


def test_opening_a_subject_as_a_whole_gets_its_picture() -> None:
    assert pictured_operations(turn(("get_current_bill", BILL))) == ["get_current_bill"]


def test_single_fact_gets_no_picture() -> None:
    assert cards_of(turn(("get_current_bill", BILL), asked=["bill_amount"]), ANSWERS) == []


def test_list_of_facts_gets_the_picture_of_its_operation_only() -> None:
    result = turn(("get_current_bill", BILL), ("get_past_bills", PAST), asked=["bills_list"])
    assert [card["title"] for card in cards_of(result, ANSWERS)] == ["Son faturalarınız"]


def test_reason_of_a_change_shows_the_bill_and_the_months_before() -> None:
    result = turn(("get_current_bill", BILL), ("get_past_bills", PAST), asked=["bill_change"])
    assert [card["title"] for card in cards_of(result, ANSWERS)] == ["Kasım 2026 faturanız", "Son faturalarınız"]


def test_refused_operation_and_one_without_a_picture_get_none() -> None:
    assert cards_of(turn(("get_current_bill", None), ("get_customer_profile", {"name": "Ali"})), ANSWERS) == []


def test_several_lines_are_named_and_a_single_one_is_not() -> None:
    lines = ["05320000001", "05320000002"]
    result = turn(("get_remaining_quotas", QUOTAS), ("get_remaining_quotas", QUOTAS), lines=lines)
    titles = [card["title"] for card in cards_of(result, ANSWERS)]
    assert titles == [f"Kalan haklarınız · {line} numaralı hat" for line in lines]
    alone = cards_of(turn(("get_remaining_quotas", QUOTAS), lines=lines[:1]), ANSWERS)
    assert alone[0]["title"] == "Kalan haklarınız"


def test_own_package_of_the_turn_is_marked_before_one_that_was_looked_up() -> None:
    own = {"package_name": "Akıllı 20 GB", **package("", 259.8), "activation_date": "2026-01-01"}
    catalogue = {"packages": [package("Ekonomik", 199.8), package("Akıllı 20 GB", 259.8)]}
    asked = ["cheaper_than_mine"]
    result = turn(("get_available_packages", catalogue), ("get_customer_package", own), asked=asked)
    (card,) = cards_of(result, ANSWERS, own_packages=[{**own, "package_name": "Ekonomik"}])
    assert [row["mark"] for row in card["blocks"][0]["rows"]] == ["", "sizin paketiniz"]


def test_every_picture_belongs_to_declared_facts_of_its_operation() -> None:
    facts = load_facts().facts
    assert set(PICTURED) == set(PICTURES)
    for operation, names in PICTURED.items():
        for name in names:
            assert operation in (*facts[name].needs, *facts[name].uses), f"{name} does not need {operation}"
