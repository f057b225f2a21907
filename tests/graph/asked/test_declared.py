"""Facts are read from their files; an entry that cannot be used is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from graph.asked import pending
from graph.asked.declared import GENERAL, KNOWLEDGE, NONE, FactsUnusable, load_facts
from graph.asked.values import Finding
from tests.graph.asked.samples import current_bill, known

ASKED = "asked: {tr: ne, en: what}"
SAID = "said: {value: {tr: A., en: [B., C.]}}"


def write(folder: Path, *entries: str, name: str = "some.yaml") -> Path:
    (folder / name).write_text("\n".join(entries), encoding="utf-8")
    return folder


def entry(name: str, *lines: str) -> str:
    return "\n".join([f"{name}:", *(f"  {line}" for line in lines)])


def test_entry_becomes_a_fact(tmp_path: Path) -> None:
    lines = (ASKED, "needs: [get_current_bill]", "uses: [get_past_bills]", "by: bill_paid", SAID)
    found = load_facts(write(tmp_path, entry("paid", *lines))).facts["paid"]
    assert (found.name, found.asked) == ("paid", {"tr": "ne", "en": "what"})
    assert (found.needs, found.uses) == (["get_current_bill"], ["get_past_bills"])
    assert found.said == {"value": {"tr": ["A."], "en": ["B.", "C."]}}
    assert found.find is not None
    assert found.find(known(get_current_bill=current_bill("paid"))).variant == "paid"


def test_fact_of_the_conversation_is_not_worked_out(tmp_path: Path) -> None:
    assert load_facts(write(tmp_path, entry("repeat", ASKED))).facts["repeat"].find is None


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("needs: [get_current_bill]",), "broken needs the line `asked`"),
        (("asked: {tr: ne}",), "broken needs the line `asked`"),
        ((ASKED, "said: {value: {tr: A.}}"), "broken.value needs a sentence"),
        ((ASKED, "by: no_such_function"), "no_such_function, which no module has"),
        ((ASKED, "becomes: {month: nothing}"), "broken becomes nothing"),
        ((ASKED, "becomes: {weekday: broken}"), "broken becomes another one by weekday"),
        ((ASKED, SAID, 'polar: {other: "yes"}'), "broken needs .* for each `polar` variant"),
        ((ASKED, SAID, "polar: {value: yes}"), "broken needs .* for each `polar` variant"),  # YAML reads true
        ((ASKED, "fields: {on: op.field}"), "broken has a field whose name is no text"),
    ],
)
def test_entry_that_cannot_be_used_is_named(tmp_path: Path, lines: tuple[str, ...], problem: str) -> None:
    with pytest.raises(FactsUnusable, match=problem):
        load_facts(write(tmp_path, entry("broken", *lines)))


def test_fact_without_its_line_is_reached_from_another_one_only(tmp_path: Path) -> None:
    first = entry("first", ASKED, "becomes: {month: second, why: second}")
    found = load_facts(write(tmp_path, first, entry("second", "by: bill_paid", SAID)))
    assert found.facts["second"].asked == {}
    assert found.facts["first"].becomes == {"month": "second", "why": "second"}
    assert list(found.question["criteria"]) == ["first"]


def test_words_that_affirm_and_turn_a_question_are_read(tmp_path: Path) -> None:
    lines = (ASKED, SAID, 'polar: {value: "yes"}', "turned_by: [kapali]")
    found = load_facts(write(tmp_path, entry("state", *lines))).facts["state"]
    assert (found.polar, found.turned_by) == ({"value": "yes"}, ["kapali"])


def test_fact_of_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, entry("twice", ASKED), name="a.yaml")
    with pytest.raises(FactsUnusable, match=r"b\.yaml: twice is declared twice"):
        load_facts(write(tmp_path, entry("twice", ASKED), name="b.yaml"))


def test_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert load_facts(write(tmp_path, "# nothing yet")).facts == {}


def test_field_is_looked_up_by_its_path(tmp_path: Path) -> None:
    fields = "fields: {day: get_current_bill.bill_date, fee: get_package_details.monthly_fee}"
    found = load_facts(write(tmp_path, entry("field", ASKED, fields))).facts["field"]
    assert found.find is not None
    results = {"get_current_bill": current_bill(), "get_package_details": {"monthly_fee": 299.9}}
    assert found.find(known(**results)) == Finding("value", {"day": date(2026, 6, 10), "fee": Decimal("299.9")})


@pytest.mark.parametrize(
    ("value", "variant"), [(True, "yes"), (False, "no"), (None, "absent"), ("", "absent"), ("x", "value"), (0, "value")]
)
def test_asked_field_decides_the_variant(tmp_path: Path, value: object, variant: str) -> None:
    found = load_facts(write(tmp_path, entry("field", ASKED, "fields: {wanted: op.deep.field}"))).facts["field"]
    assert found.find is not None
    assert found.find(known(op={"deep": {"field": value}})) == Finding(variant, {"wanted": value})


def test_question_offers_every_fact_by_its_line() -> None:
    catalogue = load_facts()
    by_others = {
        "month_paid", "month_reference", "slow_why", "line_why", "roaming_why", "debt_why", "bill_without_item",
        "line_bill", "autopay_on", "packages_commitment", "pending_cost", "pending_when",
        "payments_highest", "payments_lowest", "packages_which", "package_allowed",
        "named_audience", "roaming_fee", "named_roaming_fee", "late_fee", "bill_top_item",
        "past_items", "line_would_end", "line_ends_when", "line_fee_most", "next_bill_date", "suspended_since",
        "move_cost", "minutes_daily", "reactivation_cost",
        *pending.FIND,
    }  # fmt: skip
    assert set(catalogue.question["criteria"]) == set(catalogue.facts) - by_others
    assert catalogue.question["criteria"]["bill_number"] == "faturanın numarası"
    assert catalogue.second_question["criteria"] == catalogue.question["criteria"]
    assert catalogue.second_question["instructions"] != catalogue.question["instructions"]
    assert {GENERAL, KNOWLEDGE, NONE} <= set(catalogue.facts)


def test_facts_of_an_operation_are_those_that_need_it() -> None:
    names = {fact.name for fact in load_facts().of("test_internet_speed")}
    assert names == {"speed_download", "speed_upload", "speed_ping", "speed_quality", "speed_server", "slow_why"}
