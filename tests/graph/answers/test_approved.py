"""The approved answers keep their own rules: complete, without figures of their own, every figure's role stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from core import turkish
from core.fields import FIELD
from graph.answers import approved
from graph.answers.facts import NO_TICKET, SAME_PACKAGE
from graph.asked.fields import DATES, MOMENTS, MONEY, PERCENT
from tools.errors import ToolError

LANGUAGES = {"tr": "answers.yaml", "en": "answers_en.yaml"}
FEWEST = {"tr": {"outcome": 10, "error": 5, "small_talk": 8}, "en": {"outcome": 3, "error": 2, "small_talk": 3}}

QUOTA = (
    "internet_remaining_gb voice_remaining_minutes sms_remaining period_end internet_percent voice_percent sms_percent"
)
PACKAGE = (
    "package_name monthly_fee internet_gb voice_minutes sms_count international_minutes roaming activation_date "
    "renewal_date"
)
DETAILS = "name monthly_fee setup_fee internet_gb voice_minutes sms_count"
BILL = "bill_id amount due_date bill_date services"
PAYMENT = "transaction_id bill_id amount method timestamp"
NETWORK = "region coverage_percentage active_outages last_updated"
TICKET = "ticket_id created_at technician_notes"
SETTLED = f"{TICKET} resolved_at resolution"
SPEED = "download_speed_mbps upload_speed_mbps ping_ms test_server test_timestamp"
CONTACT = "contact_type old_value new_value"

CHANGE = "change_id from_package to_package effective_date fee_difference"

OUTCOMES: dict[str, dict[str, str]] = {
    "get_current_bill": dict.fromkeys(("unpaid", "overdue", "paid", "processing", "cancelled"), BILL),
    "get_past_bills": dict.fromkeys(("some", "none"), "bills total_count total_amount_paid"),
    "pay_bill": dict.fromkeys(("paid", "processing"), PAYMENT),
    "get_payment_history": dict.fromkeys(("some", "none_this_month", "none"), "payments total_payments total_amount"),
    "setup_autopay": {"on": "payment_method next_payment_date", "off": "payment_method"},
    "get_customer_package": {"committed": f"{PACKAGE} commitment_until", "free": PACKAGE},
    "get_remaining_quotas": dict.fromkeys(("normal", "low"), QUOTA),
    "change_package": {"done": CHANGE, "leaving": f"{CHANGE} cancellation_fee"},
    "get_available_packages": {"some": "packages cheapest_package cheapest_fee"},
    "get_package_details": {"contract": f"{DETAILS} contract_duration cancellation_fee", "no_contract": DETAILS},
    "enable_roaming": {"on": "activation_time daily_fee data_package", "off": "activation_time"},
    "check_network_status": dict.fromkeys(("operational", "degraded", "outage", "maintenance"), NETWORK),
    "create_fault_ticket": {
        "open": "ticket_id category priority estimated_resolution issue_description",
        "noted": "ticket_id note",
    },
    "get_fault_ticket_status": {
        **dict.fromkeys(("open", "in_progress", "cancelled"), TICKET),
        **dict.fromkeys(("resolved", "closed"), SETTLED),
    },
    "test_internet_speed": dict.fromkeys(("excellent", "good", "fair", "poor"), SPEED),
    "get_customer_profile": {"done": "name phone_numbers email address registration_date customer_tier"},
    "update_customer_contact": dict.fromkeys(("verify", "done"), CONTACT),
    "suspend_line": {"done": "line_number suspension_reason suspended_at reactivation_fee max_suspension_days"},
    "reactivate_line": {"done": "line_number reactivated_at suspension_duration_days reactivation_fee"},
}
MAY_BE_MISSING = {
    "setup_autopay.on": {"next_payment_date"},
    "setup_autopay.off": {"payment_method"},
    "get_fault_ticket_status.open": {"technician_notes"},
    "get_fault_ticket_status.in_progress": {"technician_notes"},
    "get_fault_ticket_status.resolved": {"technician_notes", "resolved_at", "resolution"},
    "get_fault_ticket_status.closed": {"technician_notes", "resolved_at", "resolution"},
    "get_fault_ticket_status.cancelled": {"technician_notes"},
    "get_available_packages.some": {"cheapest_package", "cheapest_fee"},
    "get_customer_profile.done": {"address"},
    "update_customer_contact.verify": {"old_value"},
    "update_customer_contact.done": {"old_value"},
}
"""Facts that a result may lack; the first answer, which code renders, does without them."""
ERRORS: dict[str, str] = {
    **dict.fromkeys(
        """
        VALIDATION_ERROR MULTIPLE_LINES TOOL_TIMEOUT OUTSIDE_SYSTEM_REFUSED
        LINE_NOT_FOUND IDEMPOTENCY_CONFLICT NO_BILL BILL_NOT_FOUND BILL_ALREADY_PAID INVALID_METHOD INSUFFICIENT_FUNDS
        CARD_DECLINED PAYMENT_SYSTEM_TIMEOUT QUOTA_NOT_FOUND INELIGIBLE_FOR_PACKAGE PACKAGE_CHANGE_FAILED
        INVALID_REGION TICKET_CREATION_FAILED TICKET_NOT_FOUND TICKET_ALREADY_CLOSED LINE_SUSPENDED
        INVALID_CONTACT_TYPE INVALID_CONTACT_VALUE LINE_ALREADY_SUSPENDED LINE_NOT_SUSPENDED ROAMING_ON_HOME_LINE
        """.split(),
        "",
    ),
    "OUTSIDE_SYSTEM_UNAVAILABLE": "system",
    "DUPLICATE_TICKET_FOUND": "ticket_id",
    "SIMILAR_TICKET_FOUND": "ticket_id",
    "PACKAGE_NOT_FOUND": "nearest",
    "INVALID_PACKAGE": "nearest",
    "COMMITMENT_EXISTS": "commitment_until cancellation_fee",
    "OUTSTANDING_BILL": "amount due_date",
    SAME_PACKAGE: "package",
    NO_TICKET: "",
}
TALK = """
    greeting thanks goodbye how_to out_of_scope misuse unclear person declined empty_result model_failed tool_failed
    angry unclear_again handover_failed out_of_reach condition_not_met too_many_steps step_fixed
    left_alone only_mentioned part_not_possible only_now own_account_only condition_not_watched bereaved
    acknowledged correction_unclear
