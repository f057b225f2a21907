"""Short questions mean the subject of the last answer, or the change that waits."""

from __future__ import annotations

from typing import Any

import pytest

from graph.asked.restrictions import Restriction
from graph.calls import new_call
from graph.state import Call, SaidFact
from graph.understanding.elliptic import (
    PENDING_COST,
    PENDING_WHEN,
    asked_of_pending,
    leaves_subject_out,
    sister_of,
    with_subject,
    would_change,
)
from tests.graph.understanding.conftest import FACTS, Read, operations
from tools.toolbox import Toolbox


def said(fact: str, *packages: str) -> SaidFact:
    return SaidFact(fact=fact, restriction={"packages": packages} if packages else {}, figures=[])


@pytest.mark.parametrize(
    ("message", "out"),
    [
        ("neyle", True), ("kaç gün kaldı", True), ("how many days are left", True), ("faturam kaç gün", False),
        ("bunun ücreti", True), ("tamam", False), ("anladım teşekkürler", False),
        ("sana bir şey soracağım ama kısa olsun hangi gün", False),
    ],
)  # fmt: skip
def test_short_question_without_a_subject_leaves_it_out(message: str, out: bool) -> None:
    assert leaves_subject_out(message, Restriction()) is out
    assert not leaves_subject_out(message, Restriction(packages=("Mega İnternet",)))


def test_subject_of_the_last_fact_stands_before_the_question() -> None:
    paid = with_subject("neyle", said("last_payment_date"), ["get_payment_history"], "tr")
    assert paid == "son ödemem neyle"
    assert with_subject("kaç gün", said("committed"), ["get_customer_package"], "tr") == "taahhüdüm kaç gün"
    assert with_subject("how long", said("ticket_status"), ["get_fault_ticket_status"], "en") == "my ticket how long"
    package = said("named_minutes", "Genç Paket")
    assert with_subject("kaç para", package, ["get_package_details"], "tr") == "Genç Paket kaç para"
    assert with_subject("kaç para", said("packages_list"), ["get_available_packages"], "tr") is None


@pytest.mark.parametrize(
    ("fact", "message", "sister"),
    [
        ("internet_left", "peki dakika", "minutes_left"), ("minutes_left", "interneti de de", "internet_left"),
        ("package_internet", "and texts?", "package_sms"), ("internet_left", "internetim", None),
        ("internet_left", "dakika ve sms", None), ("bill_amount", "dakika", None), ("internet_enough", "dakika", None),
        ("internet_daily", "dakika", "minutes_daily"),
    ],
)  # fmt: skip
def test_other_unit_asks_for_the_sister_of_a_fact(fact: str, message: str, sister: str | None) -> None:
    assert sister_of(fact, message, FACTS.facts) == sister


def waiting(toolbox: Toolbox, *operations: str) -> list[Call]:
    return [{**new_call(operation, {}, toolbox), "status": "awaiting"} for operation in operations]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("operation", "message", "fact"),
    [
        ("enable_roaming", "günlük ne kadar yakar", PENDING_COST), ("pay_bill", "kaç para", PENDING_COST),
        ("change_package", "bu paket kaç lira", PENDING_COST), ("change_package", "how much is it", PENDING_COST),
        ("change_package", "ne zaman geçerli olur", PENDING_WHEN), ("pay_bill", "ne zaman", None),
        ("change_package", "faturam kaç para", None), ("update_customer_contact", "ne kadar", None),
        ("enable_roaming", "evet", None), ("suspend_line", "ne kadar sürer", None),
    ],
)  # fmt: skip
async def test_short_question_is_about_the_change_that_waits(
    toolbox: Toolbox, operation: str, message: str, fact: str | None
) -> None:
    assert asked_of_pending(message, waiting(toolbox, operation)) == fact


@pytest.mark.asyncio(loop_scope="module")
async def test_two_changes_that_wait_are_not_told_apart(toolbox: Toolbox) -> None:
    assert asked_of_pending("kaç para", waiting(toolbox, "pay_bill", "enable_roaming")) is None


@pytest.mark.asyncio(loop_scope="module")
async def test_question_beside_an_open_one_needs_no_operation(read: Read, toolbox: Toolbox) -> None:
    found = await read("kaç para", {"bill_amount": 0.9}, calls=waiting(toolbox, "enable_roaming"))
    assert [each["fact"] for each in found["asked"]] == [PENDING_COST]
    assert (found["intents"], found["topic"]) == ([], "")


@pytest.mark.asyncio(loop_scope="module")
async def test_question_is_read_with_the_subject_of_the_last_answer(read: Read) -> None:
    last: list[Any] = [said("last_payment_date")]
    found = await read(
        "neyle", {"simpler": 0.45}, also=None, table={"son ödemem neyle": {"last_payment_method": 0.8}}, said=last
    )
    assert [each["fact"] for each in found["asked"]] == ["last_payment_method"]
    assert operations(found) == ["get_payment_history"]
    other = await read("neyle", {"none": 0.9}, table={"son ödemem neyle": {"bill_items": 0.3, "none": 0.7}}, said=last)
    assert "asked" not in other


@pytest.mark.asyncio(loop_scope="module")
async def test_unit_alone_asks_for_the_sister(read: Read) -> None:
    found = await read("interneti de de", {"same_again": 0.5, "none": 0.5}, said=[said("minutes_left")])
    assert [each["fact"] for each in found["asked"]] == ["internet_left"]


@pytest.mark.asyncio(loop_scope="module")
async def test_line_alone_asks_the_last_question_again(read: Read) -> None:
    found = await read("hattımınki?", {"line_state": 0.9}, said=[said("internet_left")])
    assert [each["fact"] for each in found["asked"]] == ["internet_left"]


@pytest.mark.asyncio(loop_scope="module")
async def test_difference_to_the_own_package_is_that_of_the_fee(read: Read) -> None:
    found = await read(
        "how much more is that than what i pay", {"bill_change": 0.6}, said=[said("named_fee", "Genç Paket")]
    )
    assert found["asked"][0]["fact"] == "fee_difference"
    assert found["asked"][0]["restriction"]["packages"] == ("Genç Paket",)


@pytest.mark.parametrize(
    ("message", "asks"),
    [("dakikam azalır mı", True), ("internetim artar mı peki", True), ("ne kaybederim", True),
     ("dakikam azaldı mı", False), ("kaç dakikam var", False)],
)  # fmt: skip
def test_would_change_reads_a_supposed_change(message: str, asks: bool) -> None:
    assert would_change(message) is asks
