"""Facts of bills, worked out of results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from graph.asked import bills
from graph.asked import past_bills as of_months
from graph.asked.known import Known
from graph.asked.restrictions import Restriction
from graph.asked.values import Code, Finding, Item, Listing, Month, Parts, Period
from tests.graph.asked.samples import EXTRA, FEE, MESSAGES, current_bill, known, own_package, past_bills

PAST = past_bills(("2026-05", 259.8), ("2026-04", 199.9), ("2026-03", 234.65))
JUNE, MAY, APRIL, MARCH = (Month(2026, month) for month in (6, 5, 4, 3))


def billed(words: str = "", restriction: Restriction | None = None, **bill: Any) -> Known:
    """The three past bills and the newest one, of 259.80."""
    items = bill or {"fee": 199.9, "extra": 59.9}
    return known(words, restriction, get_current_bill=current_bill(**items), get_past_bills=PAST)


@pytest.mark.parametrize(
    ("status", "variant"),
    [("paid", "paid"), ("unpaid", "open"), ("overdue", "overdue"), ("processing", "other"), ("cancelled", "other")],
)
def test_state_of_the_newest_bill_decides_how_it_is_said(status: str, variant: str) -> None:
    found = known(get_current_bill=current_bill(status))
    expected = {"amount": Decimal("199.9"), "due_date": date(2026, 6, 25), "status": Code(status)}
    assert bills.bill_amount(found) == Finding(variant, expected)
    assert bills.bill_paid(found) == Finding(variant, expected)


@pytest.mark.parametrize(
    ("due", "status", "variant", "days"),
    [
        ("2026-06-25", "unpaid", "open", 10),
        ("2026-06-15", "unpaid", "open", 0),
        ("2026-06-06", "overdue", "overdue", 9),
        ("2026-06-25", "paid", "paid", 10),
        ("2026-06-25", "processing", "other", 10),
    ],
)
def test_days_until_or_since_the_due_date_are_counted(due: str, status: str, variant: str, days: int) -> None:
    found = bills.bill_due(known(get_current_bill=current_bill(status, due=due)))
    assert (found.variant, found.values["days"]) == (variant, days)


@pytest.mark.parametrize(
    ("due", "status", "variant"),
    [("2026-06-25", "paid", "paid_ahead"), ("2026-06-14", "paid", "paid"), ("2026-06-25", "processing", "other")],
)
def test_days_left_are_told_of_a_paid_bill_that_is_not_due_yet(due: str, status: str, variant: str) -> None:
    assert bills.bill_days_left(known(get_current_bill=current_bill(status, due=due))).variant == variant


def test_bill_of_one_item_names_it() -> None:
    found = bills.bill_items(known(get_current_bill=current_bill(fee=199.9)))
    assert found == Finding("one", {"item": FEE, "amount": Decimal("199.9")})


def test_bill_of_several_items_lists_them() -> None:
    items = Listing([Item(FEE, Decimal("199.9")), Item(EXTRA, Decimal("59.9"))])
    assert bills.bill_items(billed()) == Finding("several", {"items": items})


@pytest.mark.parametrize(
    ("words", "variant", "item"),
    [
        ("mesajlar ne kadar tutmuş", "value", MESSAGES),
        ("ek internet ücreti ne kadar", "value", EXTRA),
        ("internetten ne gelmiş", "value", EXTRA),
        ("Süper Konuşma ne kadar", "value", FEE),
        ("roaming var mı", "absent", None),
    ],
)
def test_item_is_the_one_that_shares_most_words(words: str, variant: str, item: str | None) -> None:
    bill = current_bill(fee=199.9, extra=59.9, messages=12.4)
    found = bills.bill_item(known(words, get_current_bill=bill))
    assert (found.variant, found.values.get("item")) == (variant, item)


def test_fees_alone_are_no_extras() -> None:
    assert bills.bill_extras(known(get_current_bill=current_bill(fee=199.9))) == Finding("none", {})


def test_one_extra_is_named_and_several_are_summed() -> None:
    assert bills.bill_extras(billed()) == Finding("one", {"amount": Decimal("59.9"), "item": EXTRA})
    several = bills.bill_extras(billed(fee=199.9, extra=59.9, messages=12.4))
    items = Listing([Item(EXTRA, Decimal("59.9")), Item(MESSAGES, Decimal("12.4"))])
    assert several == Finding("several", {"amount": Decimal("72.3"), "items": items})


@pytest.mark.parametrize(
    ("items", "variant", "difference"),
    [
        ({"fee": 259.8}, "same", "0"),
        ({"fee": 199.9, "extra": 59.9}, "same_items", "0"),
        ({"fee": 300.0}, "more", "40.2"),
        ({"fee": 259.8, "messages": 12.4}, "more_items", "12.4"),
        ({"fee": 199.9}, "less", "59.9"),
        ({"fee": 199.9, "messages": 12.4}, "less_items", "47.5"),
    ],
)
def test_change_is_the_difference_to_the_bill_before(items: dict[str, float], variant: str, difference: str) -> None:
    found = bills.bill_change(billed(**items))
    assert (found.variant, found.values["difference"]) == (variant, Decimal(difference))
    assert found.values["before"] == Decimal("259.8")


def test_change_of_package_between_two_bills_is_the_reason() -> None:
    own = {"package_name": "Mega İnternet", "monthly_fee": 259.8, "activation_date": "2026-04-20"}
    results = {"get_current_bill": current_bill(), "get_past_bills": PAST, "get_customer_package": own}
    found = bills.bill_change(known("mayıs faturam niye arttı", **results))
    assert found.variant == "package_more"
    assert found.values["package"] == "Mega İnternet"
    assert found.values["since"] == date(2026, 4, 20)
    assert bills.bill_change(known(**results)).variant == "less"  # the newest two have the same package


def test_first_bill_has_no_bill_before() -> None:
    first = known(get_current_bill=current_bill(), get_past_bills=past_bills())
    items = Listing([Item(FEE, Decimal("199.9"))])
    assert bills.bill_change(first) == Finding("first", {"amount": Decimal("199.9"), "items": items})


def test_debt_is_the_sum_of_open_bills() -> None:
    past = past_bills(("2026-05", 100.5, "overdue"), ("2026-04", 70))
    found = bills.debt(known(get_current_bill=current_bill(), get_past_bills=past))
    assert found == Finding("overdue", {"amount": Decimal("300.4"), "count": 2})
    later = bills.debt(known(get_current_bill=current_bill(), get_past_bills=past_bills(("2026-04", 70, "unpaid"))))
    assert later.variant == "some"


def test_payment_that_is_processing_is_neither_owed_nor_paid() -> None:
    past = past_bills(("2026-05", 100.5, "overdue"))
    found = bills.debt(known(get_current_bill=current_bill("processing"), get_past_bills=past))
    assert found == Finding("settling", {"amount": Decimal("100.5")})


def test_customer_who_has_paid_everything_owes_nothing() -> None:
    found = bills.debt(known(get_current_bill=current_bill("paid"), get_past_bills=PAST))
    assert found == Finding("none", {"amount": Decimal(0), "count": 0})


def test_bill_of_a_month_is_that_of_the_named_one_or_of_last_month() -> None:
    named = Finding("value", {"amount": Decimal("234.65"), "month": MARCH, "status": Code("paid")})
    assert of_months.month_bill(billed("mart faturam")) == named
    last = Finding("value", {"amount": Decimal("259.8"), "month": MAY, "status": Code("paid")})
    assert of_months.month_bill(billed("önceki")) == last
    assert of_months.month_bill(billed()) == last


def test_bill_in_january_of_last_month_is_that_of_december() -> None:
    january = known(
        "geçen ay", today=date(2026, 1, 20), get_current_bill=current_bill(day="2026-01-10"),
        get_past_bills=past_bills(("2025-12", 80)),
    )  # fmt: skip
    found = of_months.month_bill(january)
    assert (found.values["month"], found.values["amount"]) == (Month(2025, 12), Decimal(80))


def test_month_without_a_bill_is_told_to_have_none() -> None:
    assert of_months.month_bill(billed("ocak faturam")) == Finding("absent", {"month": Month(2026, 1)})
    assert of_months.month_paid(billed("ocak faturam")) == Finding("absent", {"month": Month(2026, 1)})
    assert of_months.bill_paid_date(billed("ocak faturam")) == Finding("absent", {"month": Month(2026, 1)})
    assert of_months.month_bill(billed("ocak ve şubat")) == Finding("absent", {"month": Month(2026, 1)})


def test_several_months_are_listed_in_the_order_named() -> None:
    found = of_months.month_bill(billed("mart, mayıs ve ocak"))
    items = [Item(MARCH, Decimal("234.65"), Code("paid")), Item(MAY, Decimal("259.8"), Code("paid"))]
    assert found == Finding("several", {"items": Listing(items)})


def test_newest_bill_of_last_month_keeps_its_month() -> None:
    late = known("haziran", get_current_bill=current_bill(day="2026-05-22"), get_past_bills=past_bills())
    assert of_months.month_bill(late).values["month"] == MAY
    assert of_months.month_paid(late).values["month"] == MAY


@pytest.mark.parametrize(
    ("status", "variant"),
    [("paid", "paid"), ("unpaid", "open"), ("overdue", "open"), ("processing", "other"), ("cancelled", "other")],
)
def test_month_is_paid_only_where_its_bill_is(status: str, variant: str) -> None:
    past = past_bills(("2026-05", 100, status))
    found = of_months.month_paid(known("mayıs", get_current_bill=current_bill(), get_past_bills=past))
    assert (found.variant, found.values["month"]) == (variant, MAY)


@pytest.mark.parametrize(
    ("words", "month", "other", "difference"),
    [
        ("mart ile nisanı karşılaştır", MARCH, APRIL, "34.75"),
        ("nisan ile mart", MARCH, APRIL, "34.75"),
        ("martı karşılaştır", JUNE, MARCH, "25.15"),
        ("nisan ile haziran arasındaki fark", JUNE, APRIL, "59.9"),
    ],
)
def test_compared_months_name_the_higher_one_first(words: str, month: Month, other: Month, difference: str) -> None:
    found = of_months.months_compare(billed(words))
    first_is_lower = words.startswith("nisan")
    assert found.variant == ("lower" if first_is_lower else "differ")
    assert (found.values["month"], found.values["other_month"]) == (month, other)
    assert found.values["difference"] == Decimal(difference)


def test_compared_months_of_one_amount_are_the_same() -> None:
    found = of_months.months_compare(billed())
    assert found.variant == "same"
    assert (found.values["amount"], found.values["difference"]) == (Decimal("259.8"), Decimal(0))


def test_month_without_a_bill_is_not_compared() -> None:
    assert of_months.months_compare(billed("ocak ile mart")) == Finding("absent", {"month": Month(2026, 1)})
    late = known("bu ay ile geçen ay", get_current_bill=current_bill(day="2026-05-22"), get_past_bills=past_bills())
    assert of_months.months_compare(late) == Finding("absent", {"month": JUNE})
    only = known(get_current_bill=current_bill(), get_past_bills=past_bills())
    assert of_months.months_compare(only) == Finding("absent", {"month": JUNE})


def test_list_of_bills_holds_what_was_asked_for() -> None:
    def months(words: str) -> list[Month]:
        found = of_months.bills_list(billed(words))
        assert found.values["count"] == len(found.values["items"].items)
        return [item.label for item in found.values["items"].items]

    assert months("") == [JUNE, MAY, APRIL, MARCH]
    assert months("son 2 fatura") == [JUNE, MAY]
    assert months("mart ve nisan") == [APRIL, MARCH]
    assert months("2026 faturalarım") == [JUNE, MAY, APRIL, MARCH]


def test_list_of_bills_shows_five_unless_all_are_wanted() -> None:
    past = past_bills(*((f"2025-{month:02d}", 100) for month in range(12, 5, -1)))
    assert of_months.bills_list(known("", get_past_bills=past)).values["count"] == 5
    assert of_months.bills_list(known("hepsi", get_past_bills=past)).values["count"] == 7
    assert of_months.bills_list(known("", get_past_bills=past_bills())).variant == "absent"


def test_sum_and_average_are_exact() -> None:
    total = of_months.bills_total(billed())
    assert total == Finding("value", {"amount": Decimal("954.15"), "period": Period(4), "count": 4})
    average = of_months.bills_average(billed())  # 238.5375
    assert average.values["amount"] == Decimal("238.54")
    assert of_months.bills_total(billed("son 3 ay")).values["amount"] == Decimal("719.5")
    assert of_months.bills_total(billed("geçen yıl")) == Finding("absent", {})


def test_sum_of_named_months_names_them() -> None:
    found = of_months.bills_total(billed("nisan ve mart"))
    period = Period(2, named=(MARCH, APRIL))
    assert found == Finding("value", {"amount": Decimal("434.55"), "period": period, "count": 2})


def test_highest_and_lowest_name_their_month() -> None:
    assert of_months.bills_lowest(billed()) == Finding("value", {"amount": Decimal("199.9"), "month": APRIL})
    assert of_months.bills_highest(billed("nisan ve mart")).values["month"] == MARCH
    assert of_months.bills_highest(known(get_past_bills=past_bills())) == Finding("absent", {})


def test_tie_names_every_month() -> None:
    tied = Finding("several", {"amount": Decimal("259.8"), "months": Parts([JUNE, MAY], ", ")})
    assert of_months.bills_highest(billed()) == tied


def test_day_of_payment_is_that_of_the_named_or_newest_bill() -> None:
    assert of_months.bill_paid_date(billed("mart")) == Finding("value", {"date": date(2026, 3, 15), "month": MARCH})
    assert of_months.bill_paid_date(billed()) == Finding("open", {"month": JUNE, "amount": Decimal("259.8")})


def test_bill_of_this_month_that_has_not_come_is_said_to_be_so() -> None:
    found = of_months.month_bill(known("haziran faturam", **newest_of_may()))
    assert (found.variant, found.values["amount"]) == ("not_yet", Decimal("199.9"))
    assert (found.values["asked_month"], found.values["month"]) == (JUNE, MAY)


def newest_of_may() -> dict[str, Any]:
    return {"get_current_bill": current_bill(day="2026-05-22", due="2026-06-06"), "get_past_bills": past_bills()}


def test_bill_of_one_line_is_the_fee_of_its_package() -> None:
    found = bills.line_bill(known(get_current_bill=current_bill(), get_customer_package=own_package("Süper Konuşma")))
    assert (found.values["fee"], found.values["package"]) == (Decimal("199.9"), "Süper Konuşma")
    assert found.values["amount"] == Decimal("199.9")


@pytest.mark.parametrize(
    ("method", "status", "variant"),
    [(None, "unpaid", "absent"), ("credit_card", "unpaid", "next"), ("credit_card", "paid", "value")],
)
def test_automatic_payment_is_on_by_its_method(method: str | None, status: str, variant: str) -> None:
    found = bills.autopay_on(known(get_current_bill={**current_bill(status), "autopay_method": method}))
    assert found.variant == variant
    assert found.values.get("method") == method


def test_bill_without_an_item_is_the_rest() -> None:
    bill = current_bill(fee=199.9, extra=59.9)
    found = bills.bill_without_item(known("ek internet paketini almasaydım", get_current_bill=bill))
    assert (found.variant, found.values["rest"]) == ("rest", Decimal("199.9"))
    assert bills.bill_without_item(known("kasko olmasaydı", get_current_bill=bill)).variant == "absent"


def test_two_named_months_are_told_apart_whichever_comes_first() -> None:
    past = past_bills(("2026-05", 534.65), ("2026-04", 499.9), ("2026-03", 400.0))
    asked = known("mayısta nisana göre niye fazla", get_current_bill=current_bill(), get_past_bills=past)
    found = bills.bill_change(asked)
    assert (found.variant, found.values["difference"]) == ("more_unexplained", Decimal("34.75"))
    assert found.values["before"] == Decimal("499.9")


@pytest.mark.parametrize(("status", "variant"), [("overdue", "overdue"), ("unpaid", "some"), ("paid", "none")])
def test_reminder_is_explained_by_what_is_owed(status: str, variant: str) -> None:
    results = {"get_current_bill": current_bill(status, due="2026-06-06"), "get_past_bills": past_bills()}
    found = bills.debt_why(known(**results))
    assert (found.variant, found.values["days"]) == (variant, 9)


def test_same_bill_of_several_packages_lists_them() -> None:
    newest = current_bill()
    newest["services"] = [{"service_name": f"{name} aylık ücreti", "amount": 99.95} for name in ("Temel", "Pro")]
    found = bills.bill_change(known(get_current_bill=newest, get_past_bills=past_bills(("2026-05", 199.9))))
    assert found.variant == "same_several"
    assert [item.label for item in found.values["items"].items] == ["Temel aylık ücreti", "Pro aylık ücreti"]


@pytest.mark.parametrize(
    ("words", "variant"),
    [("199,90 lira gelen fatura hangi aydı", "several"), ("259,80 gelen hangi aydı", "value"), ("500 TL gelen", "none"),
     ("o yüksek gelen hangi aydı", "unstated")],
)  # fmt: skip
def test_bill_is_found_by_its_amount(words: str, variant: str) -> None:
    bills_of_year = past_bills(("2026-06", 259.8), ("2026-05", 199.9), ("2026-04", 199.9))
    found = of_months.bill_by_amount(known(words, get_current_bill=current_bill(), get_past_bills=bills_of_year))
    assert found.variant == variant


@pytest.mark.parametrize(
    ("bill", "line", "variant"),
    [("overdue", "active", "overdue"), ("paid", "active", "fine"), ("overdue", "suspended", "suspended")],
)
def test_what_keeps_a_line_from_being_suspended(bill: str, line: str, variant: str) -> None:
    profile = {"phone_numbers": [{"number": "05000000002", "status": line}]}
    found = bills.suspend_why(
        known(get_current_bill=current_bill(bill), get_past_bills=past_bills(), get_customer_profile=profile)
    )
    assert found.variant == variant


def test_late_fee_is_the_operators_share_of_the_bill() -> None:
    owed = bills.late_fee(known(get_current_bill=current_bill("unpaid", fee=200.0)))
    assert (owed.variant, owed.values["fee"]) == ("open", Decimal("7.00"))
    assert bills.late_fee(known(get_current_bill=current_bill("paid", fee=200.0))).variant == "paid"
    late = bills.late_fee(known(get_current_bill=current_bill("overdue", due="2026-06-06", fee=200.0)))
    assert (late.variant, late.values["days"]) == ("overdue", 9)


def test_highest_and_lowest_item_of_a_bill() -> None:
    bill = current_bill(fee=199.9, extra=59.9)
    assert bills.bill_top_item(known("en pahalı kalem hangisi", get_current_bill=bill)).values["amount"] == Decimal(
        "199.9"
    )
    assert bills.bill_top_item(known("en düşük kalem", get_current_bill=bill)).variant == "lowest"
