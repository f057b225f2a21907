"""The asked facts decide which READ operations run; the model reads the fact, code reads its restriction."""

from __future__ import annotations

from typing import Any

import pytest

from agent.prompt_files import load_prompts
from graph.reading import ALSO_ASKED, ASKED, MessageReader, Utterance
from graph.state import ConversationState
from graph.understanding.asked import AskedReader
from graph.understanding.asked_variants import limit_for, waits_for_own_package
from tests.graph.readings import TableDecisionModel, message_reader
from tests.graph.understanding.conftest import FACTS, NOW, Read, operations
from tools.caller import Caller
from tools.toolbox import Toolbox

shares_the_demo = pytest.mark.asyncio(loop_scope="module")


@shares_the_demo
async def test_asked_fact_wants_the_operations_that_it_needs(read: Read) -> None:
    found = await read("borcum ne kadar", {"debt_total": 0.9}, topic="unclear")
    assert found["asked"] == [{"fact": "debt_total", "restriction": {}}]
    assert operations(found) == ["get_current_bill", "get_past_bills"]
    assert (found["topic"], found["unclear"]) == ("", 0)


@shares_the_demo
async def test_months_and_packages_of_the_question_go_with_the_fact(read: Read) -> None:
    found = await read("mart ile nisan", {"months_compare": 0.9})
    assert found["asked"] == [{"fact": "months_compare", "restriction": {"months": [[2026, 3], [2026, 4]]}}]
    fee = await read("Mega İnternet kaça", {"named_fee": 0.9})
    assert fee["asked"] == [{"fact": "named_fee", "restriction": {"packages": ("Mega İnternet",)}}]


@pytest.mark.parametrize(
    ("message", "fact", "becomes"),
    [
        ("geçen ay faturam ne kadardı", "bill_amount", "month_bill"),
        ("haziran faturam ne kadar", "bill_amount", "bill_amount"),
        ("bu ay ne kadar", "bill_amount", "bill_amount"),
        ("Mega İnternet kaç GB", "package_internet", "named_internet"),
        ("paketim kaç GB", "package_internet", "package_internet"),
    ],
)
@shares_the_demo
async def test_fact_becomes_another_one_for_a_month_or_a_package(
    read: Read, message: str, fact: str, becomes: str
) -> None:
    found = await read(message, {fact: 0.9})
    assert [each["fact"] for each in found["asked"]] == [becomes]


@pytest.mark.parametrize("fact", ["general", "none"])
@shares_the_demo
async def test_subject_as_a_whole_asks_for_no_fact(read: Read, fact: str) -> None:
    found = await read("faturam", {fact: 0.9}, intents={"get_current_bill": 0.9})
    assert "asked" not in found
    assert operations(found) == ["get_current_bill"]


@shares_the_demo
async def test_doubtful_fact_is_not_taken(read: Read) -> None:
    assert "asked" not in await read("şey", {"debt_total": 0.49, "general": 0.3}, topic="unclear")
    assert "asked" in await read("şey", {"debt_total": 0.51, "general": 0.3}, topic="unclear")


@shares_the_demo
async def test_less_is_enough_for_a_fact_of_the_wanted_operation(read: Read) -> None:
    probabilities = {"bill_number": 0.3, "bill_amount": 0.25, "general": 0.2}
    found = await read("faturamın şeyi", probabilities, intents={"get_current_bill": 0.8})
    assert [each["fact"] for each in found["asked"]] == ["bill_number"]


@shares_the_demo
async def test_sure_fact_overrules_the_operation_and_a_doubtful_one_does_not(read: Read) -> None:
    wanted = {"get_current_bill": 0.7}
    over = await read("kalanım", {"internet_left": 0.65, "bill_amount": 0.3}, intents=wanted)
    assert operations(over) == ["get_remaining_quotas"]
    under = await read("kalanım", {"internet_left": 0.55, "bill_amount": 0.3}, intents=wanted)
    assert [each["fact"] for each in under["asked"]] == ["bill_amount"]
    nothing = await read("kalanım", {"internet_left": 0.55, "package_fee": 0.3}, intents=wanted)
    assert "asked" not in nothing


@shares_the_demo
async def test_second_fact_is_asked_beside_the_first(read: Read) -> None:
    both = await read("faturam ne kadar, son günü ne zaman", {"bill_amount": 0.9}, also={"bill_due_date": 0.6})
    assert [each["fact"] for each in both["asked"]] == ["bill_amount", "bill_due_date"]
    assert operations(both) == ["get_current_bill"]
    one = await read(
        "faturam ne kadar, son günü ne zaman", {"bill_amount": 0.9}, also={"bill_due_date": 0.4, "none": 0.6}
    )
    assert [each["fact"] for each in one["asked"]] == ["bill_amount"]


@shares_the_demo
async def test_second_wish_is_answered_beside_the_fact(read: Read) -> None:
    wishes = {"get_current_bill": 0.9, "get_remaining_quotas": 0.8}
    found = await read("faturamın numarası ve kotam", {"bill_number": 0.9}, intents=wishes)
    assert operations(found) == ["get_current_bill", "get_remaining_quotas"]


@shares_the_demo
async def test_change_goes_on_beside_the_fact_and_alone_it_asks_for_none(read: Read) -> None:
    wishes = {"get_current_bill": 0.9, "pay_bill": 0.9}
    both = await read("faturam ne kadar, öde", {"bill_amount": 0.9}, intents=wishes)
    assert operations(both) == ["get_current_bill", "pay_bill"]
    alone = await read("öde", {"bill_amount": 0.9}, intents={"pay_bill": 0.97})
    assert "asked" not in alone


