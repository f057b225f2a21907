"""The form of a question shows its fact where the reading leaves it open."""

from __future__ import annotations

from datetime import date

import pytest

from graph.asked.restrictions import restriction_of
from graph.understanding.asked_forms import asks_for_autopay, by_form
from tests.graph.understanding.conftest import Read, operations

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("message", "operation", "packages", "facts"),
    [
        ("hangisi iyi", "get_package_details", 2, ["packages_compare"]),
        ("benimki mi o mu", "get_available_packages", 1, ["packages_compare"]),
        ("taahhütsüz olanlar hangileri", "get_available_packages", 0, ["packages_list"]),
        ("paketler", "get_available_packages", 0, []),
        ("dün akşam internet neden gitti", "check_network_status", 0, ["line_why"]),
        ("internet gitti", "check_network_status", 0, []),
        ("neden böyle", "get_past_bills", 0, ["bill_change"]),
        ("niye borç mesajı atıyorsunuz", "get_current_bill", 0, ["debt_why"]),
        ("mart ödendi mi", "get_past_bills", 0, ["month_paid"]),
        ("adresim", "get_customer_profile", 0, []),
    ],
)
def test_form_shows_the_fact(message: str, operation: str, packages: int, facts: list[str]) -> None:
    assert by_form(message, restriction_of(message, TODAY), {operation}, packages) == facts


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("otomatik ödeme açık mı", True), ("otomatik ödeme talimatım var mı", True),
        ("otomatik ödemem hangi kartta", True), ("is my autopay on?", True), ("otomatik ödeme kurar mısın", False),
        ("otomatik ödemeyi aç", False), ("ödemem var mı", False),
    ],
)  # fmt: skip
def test_question_for_automatic_payment_is_no_wish_for_it(message: str, asks: bool) -> None:
    assert asks_for_autopay(message, restriction_of(message, TODAY)) is asks


@pytest.mark.asyncio(loop_scope="module")
async def test_automatic_payment_is_asked_for_though_a_change_was_read(read: Read) -> None:
    found = await read("otomatik ödemem var mı", {"last_payment_method": 0.7}, intents={"setup_autopay": 0.99})
    assert [each["fact"] for each in found["asked"]] == ["autopay_on"]
    assert operations(found) == ["get_current_bill"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("customer", "fact"), [(7, "line_bill"), (1, "bill_amount")])
async def test_bill_of_one_of_several_lines_is_its_part(read: Read, customer: int, fact: str) -> None:
    message = "ana hattımın faturası ne kadar"
    found = await read(message, {"bill_amount": 0.9}, intents={"get_current_bill": 0.9}, customer=customer)
    assert [each["fact"] for each in found["asked"]] == [fact]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("message", "read_as", "fact"),
    [
        (
            "faturam neden 384 lira, Aile Paketi 349,90 değil miydi",
            {"named_fee": 0.5, "bill_amount": 0.4},
            "bill_change",
        ),
        ("telefonum neden çekmiyor", {"line_state": 0.8}, "line_why"),
        ("dün internet neden gitti", {"not_kept": 0.6}, "line_why"),
        ("why did i get a reminder", {"payment_arrived": 0.9}, "debt_why"),
        ("kaç faturamı nakit ödemişim", {"month_payment": 0.4, "none": 0.3, "bill_paid_date": 0.3}, "payments_count"),
    ],
)
async def test_question_means_the_fact_that_answers_its_form(
    read: Read, message: str, read_as: dict[str, float], fact: str
) -> None:
    wanted = {"check_network_status": 0.9} if fact == "line_why" else {"get_past_bills": 0.9}
    found = await read(message, read_as, intents=wanted)
    assert [each["fact"] for each in found["asked"]] == [fact]
