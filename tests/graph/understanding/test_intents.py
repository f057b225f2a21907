"""What follows from the decision model's answers about a message."""

from __future__ import annotations

from typing import Any

import pytest

from graph.reading import Utterance
from graph.state import ConversationState
from graph.understanding.intents import MOST_CHOICES, IntentReader
from tests.graph.readings import TableDecisionModel, message_reader

TEXT = "bir mesaj"
THRESHOLD = 0.45


async def read(
    answers: dict[str, Any], *, writes: tuple[str, ...] = (), is_open: bool = False, text: str = TEXT
) -> ConversationState:
    table = {text: {"language": {"tr": 1.0}, "topic": {"request": 1.0}, "second_operation": {"none": 1.0}, **answers}}
    messages = message_reader(TableDecisionModel(table))
    return await IntentReader(messages, THRESHOLD, writes).read(
        messages.read(Utterance(text)), question_is_open=is_open
    )


def operations(found: ConversationState) -> list[str]:
    return [intent["operation"] for intent in found["intents"]]


async def test_likely_operation_is_wanted() -> None:
    found = await read({"operation": {"get_current_bill": 0.9}})
    assert operations(found) == ["get_current_bill"]
    assert (found["topic"], found["language"], found["unclear"]) == ("", "tr", 0)
    assert found["confidence"] == pytest.approx(0.9)


async def test_second_operation_follows_the_first_and_lowers_the_confidence() -> None:
    found = await read({"operation": {"get_current_bill": 0.9}, "second_operation": {"pay_bill": 0.8}})
    assert operations(found) == ["get_current_bill", "pay_bill"]
    assert found["confidence"] == pytest.approx(0.72) and found["conditional"] is False


async def test_condition_counts_only_between_two_operations() -> None:
    both = {"operation": {"get_current_bill": 0.9}, "second_operation": {"pay_bill": 0.8}}
    assert (await read({**both, "conditional": {"true": 0.7}}))["conditional"] is True
    assert (await read({"operation": {"pay_bill": 0.9}, "conditional": {"true": 0.7}}))["conditional"] is False


async def test_unlikely_operation_is_offered_as_a_choice() -> None:
    found = await read({"operation": {"get_current_bill": 0.4, "get_past_bills": 0.3, "pay_bill": 0.2, "none": 0.1}})
    assert found["intents"] == [] and (found["topic"], found["unclear"]) == ("unclear", 1)
    assert (
        found["choices"] == ["get_current_bill", "get_past_bills", "pay_bill"] and len(found["choices"]) == MOST_CHOICES
    )


async def test_no_operation_gives_the_likeliest_topic_that_is_no_request() -> None:
    found = await read({"operation": {"none": 0.9}, "topic": {"request": 0.6, "greeting": 0.3, "thanks": 0.1}})
    assert (operations(found), found["topic"]) == ([], "greeting")


@pytest.mark.parametrize("topic", ["misuse", "person"])
async def test_misuse_and_the_wish_for_a_person_end_the_search(topic: str) -> None:
    found = await read({"operation": {"pay_bill": 0.95}, "topic": {topic: 0.6}})
    assert (operations(found), found["topic"]) == ([], topic)
    assert "unclear" not in found


async def test_english_is_read() -> None:
    assert (await read({"operation": {"none": 1.0}, "language": {"en": 0.9, "tr": 0.1}}))["language"] == "en"


async def test_doubtful_change_is_not_wanted_while_a_question_is_open() -> None:
    wish = {"operation": {"suspend_line": 0.7}}
    assert operations(await read(wish, writes=("suspend_line",))) == ["suspend_line"]
    beside = await read(wish, writes=("suspend_line",), is_open=True)
    assert (operations(beside), beside["topic"], beside["choices"]) == ([], "unclear", [])
    certain = await read({"operation": {"suspend_line": 0.85}}, writes=("suspend_line",), is_open=True)
    assert operations(certain) == ["suspend_line"]