@pytest.mark.parametrize("topic", ["misuse", "person", "thanks"])
@shares_the_demo
async def test_topic_of_its_own_asks_for_no_fact(read: Read, topic: str) -> None:
    assert "asked" not in await read("faturam", {"bill_amount": 0.9}, topic=topic)


@shares_the_demo
async def test_general_information_is_a_topic_unless_the_operation_is_sure(read: Read) -> None:
    found = await read("fatura nasıl kesilir", {"knowledge": 0.9}, intents={"get_current_bill": 0.7})
    assert (found["topic"], found["intents"]) == ("knowledge", [])
    sure = await read("fatura nasıl kesilir", {"knowledge": 0.9}, intents={"get_current_bill": 0.95})
    assert operations(sure) == ["get_current_bill"]


@shares_the_demo
async def test_fact_of_the_conversation_is_asked_only_where_something_was_said(read: Read) -> None:
    message, fact = "farkı ne", {"said_difference": 0.6, "bill_change": 0.3}
    fresh = await read(message, fact)
    assert [each["fact"] for each in fresh["asked"]] == ["bill_change"]
    said = [{"fact": "month_bill", "restriction": {}, "figures": []}]
    later = await read(message, fact, said=said)
    assert (later["asked"][0]["fact"], later["topic"], later["intents"]) == ("said_difference", "asked", [])


@shares_the_demo
async def test_last_fact_is_asked_again_with_what_is_new(read: Read) -> None:
    said = [{"fact": "month_bill", "restriction": {"months": [[2026, 4]]}, "figures": []}]
    found = await read("ya mart", {"same_again": 0.9}, said=said)
    assert found["asked"] == [{"fact": "month_bill", "restriction": {"months": [[2026, 3]]}}]
    before = await read("ya bir önceki ay", {"same_again": 0.9}, said=said)
    assert before["asked"][0]["restriction"] == {"months": [[2026, 3]]}
    english = await read("aynısını ingilizce söyle", {"in_english": 0.9}, said=said)
    assert (english["language"], english["asked"][0]["restriction"]) == ("en", {"months": [[2026, 4]]})


@shares_the_demo
async def test_doubt_reads_the_last_fact_once_more(read: Read) -> None:
    said = [{"fact": "bill_amount", "restriction": {}, "figures": []}]
    found = await read("emin misiniz", {"are_you_sure": 0.9}, said=said)
    assert [each["fact"] for each in found["asked"]] == ["are_you_sure", "bill_amount"]
    assert operations(found) == ["get_current_bill"]


@pytest.mark.parametrize(
    ("customer", "wanted"),
    [(1, ["get_available_packages", "get_customer_package"]), (7, ["get_available_packages"])],
)
@shares_the_demo
async def test_useful_operation_runs_only_where_it_needs_no_question(
    read: Read, customer: int, wanted: list[str]
) -> None:
    found = await read("30 GB yeter", {"package_for_need": 0.9}, customer=customer)
    assert operations(found) == wanted
    assert found["asked"][0]["restriction"] == {"gb": 30.0}


@shares_the_demo
async def test_model_that_fails_leaves_what_was_wanted(toolbox: Toolbox) -> None:
    model = TableDecisionModel({})
    model.broken = True
    questions = {ASKED: FACTS.question, ALSO_ASKED: FACTS.second_question}
    broken = MessageReader(model, load_prompts()["questions"].data, questions).read(Utterance("faturam"))
    wanted: ConversationState = {"intents": [], "topic": "unclear"}
    reader = AskedReader(FACTS, toolbox, lambda: NOW)
    assert await reader.read({"message": "faturam"}, wanted, broken, Caller(1)) == wanted


@shares_the_demo
async def test_reading_without_the_question_asks_for_no_fact(toolbox: Toolbox) -> None:
    plain = message_reader(TableDecisionModel({})).read(Utterance("faturam"))
    wanted: ConversationState = {"intents": [], "topic": "unclear"}
    assert await AskedReader(FACTS, toolbox, lambda: NOW).read({"message": "faturam"}, wanted, plain, Caller(1)) == (
        wanted
    )


@pytest.mark.parametrize(
    ("restriction", "limit"),
    [
        ({}, None),
        ({"last": 3}, None),
        ({"last": 12}, 13),
        ({"last": 20}, 21),
        ({"year": 2025}, 36),
        ({"months": [[2026, 3]]}, 36),
        ({"method": "credit_card"}, 36),
    ],
)
def test_far_look_back_needs_more_rows(restriction: dict[str, Any], limit: int | None) -> None:
    assert limit_for([{"fact": "bills_list", "restriction": restriction}]) == limit


def test_details_of_the_own_package_wait_for_its_name() -> None:
    cost: Any = [{"fact": "cancellation_cost", "restriction": {}}]
    fee: Any = [{"fact": "named_fee", "restriction": {}}]
    assert waits_for_own_package("get_package_details", cost, FACTS)
    assert not waits_for_own_package("get_customer_package", cost, FACTS)
    assert not waits_for_own_package("get_package_details", fee, FACTS)


@shares_the_demo
async def test_fee_that_a_move_costs_is_that_of_the_own_commitment(read: Read) -> None:
    moving = await read("Premium Paket'e geçsem ceza çıkar mı, geçersem", {"named_cancellation_fee": 0.9})
    assert moving["asked"][0]["fact"] == "cancellation_cost"
    assert moving["asked"][0]["restriction"]["packages"] == ("Premium Paket",)  # the next question goes on from it
    named = await read("Premium Paket cayma bedeli", {"named_cancellation_fee": 0.9})
    assert named["asked"][0]["fact"] == "named_cancellation_fee"
