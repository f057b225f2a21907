"""A free answer: sentence by sentence, proven, asked for once more, and then said by code."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent.prompt_files import load_prompts
from evaluation.scripted import ScriptedChatModel
from graph.answers.evidence_units import Unit, distinct, of_knowledge, of_result
from graph.answers.free import FreeWriter, Writing
from graph.state import ConversationState
from graph.turn_input import fresh_turn
from tests.doubles import Supporting

BILL = Unit(
    "Güncel faturanız {amount}; son ödeme tarihi {due_date}.",
    {"amount": "412,50 TL", "due_date": "15 Mart 2026"}, frozenset({"amount"}),
    "Güncel faturanız 412,50 TL; son ödeme tarihi 15 Mart 2026.", "composed",
)  # fmt: skip


def begin(says: Sequence[str], *units: Unit, refuses: Sequence[str] = (), broken: bool = False) -> Writing:
    state: ConversationState = fresh_turn("faturam ne kadar")
    writer = FreeWriter(
        ScriptedChatModel(says=list(says), broken=broken), load_prompts()["respond_free"], Supporting(*refuses)
    )
    writing = writer.begin(units or (BILL,), state)
    assert writing is not None
    return writing


async def text_of(writing: Writing) -> str:
    return "".join([piece async for piece in writing.pieces()])


async def test_values_stand_in_the_place_of_names() -> None:
    writing = begin(["Faturanız {amount}. Son ödeme tarihi {due_date}. Başka bir sorunuz var mı?"])
    said = "Faturanız 412,50 TL. Son ödeme tarihi 15 Mart 2026. Başka bir sorunuz var mı?"
    assert await text_of(writing) == said
    assert writing.source == "model" and writing.refused == []


async def test_each_sentence_is_a_piece_of_its_own() -> None:
    writing = begin(["Faturanız {amount}. Son ödeme tarihi {due_date}."])
    assert [piece async for piece in writing.pieces()] == [
        "Faturanız 412,50 TL.", " Son ödeme tarihi 15 Mart 2026."
    ]  # fmt: skip


async def test_a_second_attempt_goes_on_where_the_first_was_stopped() -> None:
    writing = begin(["Faturanız {amount}. Yarın ödeyin.", "Son ödeme tarihi {due_date}."])
    assert await text_of(writing) == "Faturanız 412,50 TL. Son ödeme tarihi 15 Mart 2026."
    assert writing.source == "model"
    assert [(each["text"], each["reason"]) for each in writing.refused] == [("Yarın ödeyin.", "time_word")]
    assert writing.refused[0]["raw"] == "Faturanız {amount}. Yarın ödeyin."


async def test_what_is_refused_twice_is_said_by_code() -> None:
    writing = begin(["Faturanız 400 lira.", "Faturanız iade edilecek."], refuses=["iade"])
    assert await text_of(writing) == BILL.said
    assert writing.source == "composed"
    assert [each["reason"] for each in writing.refused] == ["figure", "unsupported"]


async def test_an_answer_that_leaves_the_asked_fact_out_is_not_enough() -> None:
    writing = begin(["Başka bir sorunuz var mı?", "Başka bir sorunuz var mı?"])
    assert (await text_of(writing)).endswith(BILL.said)
    assert [each["reason"] for each in writing.refused] == ["asked_unsaid", "asked_unsaid"]


async def test_a_name_that_is_no_fact_is_refused() -> None:
    writing = begin(["Faturanız {total}.", "Faturanız {amount}."])
    assert await text_of(writing) == "Faturanız 412,50 TL."
    assert writing.refused[0]["reason"] == "unknown_name"


async def test_a_model_that_fails_leaves_the_answer_to_code() -> None:
    writing = begin([], broken=True)
    assert await text_of(writing) == BILL.said
    assert writing.source == "composed" and [each["reason"] for each in writing.refused] == ["model_failed"]


async def test_the_model_sees_names_and_no_value() -> None:
    writing = begin(["Faturanız {amount}."])
    prompt = writing._prompt()
    assert "{amount}" in prompt and "412,50" not in prompt and "faturam ne kadar" in prompt


async def test_two_facts_are_both_told() -> None:
    data = Unit("Kalan internetiniz {left} GB.", {"left": "12,5"}, frozenset({"left"}), "Kalan: 12,5 GB.", "template")
    writing = begin(["Faturanız {amount}.", "Faturanız {amount}."], BILL, data)
    assert (await text_of(writing)).endswith("Kalan: 12,5 GB.")
    assert writing.source == "template"


def test_two_values_of_one_name_get_names_of_their_own() -> None:
    paid = Unit("Son ödemeniz {amount}.", {"amount": "99,00 TL"}, frozenset({"amount"}), "", "composed")
    first, second = distinct([BILL, paid])
    assert first.values["amount"] == "412,50 TL"
    assert second.text == "Son ödemeniz {amount_x}." and second.required == {"amount_x"}


def test_figures_of_a_knowledge_text_get_names() -> None:
    unit = of_knowledge("Cayma bedeli 600,00 TL olur; itiraz için 30 gün vardır.")
    assert unit.text == "Cayma bedeli {deger_a} olur; itiraz için {deger_b} gün vardır."
    assert unit.values == {"deger_a": "600,00 TL", "deger_b": "30"}


def test_a_result_requires_what_every_approved_answer_names() -> None:
    unit = of_result(["Ödendi: {amount}, {number}.", "Tutar {amount}."], {"amount": "1", "number": "2"}, "x", "öde")
    assert unit.required == {"amount"}


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
async def test_an_empty_text_is_no_answer(text: str) -> None:
    assert await text_of(begin([text, text])) == BILL.said
