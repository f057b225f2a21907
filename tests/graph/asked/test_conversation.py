"""Facts of the conversation itself follow from what it has said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from graph.asked import conversation
from graph.asked.conversation import Spoken, value_of
from graph.asked.restrictions import Restriction
from graph.asked.values import Finding, Item, Listing, Parts
from graph.state import Figure, SaidFact


def money(value: str, label: str = "", *, listed: bool = False) -> Figure:
    figure = Figure(label=label, kind="money", value=value)
    return Figure(label=label, kind="money", value=value, listed=True) if listed else figure


def count(value: str) -> Figure:
    return Figure(label="", kind="number", value=value)


def fact(name: str, *figures: Figure) -> SaidFact:
    return SaidFact(fact=name, restriction={}, figures=list(figures))


def spoken(
    *facts: SaidFact, answer: str = "", topics: Sequence[str] = (), restriction: Restriction | None = None
) -> Spoken:
    return Spoken(facts, answer, topics, restriction or Restriction())


MARCH, APRIL = money("234.65", "Mart 2026"), money("199.90", "Nisan 2026")
TWO_BILLS = spoken(fact("month_bill", MARCH), fact("month_bill", APRIL))


def test_difference_is_that_of_the_last_two_figures() -> None:
    values = {"difference": Decimal("34.75"), "first": Decimal("234.65"), "second": Decimal("199.90")}
    assert conversation.said_difference(TWO_BILLS) == Finding("differ", values)
    same = conversation.said_difference(spoken(fact("month_bill", MARCH), fact("month_bill", MARCH)))
    assert same is not None
    assert same.variant == "same"


def test_sum_is_that_of_the_last_two_figures() -> None:
    parts = Parts([Decimal("234.65"), Decimal("199.90")])
    assert conversation.said_sum(TWO_BILLS) == Finding("value", {"amount": Decimal("434.55"), "parts": parts})


def test_higher_and_lower_are_named() -> None:
    higher = {"amount": Decimal("234.65"), "name": "Mart 2026", "difference": Decimal("34.75")}
    assert conversation.said_higher(TWO_BILLS) == Finding("value", higher)
    lower = {"amount": Decimal("199.90"), "name": "Nisan 2026", "difference": Decimal("34.75")}
    assert conversation.said_lower(TWO_BILLS) == Finding("value", lower)


def test_equal_figures_are_neither_higher_nor_lower() -> None:
    tied = spoken(fact("month_bill", MARCH), fact("month_bill", money("234.65", "Mayıs 2026")))
    for find in (conversation.said_higher, conversation.said_lower):
        found = find(tied)
        assert found is not None
        assert found.variant == "same"


def test_figure_without_a_name_is_named_by_its_value() -> None:
    found = conversation.said_higher(spoken(fact("sms_left", count("800")), fact("minutes_left", count("1350"))))
    assert found == Finding("value", {"amount": 1350, "name": 1350, "difference": 550})


def test_figures_of_another_kind_lie_between_without_harm() -> None:
    mixed = spoken(fact("month_bill", MARCH), fact("sms_left", count("800")), fact("month_bill", APRIL))
    found = conversation.said_difference(mixed)
    assert found is not None
    assert found.values["difference"] == Decimal("34.75")


def test_compared_months_are_the_pair_and_their_difference_is_none_of_it() -> None:
    compared = spoken(
        fact(
            "months_compare", money("34.75", "Mart 2026"), money("234.65", "Mart 2026"), money("199.90", "Mart 2026"),
            money("234.65", "Mart 2026", listed=True), money("199.90", "Nisan 2026", listed=True),
        )
    )  # fmt: skip
    difference, total = conversation.said_difference(compared), conversation.said_sum(compared)
    assert difference is not None
    assert difference.values["difference"] == Decimal("34.75")
    assert total is not None
    assert total.values["amount"] == Decimal("434.55")
    lower = {"amount": Decimal("199.90"), "name": "Nisan 2026", "difference": Decimal("34.75")}
    assert conversation.said_lower(compared) == Finding("value", lower)


def test_sum_of_a_list_leaves_out_the_sum_that_was_said_with_it() -> None:
    extras = fact(
        "bill_extras", money("72.30"), money("59.90", "Ek paket", listed=True), money("12.40", "Mesaj", listed=True)
    )
    found = conversation.said_sum(spoken(extras))
    assert found is not None
    assert found.values == {"amount": Decimal("72.30"), "parts": Parts([Decimal("59.90"), Decimal("12.40")])}


@pytest.mark.parametrize("said", [spoken(), spoken(fact("month_bill", MARCH)), spoken(fact("package_name"))])
def test_fewer_than_two_figures_are_not_compared(said: Spoken) -> None:
    finders = (
        conversation.said_difference, conversation.said_sum, conversation.said_higher, conversation.said_lower,
    )  # fmt: skip
    assert [find(said) for find in finders] == [None] * 4


@pytest.mark.parametrize(
    ("restriction", "months", "amount"),
    [
        (Restriction(), 12, "2398.80"),
        (Restriction(last=6), 6, "1199.40"),
        (Restriction(last=6, whole_year=True), 12, "2398.80"),
    ],
)
def test_last_amount_is_reckoned_for_a_year_or_some_months(restriction: Restriction, months: int, amount: str) -> None:
    found = conversation.said_yearly(spoken(fact("month_bill", APRIL), restriction=restriction))
    assert found == Finding("value", {"amount": Decimal(amount), "count": months, "first": Decimal("199.90")})


def test_nothing_said_is_not_reckoned_or_repeated() -> None:
    assert conversation.said_yearly(spoken()) is None
    assert conversation.repeat(spoken()) is None
    assert conversation.simpler(spoken()) is None


def test_last_answer_is_repeated_and_its_first_sentence_is_the_short_one() -> None:
    said = spoken(answer="Faturanız 10,00 TL. Ödenmiş.", topics=["Merhaba.", "Faturanız 10,00 TL."])
    assert conversation.repeat(said) == Finding("value", {"said": "Faturanız 10,00 TL. Ödenmiş."})
    assert conversation.simpler(said) == Finding("value", {"said": "Faturanız 10,00 TL."})


def test_summary_holds_the_last_five_subjects_once_each() -> None:
    said = spoken(topics=["a", "b", "a", "c", "d", "e", "f"])
    expected = Listing([Item(topic) for topic in "bcdef"])
    assert conversation.summarise(said) == Finding("value", {"items": expected})
    assert conversation.summarise(spoken()) == Finding("absent", {})


def test_value_of_a_figure_keeps_its_kind() -> None:
    assert value_of(money("199.90")) == Decimal("199.90")
    whole = value_of(count("800.0"))
    assert (whole, type(whole)) == (800, int)
    assert value_of(count("4.8")) == 4.8


def pending(operation: str, **preview: object) -> Spoken:
    return Spoken([], "", [], Restriction(), (operation, preview))


def test_cost_of_the_change_that_waits_is_that_of_its_preview() -> None:
    roaming = conversation.pending_cost(pending("enable_roaming", daily_fee="149.00"))
    assert roaming == Finding("enable_roaming", {"cost": Decimal("149.00"), "daily_fee": Decimal("149.00")})
    assert conversation.pending_cost(pending("enable_roaming", daily_fee=None)) is None
    assert conversation.pending_cost(spoken()) is None


@pytest.mark.parametrize(
    ("setup", "leaving", "variant"),
    [
        ("0", None, "change_package"), ("49.90", None, "change_package_setup"),
        ("49.90", "600", "change_package_leaving"),
    ],
)  # fmt: skip
def test_cost_of_a_package_names_what_is_paid_once(setup: str, leaving: str | None, variant: str) -> None:
    found = conversation.pending_cost(
        pending("change_package", monthly_fee="299.90", setup_fee=setup, cancellation_fee=leaving)
    )
    assert found is not None
    assert found.variant == variant


def test_day_of_the_change_that_waits_is_told_where_it_has_one() -> None:
    found = conversation.pending_when(pending("change_package", effective_date="2026-06-27"))
    assert found == Finding("value", {"date": date(2026, 6, 27)})
    assert conversation.pending_when(pending("pay_bill", amount="10")) is None


def test_told_difference_is_said_again() -> None:
    change = fact("bill_change", Figure(label="", kind="money", value="59.90", of="difference"), money("259.80"))
    found = conversation.said_difference(spoken(fact("bill_amount", money("199.90")), change))
    assert found == Finding("told", {"difference": Decimal("59.90")})


def test_amount_due_once_is_held_against_no_monthly_fee() -> None:
    fees = spoken(
        fact("named_fee", money("219.90")),
        fact("named_cancellation_fee", money("600")),
        fact("named_fee", money("199.90")),
    )
    found = conversation.said_difference(fees)
    assert found is not None
    assert found.values["difference"] == Decimal("20.00")