""".split()

LISTS = frozenset("services bills payments packages active_outages phone_numbers".split())
FREE_TEXT = frozenset(
    "resolution technician_notes note issue_description suspension_reason data_package nearest".split()
)
COUNTS = frozenset(
    """
    total_count total_payments internet_gb voice_minutes sms_count international_minutes internet_remaining_gb
    voice_remaining_minutes sms_remaining contract_duration download_speed_mbps upload_speed_mbps ping_ms
    max_suspension_days suspension_duration_days
    """.split()
)
KINDS = (MONEY, DATES | MOMENTS, COUNTS, PERCENT)
CLAUSE_END = re.compile(r"(?<=[.;:!?,])\s+")
NUMBER_WORDS = {
    "tr": """
        sıfır iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli altmış yetmiş seksen doksan yüz yüzde bin
        milyon milyar yarım buçuk çeyrek ikinci üçüncü dördüncü beşinci birinci ikisi üçü ikişer düzine
    """.split(),
    "en": """
        zero two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty
        ninety hundred thousand million half second third twice percent
    """.split(),
}


def load(language: str) -> dict[str, Any]:
    path = Path(approved.__file__).with_name(LANGUAGES[language])
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def all_groups(language: str) -> list[tuple[str, str, list[str], set[str]]]:
    """Every group of answers: its kind, its name, the answers, and the facts that they may name."""
    data = load(language)
    groups = [
        ("outcome", f"{operation}.{outcome}", answers, set(OUTCOMES[operation][outcome].split()))
        for operation, outcomes in data["operations"].items()
        for outcome, answers in outcomes.items()
    ]
    groups += [("error", code, answers, set(ERRORS[code].split())) for code, answers in data["errors"].items()]
    return groups + [("small_talk", topic, answers, set()) for topic, answers in data["small_talk"].items()]


def clauses(answer: str) -> list[str]:
    return CLAUSE_END.split(answer)


def codes_of(kind: type[ToolError]) -> set[str | None]:
    """Return the codes of an error class and of all below it."""
    return {getattr(kind, "code", None)}.union(*map(codes_of, kind.__subclasses__()))


both_languages = pytest.mark.parametrize("language", LANGUAGES)


@both_languages
def test_files_cover_every_situation(language: str) -> None:
    data = load(language)
    assert {name: set(outcomes) for name, outcomes in data["operations"].items()} == {
        name: set(outcomes) for name, outcomes in OUTCOMES.items()
    }
    assert set(data["errors"]) == set(ERRORS)
    assert set(data["small_talk"]) == set(TALK)


def test_errors_with_answers_are_those_that_an_operation_can_raise() -> None:
    assert set(ERRORS) - {SAME_PACKAGE, NO_TICKET} == {code for code in codes_of(ToolError) if code}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_an_error_offers_by_a_question_a_yes_takes_up(language: str) -> None:
    asks = {"tr": "ister misiniz", "en": "would you like me"}[language]
    answers = approved.shipped_answers()
    for code, texts in answers.by_language[language]["errors"].items():
        for said in (text for text in texts if asks in turkish.lower(text)):
            assert answers.offer(code, said, language) or answers.offers_person(said, language), (code, said)


@both_languages
def test_every_situation_has_enough_different_answers(language: str) -> None:
    few = {
        name: len(set(answers))
        for kind, name, answers, _ in all_groups(language)
        if len(set(answers)) < FEWEST[language][kind] or len(set(answers)) != len(answers)
    }
    assert few == {}


@both_languages
def test_answers_name_only_allowed_facts(language: str) -> None:
    strange = [
        (name, answer)
        for _, name, answers, allowed in all_groups(language)
        for answer in answers
        if not set(FIELD.findall(answer)) <= allowed or re.search(r"[{}]", FIELD.sub("", answer))
    ]
    assert strange == []


@both_languages
def test_answers_have_no_figure_of_their_own(language: str) -> None:
    words = set(NUMBER_WORDS[language])
    figures = []
    for _, name, answers, _ in all_groups(language):
        for answer in answers:
            text = FIELD.sub(" ", answer)
            if re.search(r"\d", text) or words & set(re.findall(r"[^\W\d_]+", turkish.lower(text))):
                figures.append((name, answer))
    assert figures == []


@both_languages
def test_a_fact_carries_no_suffix(language: str) -> None:
    glued = [
        (name, answer)
        for _, name, answers, _ in all_groups(language)
        for answer in answers
        if re.search(r"\}['’\w]|\w\{", answer)
    ]
    assert glued == []


@both_languages
def test_each_figure_stands_beside_a_stem_of_its_role(language: str) -> None:
    roles = load(language)["roles"]
    unproven = []
    for _, name, answers, _ in all_groups(language):
        for answer in answers:
            for clause in clauses(answer):
                words = turkish.lower(FIELD.sub(" ", clause))  # as the grounder does, in both languages
                unproven += [
                    (name, field, clause)
                    for field in FIELD.findall(clause)
                    if roles[field] and not any(stem in words for stem in roles[field])
                ]
    assert unproven == []


@both_languages
def test_no_clause_holds_two_figures_of_a_kind(language: str) -> None:
    ambiguous = [
        (name, clause)
        for _, name, answers, _ in all_groups(language)
        for answer in answers
        for clause in clauses(answer)
        for kind in KINDS
        if len({field for field in FIELD.findall(clause) if field in kind}) > 1
    ]
    assert ambiguous == []


@both_languages
def test_no_fact_is_named_twice(language: str) -> None:
    twice = [
        (name, answer)
        for _, name, answers, _ in all_groups(language)
        for answer in answers
        if len(FIELD.findall(answer)) != len(set(FIELD.findall(answer)))
    ]
    assert twice == []


@both_languages
def test_lists_and_free_text_stand_last_after_a_colon(language: str) -> None:
    misplaced = [
        (name, answer)
        for _, name, answers, _ in all_groups(language)
        for answer in answers
        for field in set(FIELD.findall(answer)) & (LISTS | FREE_TEXT)
        if not answer.endswith(f": {{{field}}}")
    ]
    assert misplaced == []


@both_languages
def test_first_answer_needs_no_fact_that_may_be_missing(language: str) -> None:
    needy = {
        name: answers[0]
        for _, name, answers, _ in all_groups(language)
        if set(FIELD.findall(answers[0])) & MAY_BE_MISSING.get(name, set())
    }
    # The fuller answer comes first here; those that do without follow, and code takes the first that fits.
    assert set(needy) <= {"setup_autopay.on", "get_available_packages.some"}


@both_languages
def test_some_answer_fits_without_the_facts_that_may_be_missing(language: str) -> None:
    helpless = [
        name
        for _, name, answers, _ in all_groups(language)
        if not any(not set(FIELD.findall(answer)) & MAY_BE_MISSING.get(name, set()) for answer in answers)
    ]
    assert helpless == []


def mixtures(answers: list[str]) -> Iterator[str]:
    """Yield the texts that constrained decoding can make of the answers: they may cross over at two shared words."""
    follow: dict[tuple[str, str], set[str]] = {}
    for answer in answers:
        words = ("", "", *answer.split(), "")
        for before, last, word in zip(words, words[1:], words[2:], strict=False):
            follow.setdefault((before, last), set()).add(word)
    open_paths: list[tuple[str, ...]] = [("", "")]
    while open_paths:
        path = open_paths.pop()
        assert len(path) < 100, f"the answers can go round in a circle: {' '.join(path[:40])}"
        for word in follow[path[-2], path[-1]]:
            if word:
                open_paths.append((*path, word))
            else:
                yield " ".join(path[2:])


@both_languages
def test_mixed_answers_name_what_all_answers_name_and_nothing_twice(language: str) -> None:
    wrong = []
    for _, name, answers, _ in all_groups(language):
        named_by_all = set.intersection(*(set(FIELD.findall(answer)) for answer in answers))
        for answer in mixtures(answers):
            fields = FIELD.findall(answer)
            if len(fields) != len(set(fields)) or not named_by_all <= set(fields):
                wrong.append((name, answer))
    assert wrong == []


def test_both_languages_name_the_same_roles() -> None:
    turkish_roles, english_roles = load("tr")["roles"], load("en")["roles"]
    assert set(turkish_roles) == set(english_roles)
    named = {field for language in LANGUAGES for *_, allowed in all_groups(language) for field in allowed}
    assert named <= set(turkish_roles)
