"""A question that states a reason, a need, a package or a line means another fact, or the same one of that line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.understanding.conftest import Read, operations

pytestmark = pytest.mark.asyncio(loop_scope="module")


def spoken(fact: str, **restriction: Any) -> list[dict[str, Any]]:
    """What was said last."""
    return [{"fact": fact, "restriction": restriction, "figures": []}]


LINE = {"packages": [], "package": None, "line": "05000000002"}


@pytest.mark.parametrize(
    ("message", "fact", "becomes", "needed"),
    [
        ("faturam neden bu kadar", "bill_amount", "bill_change", 
         ["get_current_bill", "get_past_bills", "get_customer_package"]),
        ("why is it that much", "bill_amount", "bill_change", 
         ["get_current_bill", "get_past_bills", "get_customer_package"]),
        ("hızım neden düşük", "speed_quality", "slow_why",
         ["test_internet_speed", "check_network_status", "get_remaining_quotas"]),
        ("mart faturam ödendi mi", "bill_paid", "month_paid", ["get_current_bill", "get_past_bills"]),
        ("mart ödememin dekont numarası", "payment_reference", "month_reference", ["get_payment_history"]),
        ("30 GB olan en ucuz paket", "cheapest_package", "package_for_need",
         ["get_available_packages", "get_customer_package"]),
        ("en ucuz paket", "cheapest_package", "cheapest_package", ["get_available_packages"]),
        ("Mega İnternet benimkinden pahalı mı", "named_fee", "fee_difference",
         ["get_available_packages", "get_customer_package"]),
        ("Mega'da yurt dışı aramam benimkinden az mı", "packages_compare", "packages_compare",
         ["get_available_packages", "get_customer_package"]),
        ("Mega'da benimkinden kaç GB fazla", "named_internet", "packages_compare",
         ["get_available_packages", "get_customer_package"]),
        ("benim faturam ne kadar", "bill_amount", "bill_amount", ["get_current_bill"]),
    ],
)  # fmt: skip
async def test_fact_becomes_another_one_by_its_reason_need_or_comparison(
    read: Read, message: str, fact: str, becomes: str, needed: list[str]
) -> None:
    found = await read(message, {fact: 0.9})
    assert [each["fact"] for each in found["asked"]] == [becomes]
    assert operations(found) == needed


@pytest.mark.parametrize(
    ("message", "packages"),
    [
        ("Mega'dan Premium'a geçersem", ("Mega İnternet", "Premium Paket")),
        ("emekli tarifesi ne kadar", ("Emekli Dostu Tarife",)),
        (
            "kurumsal pro ile kurumsal temel",
            ("Kurumsal Temel", "Kurumsal Pro"),
        ),  # whole names, as the catalogue has them
    ],
)
async def test_package_is_named_by_one_word_of_it(read: Read, message: str, packages: tuple[str, ...]) -> None:
    found = await read(message, {"packages_compare": 0.9})
    assert found["asked"][0]["restriction"]["packages"] == packages


async def test_package_of_the_last_answer_is_compared_with_the_own(read: Read) -> None:
    said = spoken("named_fee", packages=["Mega İnternet"])
    found = await read("benimkinden ne kadar fazla", {"fee_difference": 0.9}, said=said)
    expected = {"own": True, "packages": ("Mega İnternet",)}
    assert found["asked"] == [{"fact": "fee_difference", "restriction": expected}]


async def test_method_goes_with_the_fact(read: Read) -> None:
    found = await read("kartla kaç kez ödedim", {"payments_count": 0.9})
    assert found["asked"] == [{"fact": "payments_count", "restriction": {"method": "credit_card"}}]


async def test_range_of_months_goes_with_the_fact(read: Read) -> None:
    found = await read("ocaktan hazirana kadar toplam", {"bills_total": 0.9})
    months = [[2026, month] for month in range(1, 7)]
    assert found["asked"] == [{"fact": "bills_total", "restriction": {"months": months, "total": True}}]


async def test_fact_beside_the_wish_for_english_is_answered_in_english(read: Read) -> None:
    both = await read("faturam ne kadar, ingilizce", {"in_english": 0.9, "bill_amount": 0.06}, said=spoken("sms_left"))
    assert (both["language"], operations(both)) == ("en", ["get_current_bill"])
    assert both["asked"] == [{"fact": "bill_amount", "restriction": {}}]
    alone = await read(
        "ingilizce söyle", {"in_english": 0.9, "bill_amount": 0.04, "none": 0.06}, said=spoken("sms_left")
    )
    assert (alone["language"], alone["asked"]) == ("en", [{"fact": "sms_left", "restriction": {}}])


@pytest.mark.parametrize(
    ("message", "fact"), [("bunun dakikası ne kadar kaldı", "minutes_left"), ("ya dakika", "same_again")]
)
async def test_question_that_points_back_is_about_the_line_of_the_last_answer(
    read: Read, message: str, fact: str
) -> None:
    found = await read(message, {fact: 0.9}, said=spoken("minutes_left"), mentioned=LINE)
    assert found["asked"] == [{"fact": "minutes_left", "restriction": {}, "lines": ["05000000002"]}]


async def test_question_of_its_own_is_about_no_line(read: Read) -> None:
    found = await read("kaç dakikam kaldı", {"minutes_left": 0.9}, said=spoken("sms_left"), mentioned=LINE)
    assert found["asked"] == [{"fact": "minutes_left", "restriction": {}}]


async def test_month_that_a_question_points_back_to_counts(read: Read) -> None:
    said = spoken("month_bill", months=[[2026, 3]])
    found = await read("onu ödemiş miyim", {"month_paid": 0.9}, said=said)
    assert found["asked"][0]["restriction"] == {"months": [[2026, 3]]}


@pytest.mark.parametrize(
    ("message", "wanted", "fact"),
    [
        ("Mega İnternet, Ekonomik Paket", "get_available_packages", "packages_compare"),
        ("faturam niye böyle", "get_current_bill", "bill_change"),
    ],
)
async def test_form_of_a_question_shows_its_fact(read: Read, message: str, wanted: str, fact: str) -> None:
    found = await read(message, {"general": 0.9}, intents={wanted: 0.9})
    assert [each["fact"] for each in found["asked"]] == [fact]