async def test_third_wish_is_found_in_its_clause() -> None:
    text = "faturamı söyle, kotamı göster, paketimi de anlat"
    table = {
        text: {"operation": {"get_current_bill": 0.9}, "second_operation": {"get_remaining_quotas": 0.9},
               "topic": {"request": 1.0}, "language": {"tr": 1.0}},
        "paketimi de anlat": {"operation": {"get_customer_package": 0.9}},
    }  # fmt: skip
    model = TableDecisionModel(table)
    messages = message_reader(model)
    found = await IntentReader(messages, THRESHOLD).read(messages.read(Utterance(text)))
    assert operations(found) == ["get_current_bill", "get_remaining_quotas", "get_customer_package"]
    assert all(list(request["questions"]) == ["operation"] for request in model.requests[1:])


async def test_model_that_cannot_answer_wants_nothing() -> None:
    model = TableDecisionModel({})
    model.broken = True
    messages = message_reader(model)
    found = await IntentReader(messages, THRESHOLD).read(messages.read(Utterance(TEXT)))
    assert (operations(found), found["topic"], found["confidence"]) == ([], "model_failed", 0.0)


async def test_unlikely_change_is_offered_as_a_choice_and_not_proposed() -> None:
    doubtful = {"operation": {"suspend_line": 0.55, "none": 0.45}}
    found = await read(doubtful, writes=("suspend_line",))
    assert operations(found) == [] and found["choices"][0] == "suspend_line"
    assert operations(await read(doubtful)) == ["suspend_line"]


async def test_unlikely_second_change_is_named_and_not_proposed() -> None:
    found = await read(
        {"operation": {"get_current_bill": 0.9}, "second_operation": {"pay_bill": 0.5}}, writes=("pay_bill",)
    )
    assert (operations(found), found["left_out"]) == (["get_current_bill"], ["pay_bill"])


async def test_thanks_beside_a_possible_fault_are_no_thanks() -> None:
    answers = {"operation": {"none": 0.8, "test_internet_speed": 0.2}, "topic": {"thanks": 0.9, "request": 0.1}}
    found = await read(answers)
    assert (found["topic"], found["choices"]) == ("unclear", ["test_internet_speed"])
    sure = {"operation": {"none": 0.98, "test_internet_speed": 0.02}, "topic": {"thanks": 0.9, "request": 0.1}}
    assert (await read(sure))["topic"] == "thanks"


async def test_request_without_an_operation_is_unclear() -> None:
    found = await read({"operation": {"none": 0.95}, "topic": {"request": 0.7, "thanks": 0.2, "unclear": 0.1}})
    assert (found["topic"], found["choices"]) == ("unclear", [])


async def test_second_wish_that_the_reading_doubts_is_found_in_its_clause() -> None:
    message = "kaydım ne aşamada, hangi paketi kullanıyorum"
    one = {"language": {"tr": 1.0}, "topic": {"request": 1.0}, "operation": {"get_fault_ticket_status": 0.97}}
    clauses = {"hangi paketi kullanıyorum": {"operation": {"get_customer_package": 0.98}}}
    for none, expected in ((0.8, ["get_fault_ticket_status", "get_customer_package"]), (0.99, [])):
        table = {message: {**one, "second_operation": {"none": none}}, **clauses}
        messages = message_reader(TableDecisionModel(table))
        found = await IntentReader(messages, THRESHOLD).read(messages.read(Utterance(message)))
        assert operations(found) == (expected or ["get_fault_ticket_status"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("en ucuz pakete geçirir misiniz", "change_package"), ("geçebileceğim paketler neler", "get_available_packages")],
)
async def test_verb_decides_between_a_change_and_a_look_up(text: str, wanted: str) -> None:
    split = {"operation": {"get_available_packages": 0.56, "change_package": 0.44}}
    assert operations(await read(split, writes=("change_package",), text=text)) == [wanted]
