"""An answer says the asked facts, the asked one first, and remembers their figures."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from core.clock import ISTANBUL
from core.languages import Language
from graph.answers.approved import load_answers
from graph.answers.composed import Composer, Composition, first_sentence, sentence
from graph.asked.declared import Fact, load_facts
from graph.asked.values import Finding, Item, Listing, Month
from graph.state import AskedFact, Figure, Outcome
from tests.graph.asked.samples import current_bill, offers, own_package, past_bills

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=ISTANBUL)
ANSWERS = load_answers()
NOTHING = Composition(said=[])
COMPOSER = Composer(load_facts(), ANSWERS, lambda: NOW)
FACT = Fact(
    "some", {"tr": "", "en": ""},
    said={
        "value": {"tr": ["{item} için {amount}. İsterseniz bakın.", "{amount} var."], "en": ["{item}: {amount}."]},
        "none": {"tr": ["Hayır, {amount} yok."], "en": ["No {amount}."]},
    },
)  # fmt: skip


def value(amount: Any, item: str | None = "mesaj", variant: str = "value") -> Finding:
    return Finding(variant, {"amount": amount, "item": item})


def say(finding: Finding, words: str = "", *, language: Language = "tr", heard: str = "") -> str:
    return sentence(FACT, finding, ANSWERS, language, heard, words)


def outcome(operation: str, result: dict[str, Any] | None, **arguments: Any) -> Outcome:
    return Outcome(
        call_id="1", operation=operation, arguments=arguments, success=result is not None, executed=True,
        result=result, error=None, ms=1,
    )  # fmt: skip


def asked(fact: str, **restriction: Any) -> AskedFact:
    return AskedFact(fact=fact, restriction=restriction)


def compose(
    *facts: AskedFact, outcomes: tuple[Outcome, ...] = (), words: str = "soru", **state: Any
) -> Composition:  # fmt: skip
    return COMPOSER.compose({"asked": list(facts), "outcomes": list(outcomes), "message": words, **state})  # type: ignore[typeddict-item]


BILL = outcome("get_current_bill", current_bill("unpaid", fee=199.9, extra=59.9))
PAST = outcome("get_past_bills", past_bills(("2026-05", 234.65), ("2026-04", 199.9)))


def test_sentence_names_its_values_and_begins_with_a_capital() -> None:
    assert say(value(Decimal(10), "internet")) == "İnternet için 10,00 TL. İsterseniz bakın."
    assert say(value(Decimal(10), "internet"), language="en") == "Internet: 10.00 TL."


def test_missing_value_leaves_no_trace() -> None:
    assert say(value(Decimal(10), None)) == "İçin 10,00 TL. İsterseniz bakın."


def test_sentence_that_was_heard_is_said_in_other_words() -> None:
    first = say(value(Decimal(10)))
    assert say(value(Decimal(10)), heard=f"Merhaba. {first}") == "10,00 TL var."
    assert say(value(Decimal(10)), heard=f"{first} 10,00 TL var.") == first
    assert say(value(Decimal(20)), heard=first) == "Mesaj için 20,00 TL. İsterseniz bakın."


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        ("10 lira mı", "Evet, mesaj için"),
        ("10,50 TL mi geldi", "Evet, mesaj için"),
        ("1.200 lira mı", "Hayır, mesaj için"),
        ("12 lira mı", "Hayır, mesaj için"),
        ("ne kadar geldi", "Mesaj için"),
        ("10 lira geldi", "Mesaj için"),
        ("yüksek mi", "Mesaj için"),
        ("15.06.2026 tarihinde mi", "Mesaj için"),
    ],
)
def test_question_for_a_certain_value_is_answered_with_yes_or_no(words: str, opening: str) -> None:
    assert say(value(Decimal("10.90")), words).startswith(opening)


def test_english_question_for_a_value_is_answered_with_yes_or_no() -> None:
    assert say(value(Decimal(10)), "is it 10 lira?", language="en") == "Yes, mesaj: 10.00 TL."
    assert say(value(Decimal(10)), "how much is it, 12?", language="en") == "Mesaj: 10.00 TL."


def test_yes_is_said_once_and_other_variants_keep_their_own() -> None:
    assert say(value(Decimal(10), variant="none"), "10 lira mı") == "Hayır, 10,00 TL yok."


def test_name_keeps_its_capital_after_the_yes() -> None:
    assert say(value(Decimal(10), "Mega İnternet"), "10 lira mı").startswith("Evet, Mega İnternet için")


def test_first_sentence_ends_at_its_mark() -> None:
    assert first_sentence("Tutar 1.200,50 TL. İsterseniz ödeyin.") == "Tutar 1.200,50 TL."
    assert first_sentence("Tek cümle") == "Tek cümle"


def test_asked_fact_is_said_with_its_figures() -> None:
    found = compose(asked("bill_due_date"), outcomes=(BILL,))
    assert found.text == "Son ödeme tarihi 25 Haziran 2026."
    assert found.operations == {"get_current_bill"}
    assert found.said == [
        {
            "fact": "bill_due_date",
            "restriction": {},
            "figures": [Figure(label="", kind="number", value="10", of="days")],
        }
    ]


def test_english_customer_is_answered_in_english() -> None:
    found = compose(asked("bill_due_date"), outcomes=(BILL,), language="en")
    assert found.text == "The due date is 25 June 2026."


def test_two_facts_are_said_in_the_order_asked() -> None:
    found = compose(asked("bill_number"), asked("bill_due_date"), outcomes=(BILL,))
    assert found.text == "Fatura numaranız F-2026-06-0001. Son ödeme tarihi 25 Haziran 2026."


def test_same_sentence_of_two_facts_is_said_once() -> None:
    found = compose(asked("bill_due_date"), asked("bill_due_date"), outcomes=(BILL,))
    assert found.text == "Son ödeme tarihi 25 Haziran 2026."


def test_list_stands_in_a_paragraph_of_its_own() -> None:
    found = compose(asked("bill_items"), asked("bill_number"), outcomes=(BILL,))
    lines = "\n- Süper Konuşma aylık ücreti: 199,90 TL\n- Ek internet paketi (5 GB): 59,90 TL"
    assert found.text == f"Faturanızın kalemleri şöyle:{lines}\n\nFatura numaranız F-2026-06-0001."


def test_fact_whose_results_are_missing_is_not_said() -> None:
    refused = outcome("get_past_bills", None)
    assert compose(asked("bills_total"), outcomes=(BILL, refused)) == NOTHING
    assert compose(asked("bill_number")) == NOTHING
    assert compose(asked("general"), outcomes=(BILL,)) == NOTHING


def test_facts_of_several_lines_have_headings() -> None:
    def rest(gb: float) -> dict[str, Any]:
        return {
            "internet_remaining_gb": gb, "voice_remaining_minutes": 1, "sms_remaining": 1, "period_end": "2026-06-27",
            "usage_percentage": {"internet": 50.0, "voice": 50.0, "sms": 50.0},
        }  # fmt: skip

    first = outcome("get_remaining_quotas", rest(4.5), line_number="05000000001")
    second = outcome("get_remaining_quotas", rest(8), line_number="05000000002")
    found = compose(asked("internet_left"), outcomes=(first, second))
    assert found.text == (
        "05000000001 numaralı hattınız: 4,5 GB internetiniz kaldı; dönem 27 Haziran 2026 tarihinde bitiyor.\n"
        "05000000002 numaralı hattınız: 8 GB internetiniz kaldı; dönem 27 Haziran 2026 tarihinde bitiyor."
    )
    assert len(found.said) == 2
    alone = compose(asked("internet_left"), outcomes=(first,))
    assert alone.text == "4,5 GB internetiniz kaldı; dönem 27 Haziran 2026 tarihinde bitiyor."


def test_compared_months_are_remembered_by_their_own_names() -> None:
    found = compose(asked("months_compare", months=[[2026, 5], [2026, 4]]), outcomes=(BILL, PAST))
    assert found.text == "Mayıs 2026 faturası Nisan 2026 faturasından 34,75 TL fazla: 234,65 TL ve 199,90 TL."
    [said] = found.said
    assert [figure for figure in said["figures"] if figure.get("listed")] == [
        Figure(label="Mayıs 2026", kind="money", value="234.65", listed=True),
        Figure(label="Nisan 2026", kind="money", value="199.9", listed=True),
    ]


def test_next_question_refers_to_what_was_compared() -> None:
    said = compose(asked("months_compare", months=[[2026, 5], [2026, 4]]), outcomes=(BILL, PAST)).said
    assert compose(asked("said_lower"), said=list(said)).text == "Nisan 2026 daha düşük: 199,90 TL; fark 34,75 TL."
    assert compose(asked("said_sum"), said=list(said)).text == "Toplamı 434,55 TL (234,65 TL + 199,90 TL)."


def test_question_about_nothing_said_is_not_answered() -> None:
    assert compose(asked("said_higher"), said=[]) == NOTHING


def test_summary_and_repetition_take_what_was_answered() -> None:
    answered = [AIMessage("Faturanız 10,00 TL. Ödenmiş.")]
    told = ["Faturanız 10,00 TL."]
    repeated = compose(asked("repeat"), messages=answered, topics_told=told)
    assert repeated.text == "Tekrar söyleyeyim: Faturanız 10,00 TL. Ödenmiş."
    summary = compose(asked("summarise"), messages=answered, topics_told=told)
    assert summary.text == "Şimdiye kadar konuştuklarımız:\n- Faturanız 10,00 TL."


def test_doubt_is_answered_with_the_fact_read_once_more() -> None:
    found = compose(asked("are_you_sure"), asked("bill_number"), outcomes=(BILL,))
    assert found.text == "Evet, kayıtlarınıza şimdi yeniden baktım: Fatura numaranız F-2026-06-0001."


def test_figures_of_a_long_list_are_bounded() -> None:
    bills = outcome("get_past_bills", past_bills(*((f"2025-{month:02d}", 100.0) for month in range(12, 0, -1))))
    [said] = compose(asked("bills_list", last=24), outcomes=(BILL, bills)).said
    assert len(said["figures"]) == 12
    assert said["figures"][1] == Figure(label="Haziran 2026", kind="money", value="259.8", listed=True)


def test_values_that_are_no_figures_are_not_remembered() -> None:
    fact = Fact("list", {"tr": "", "en": ""}, said={"value": {"tr": ["Liste:{items}"], "en": ["List:{items}"]}})
    listing = Listing([Item(Month(2026, 5), "yok"), Item("açık", True)])
    assert sentence(fact, Finding("value", {"items": listing}), ANSWERS, "tr", words="5 mi").startswith("Liste:")


def refused(operation: str) -> Outcome:
    return {**outcome(operation, None), "error": {"code": "TICKET_NOT_FOUND"}}


NETWORK = outcome("check_network_status", {"region": "İzmir", "coverage_percentage": 98.0, "active_outages": []})


def test_operation_that_only_helps_is_not_told() -> None:
    found = compose(asked("line_why", why=True), outcomes=(NETWORK, refused("get_fault_ticket_status")))
    assert found.text.startswith("İzmir bölgesinde bilinen bir kesinti görünmüyor")
    assert found.aside == {"get_fault_ticket_status", "get_remaining_quotas"}


def test_results_beside_a_refusal_are_not_told() -> None:
    found = compose(asked("slow_why"), outcomes=(NETWORK, refused("test_internet_speed")))
    assert (found.text, found.aside) == ("", {"check_network_status", "get_remaining_quotas"})


def test_fee_of_several_lines_is_told_with_its_sum() -> None:
    lines = tuple(
        outcome("get_customer_package", own_package(name), line_number=number)
        for name, number in (("Mega İnternet", "05000000007"), ("Ekonomik Paket", "05001000007"))
    )
    assert compose(asked("package_fee"), outcomes=lines).text.startswith("Hepsinin toplamı 449,80 TL")


def test_package_that_was_named_may_be_meant_next() -> None:
    found = compose(asked("cheapest_package"), outcomes=(outcome("get_available_packages", offers()),))
    assert found.said[0]["restriction"] == {"packages": ("Ekonomik Paket",)}


def test_change_that_waits_tells_what_it_costs() -> None:
    call = {"operation": "enable_roaming", "status": "awaiting", "preview": {"daily_fee": "149.00"}}
    assert compose(asked("pending_cost"), calls=[call]).text == "Yurt dışında kullandığınız her gün için 149,00 TL."
    assert compose(asked("pending_cost"), calls=[]).text == ""


def test_variant_of_a_fact_tells_what_the_answer_offers() -> None:
    found = compose(asked("bill_paid"), outcomes=(BILL,))
    assert found.situations == (f"bill_paid.{'paid' if 'Evet' in found.text else 'open'}",)
    answers = load_answers()
    assert answers.offer("roaming_on.no", "Hayır, kapalı. İsterseniz açabilirim.", "tr") == "enable_roaming"
    assert answers.offer("roaming_on.yes", "Evet, açık.", "tr") is None
