"""A yes-or-no question is answered with yes or no first, and a question for a sum with the sum."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.clock import ISTANBUL
from core.languages import Language
from graph.answers.approved import load_answers
from graph.answers.composed import Composer, sentence
from graph.asked import catalogue, services
from graph.asked.declared import Fact, load_facts
from graph.asked.restrictions import Restriction
from graph.asked.values import Finding, Month
from graph.state import AskedFact, Outcome
from tests.graph.asked.samples import TODAY, known, offers, own_package

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=ISTANBUL)
ANSWERS = load_answers()
FACTS = load_facts()


def opening(fact: str, finding: Finding, words: str, language: Language = "tr") -> str:
    """The first word of the answer."""
    return sentence(FACTS.facts[fact], finding, ANSWERS, language, words=words).split()[0]


def profile(status: str) -> dict[str, Any]:
    return {"phone_numbers": [{"number": "05000000001", "type": "mobile", "status": status}]}


def quotas(gb: float, share: float) -> dict[str, Any]:
    return {
        "internet_remaining_gb": gb, "voice_remaining_minutes": 0, "sms_remaining": 0, "period_end": "2026-06-27",
        "usage_percentage": {"internet": share, "voice": 100.0, "sms": 100.0},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "words", "first"),
    [
        ("active", "hattım açık mı", "Evet,"),
        ("active", "hattım dondurulmuş mu", "Hayır,"),
        ("active", "hattım kapalı mı", "Hayır,"),
        ("suspended", "hattım açık mı", "Hayır,"),
        ("suspended", "hattım açık mı yani arama yapabilir miyim", "Hayır,"),
        ("suspended", "hattım açık mı kapalı mı", "05000000001"),
        ("suspended", "hattım dondurulmuş mu", "Evet,"),
        ("suspended", "açık mı kapalı mı", "05000000001"),  # neither yes nor no answers it
        ("active", "hattımın durumu ne", "05000000001"),
        ("terminated", "hattım açık mı", "05000000001"),
    ],
)
def test_state_of_a_line_affirms_or_denies_the_question(status: str, words: str, first: str) -> None:
    assert opening("line_state", services.line_state(known(words, get_customer_profile=profile(status))), words) == (
        first
    )


def test_english_question_is_turned_by_english_words() -> None:
    found = services.line_state(known(get_customer_profile=profile("active")))
    assert opening("line_state", found, "is my line active", "en") == "Yes,"
    assert opening("line_state", found, "is my line suspended", "en") == "No,"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Mega benimkinden pahalı mı", "Evet,"),
        ("Mega benimkinden ucuz mu", "Hayır,"),
        ("Mega benimkinden daha mı fazla", "Evet,"),
        ("Ekonomik benimkinden ucuz mu", "Evet,"),
        ("Ekonomik benimkinden pahalı mı", "Hayır,"),
        ("Ekonomik'e geçersem ne fark eder", "Ekonomik"),
    ],
)
def test_difference_of_fees_affirms_or_denies_the_question(words: str, first: str) -> None:
    found = catalogue.fee_difference(
        known(words, get_available_packages=offers(), get_customer_package=own_package("Süper Konuşma"))
    )
    assert opening("fee_difference", found, words) == first


@pytest.mark.parametrize(
    ("share", "words", "first"),
    [
        (50.1, "internetimin yarısı bitti mi", "Evet,"),
        (50.0, "internetimin yarısını kullandım mı", "Evet,"),
        (49.9, "internetimin yarısı bitti mi", "Hayır,"),
        (80.0, "internetimin yarısı kaldı mı", "Hayır,"),
        (20.0, "internetimin yarısı kaldı mı", "Evet,"),
        (80.0, "internetimin yarısından azı mı kaldı", "Evet,"),
        (20.0, "internetimin yarısından azı mı kaldı", "Hayır,"),
        (80.0, "internetimin yarısı", "4,8"),
    ],
)
def test_half_of_an_allowance_is_what_the_question_says_of_it(share: float, words: str, first: str) -> None:
    found = services.internet(known(get_remaining_quotas=quotas(4.8, share)))
    assert opening("internet_left", found, words) == first


def test_half_is_asked_in_english_too() -> None:
    found = services.internet(known(get_remaining_quotas=quotas(4.8, 60.0)))
    said = sentence(FACTS.facts["internet_left"], found, ANSWERS, "en", words="have I used half of my data")
    assert said == "Yes, you have 4.8 GB of data left until 27 June 2026."
    assert opening("internet_left", found, "do I have half of it left", "en") == "No,"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("5 GB'den fazla mı kaldı", "Hayır,"),
        ("3 GB'den fazla mı kaldı", "Evet,"),
        ("5 GB'den az mı kaldı", "Evet,"),
        ("4 GB'den az mı kaldı", "Hayır,"),
        ("3 ile 5 GB'den fazla mı", "4,8"),
        ("en az 3 GB kaldı mı", "Evet,"),
        ("en az 10 GB kaldı mı", "Hayır,"),
        ("en fazla 3 GB mı kaldı", "Hayır,"),
        ("internetim bitti mi", "Hayır,"),
        ("internetim kaldı mı", "Evet,"),
        ("05000000001 numaralı hattımda internet kaldı mı", "Evet,"),  # a line is no amount
        ("5 GB mı kaldı", "Evet,"),
    ],
)
def test_more_or_less_than_a_number_is_compared(words: str, first: str) -> None:
    found = services.internet(known(get_remaining_quotas=quotas(4.8, 40.0)))
    assert opening("internet_left", found, words) == first


MONTH = Fact(
    "month", {"tr": "", "en": ""},
    said={"value": {"tr": ["{month} faturanız {amount}."], "en": ["{month} came to {amount}."]}},
)  # fmt: skip


def test_month_keeps_its_capital_after_the_yes() -> None:
    found = Finding("value", {"amount": Decimal("234.65"), "month": Month(2026, 3)})
    assert sentence(MONTH, found, ANSWERS, "tr", words="234 lira mıydı") == "Evet, Mart 2026 faturanız 234,65 TL."
    assert sentence(MONTH, found, ANSWERS, "en", words="was it 200") == "No, March 2026 came to 234.65 TL."


def compose(fact: str, *each: dict[str, Any], language: Language = "tr") -> str:
    """The answer for several lines, where their sum is asked for."""
    outcomes = [
        Outcome(
            call_id=str(place), operation="get_remaining_quotas", arguments={"line_number": f"0500000000{place}"},
            success=True, executed=True, result=result, error=None, ms=1,
        )
        for place, result in enumerate(each, start=1)
    ]  # fmt: skip
    asked = AskedFact(fact=fact, restriction=Restriction(total=True).as_data())
    composer = Composer(FACTS, ANSWERS, lambda: NOW)
    return composer.compose({"asked": [asked], "outcomes": outcomes, "message": "toplam", "language": language}).text


def test_sum_over_several_lines_is_said_first() -> None:
    said = compose("internet_left", quotas(4.5, 50.0), quotas(8, 50.0))
    assert said.startswith("Hepsinin toplamı 12,5.\n05000000001 numaralı hattınız: 4,5 GB internetiniz kaldı")
    assert compose("internet_left", quotas(4.5, 50.0), quotas(8, 50.0), language="en").startswith(
        "All together 12.5.\nYour line 05000000001: "
    )


def test_sum_of_nothing_is_said_too() -> None:
    assert compose("sms_left", quotas(1, 50.0), quotas(2, 50.0)).startswith("Hepsinin toplamı 0.\n")


def test_one_line_and_what_is_no_figure_have_no_sum() -> None:
    assert compose("internet_left", quotas(4.5, 50.0)).startswith("4,5 GB internetiniz kaldı")


@pytest.mark.parametrize(
    ("fact", "variant", "words", "first"),
    [
        ("roaming_on", "no", "roamingim kapalı mı", "Evet,"),
        ("roaming_on", "yes", "roamingim kapalı mı", "Hayır,"),
        ("roaming_on", "no", "roamingim açık mı", "Hayır,"),
        ("bill_paid", "paid", "faturam ödenmedi mi", "Hayır,"),
        ("bill_paid", "open", "faturam ödenmedi mi", "Evet,"),
        ("bill_paid", "paid", "faturam ödendi mi", "Evet,"),
        ("bill_paid", "paid", "faturam ödendi mi ödenmedi mi", "Evet,"),
        ("committed", "absent", "taahhüdüm yok mu", "Evet,"),
        ("committed", "value", "taahhüdüm bitti mi", "Hayır,"),
        ("committed", "value", "taahhüdüm bitmedi mi", "Evet,"),
        ("autopay_on", "absent", "otomatik ödemem yok mu", "Evet,"),
        ("autopay_on", "absent", "otomatik ödeme açık mı", "Hayır,"),
        ("debt_exists", "some", "borcum kalmadı mı", "Hayır,"),
        ("bill_extras", "one", "faturamda ek ücret yok mu", "Evet,"),  # what is looked for is there
        ("bill_overdue", "overdue", "ne kadar gecikti", "Son"),  # no question that yes answers
        ("bill_change", "same", "faturam geçen aydan çok mu geldi", "Hayır,"),
        ("bill_change", "same", "faturam geçen aydan az mı geldi", "Hayır,"),
        ("bill_change", "same", "faturam geçen ayla aynı mı", "Evet,"),
        ("bill_change", "more", "faturam düştü mü", "Hayır,"),
        ("network_state", "fine", "internetim çalışmıyor, bölgede sorun mu var", "Hayır,"),
        ("network_state", "fine", "şebeke normal mi", "Evet,"),
    ],
)
def test_yes_and_no_turn_with_the_question(fact: str, variant: str, words: str, first: str) -> None:
    values: Any = {
        "amount": Decimal("259.80"), "due_date": TODAY, "date": TODAY, "days": 3, "count": 1, "item": "SMS",
        "difference": Decimal(0), "before": Decimal("259.80"), "month": Month(2026, 6), "region": "Kadıköy",
    }  # fmt: skip
    assert opening(fact, Finding(variant, values), words) == first


def test_negated_english_question_is_answered_like_a_plain_one() -> None:
    paid = Finding("paid", {"amount": Decimal(10), "due_date": TODAY})
    assert opening("bill_paid", paid, "isn't my bill paid", "en") == "Yes,"


@pytest.mark.parametrize(
    ("words", "first"),
    [("birden fazla hattım var mı", "Evet,"), ("üç hattım mı var", "Evet,"), ("iki hattım mı var", "Hayır,")],
)
def test_count_is_compared_with_the_one_that_is_asked(words: str, first: str) -> None:
    assert opening("lines_count", Finding("several", {"count": 3}), words) == first
