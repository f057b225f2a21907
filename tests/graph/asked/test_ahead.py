"""Facts of the days ahead that follow from the newest bill."""

from __future__ import annotations

from datetime import date

import pytest

from graph.asked import ahead
from tests.graph.asked.samples import current_bill, known, past_bills

PAST = past_bills(("2026-05", 199.9), ("2026-04", 199.9))


def test_next_bill_comes_a_month_after_the_newest_one() -> None:
    found = ahead.next_bill_date(known(get_current_bill=current_bill(), get_past_bills=PAST))
    assert (found.variant, found.values["date"], found.values["days"]) == ("value", date(2026, 7, 10), 25)


def test_day_of_the_next_bill_is_not_told_where_bills_come_on_other_days() -> None:
    other = current_bill(day="2026-06-12")
    assert ahead.next_bill_date(known(get_current_bill=other, get_past_bills=PAST)).variant == "untold"


@pytest.mark.parametrize(
    ("status", "due", "words", "variant"),
    [
        ("unpaid", "2026-06-25", "hattım kapanır mı", "open"),
        ("overdue", "2026-06-06", "hattım kapanır mı", "overdue"),
        ("paid", "2026-06-25", "hattım kapanır mı", "paid"), ("processing", "2026-06-25", "hattım kapanır mı", "other"),
        ("unpaid", "2026-06-25", "ödemezsem hattım kapanır mı", "if_unpaid"),
        ("paid", "2026-06-25", "ödemezsem hattım kapanır mı", "rule"),
        ("overdue", "2026-05-10", "hattım kapanır mı", "older"),
    ],
)  # fmt: skip
def test_debt_cuts_a_line_off_only_where_there_is_one(status: str, due: str, words: str, variant: str) -> None:
    found = ahead.line_would_end(known(words, get_current_bill=current_bill(status, due=due), get_past_bills=PAST))
    assert found.variant == variant


def test_days_count_from_the_due_date_of_the_bill() -> None:
    bill = current_bill("overdue", due="2026-06-06")
    found = ahead.line_would_end(known(get_current_bill=bill, get_past_bills=PAST)).values
    assert (found["stops"], found["days"], found["closes"]) == (date(2026, 7, 6), 21, date(2026, 9, 4))


def test_older_unpaid_bill_has_no_day_in_the_records() -> None:
    past = past_bills(("2026-05", 199.9, "overdue"))
    found = ahead.line_would_end(known(get_current_bill=current_bill("paid"), get_past_bills=past))
    assert found.variant == "older"


def test_items_of_a_past_bill_are_not_kept_and_its_amount_is() -> None:
    found = ahead.past_items(known("nisan", get_current_bill=current_bill(), get_past_bills=PAST))
    assert (found.variant, found.values["month"]) == ("value", (2026, 4))
    assert ahead.past_items(known("ocak", get_current_bill=current_bill(), get_past_bills=PAST)).variant == "absent"
