"""Short questions that go on from what was said last."""

from __future__ import annotations

from datetime import date

import pytest

from graph.asked.restrictions import restriction_of
from graph.understanding.short_questions import (
    asks_if_included,
    asks_reopening_fee,
    asks_since_when,
    goes_on_from,
)

TICKET, BILL, CATALOGUE = "get_fault_ticket_status", "get_current_bill", "get_available_packages"


@pytest.mark.parametrize(
    ("message", "last", "needs", "fact"),
    [
        ("peki numarası", "ticket_created", TICKET, "ticket_number"), ("no", "bill_amount", BILL, "bill_number"),
        ("numaram ne", "package_name", "get_customer_package", None),
        ("34,75 nedir", "bill_items", BILL, "bill_item"), ("34,75 nedir", "ticket_created", TICKET, None),
        ("peki 250 lira olsa", "packages_under", CATALOGUE, "packages_under"),
        ("250", "packages_list", CATALOGUE, None),
        ("geri kalan paketler", "packages_list", CATALOGUE, "packages_list"),
        ("nisanda da var mıydı", "bill_items", BILL, "bill_items"), ("nisan", "bill_items", BILL, None),
    ],
)  # fmt: skip
def test_short_question_goes_on_from_the_last_fact(message: str, last: str, needs: str, fact: str | None) -> None:
    assert goes_on_from(message, restriction_of(message, date(2026, 6, 15)), last, {needs}) == fact


def test_reopening_is_that_of_the_line_where_one_is_suspended() -> None:
    assert asks_reopening_fee("hattı yeniden açmak ne kadar", spoken_of=False)
    assert asks_reopening_fee("açtırınca ne öderim", spoken_of=True)
    assert not asks_reopening_fee("açtırınca ne öderim", spoken_of=False)
    assert not asks_reopening_fee("hattı aç", spoken_of=True)


@pytest.mark.parametrize(
    ("message", "asks"),
    [("kaç gündür", True), ("peki ne zamandan beri", True), ("ne zaman ödedim", False), ("ne zaman", False)],
)
def test_since_when_alone_is_told_from_a_question_of_something(message: str, asks: bool) -> None:
    assert asks_since_when(message) is asks


def test_fee_of_leaving_is_asked_for_beside_a_move() -> None:
    assert asks_if_included("ceza da dahil mi") and not asks_if_included("vergi dahil mi")
