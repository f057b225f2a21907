"""Questions that their form, or what they go on from, makes plain, over the demo customers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.understanding.conftest import Read, operations

shares_the_demo = pytest.mark.asyncio(loop_scope="module")
BUSINESS = 7
LINES = ["05000000007", "05001000007", "02120000007"]


def said(fact: str, **restriction: Any) -> list[dict[str, Any]]:
    return [{"fact": fact, "restriction": restriction, "figures": []}]


def waiting(to_package: str, **facts: Any) -> list[dict[str, Any]]:
    preview = {"to_package": to_package, **facts}
    return [{"operation": "change_package", "status": "awaiting", "preview": preview, "arguments": {}}]


@shares_the_demo
async def test_question_over_lines_is_asked_of_each_where_there_are_several(read: Read) -> None:
    found = await read("hangi numaram daha pahalı", {"none": 0.9}, customer=BUSINESS)
    assert found["asked"] == [{"fact": "line_fee_most", "restriction": {}, "lines": LINES}]
    alone = await read("hangi numaram daha pahalı", {"dearest_package": 0.9})
    assert alone["asked"][0]["fact"] == "dearest_package"


@pytest.mark.parametrize(("message", "line"), [("ikincininki", LINES[1]), ("peki üçüncüde", LINES[2])])
@shares_the_demo
async def test_place_alone_asks_the_last_fact_of_another_line(read: Read, message: str, line: str) -> None:
    found = await read(message, {"none": 0.9}, customer=BUSINESS, said=said("minutes_left"))
    assert found["asked"] == [{"fact": "minutes_left", "restriction": {}, "lines": [line]}]


@shares_the_demo
async def test_place_after_the_list_of_lines_is_read_with_the_plain_word_for_one(read: Read) -> None:
    table = {"hattımın ücreti": {"package_fee": 0.9}}
    found = await read("sonuncusunun ücreti", {"none": 0.9}, customer=BUSINESS, said=said("lines_list"), table=table)
    assert [(each["fact"], each.get("lines")) for each in found["asked"]] == [("package_fee", [LINES[2]])]


@shares_the_demo
async def test_move_costs_what_the_package_and_leaving_cost(read: Read) -> None:
    found = await read("Aile Paketi alsam ne öderim", {"none": 0.9}, topic="only_mentioned")
    assert found["asked"][0]["fact"] == "move_cost"
    assert "get_package_details" in operations(found)
    later = await read("ceza dahil mi", {"none": 0.9}, said=said("move_cost", packages=("Aile Paketi",)))
    assert later["asked"][0]["fact"] == "cancellation_cost"


@shares_the_demo
async def test_package_is_held_against_the_one_that_waits(read: Read) -> None:
    found = await read("Aile Paketi daha mı iyi", {"packages_compare": 0.9}, calls=waiting("Genç Paket"))
    assert found["asked"][0]["fact"] == "packages_which"
    assert found["asked"][0]["restriction"]["packages"] == ("Genç Paket", "Aile Paketi")


@shares_the_demo
async def test_fee_of_leaving_is_that_of_the_change_that_waits(read: Read) -> None:
    calls = waiting("Genç Paket", cancellation_fee="600.00")
    found = await read("ceza da dahil mi", {"none": 0.9}, calls=calls)
    assert [each["fact"] for each in found["asked"]] == ["pending_cost"] and found["intents"] == []
    grows = await read("faturam artar mı", {"bill_change": 0.9}, calls=calls)
    assert grows["asked"][0]["fact"] == "fee_difference"


@shares_the_demo
async def test_limit_of_a_change_is_general_however_sure_the_wish_reads(read: Read) -> None:
    found = await read("en fazla kaç gün dondurabiliyorum", {"none": 0.9}, intents={"suspend_line": 0.99})
    assert (found["topic"], found["intents"]) == ("knowledge", [])


@shares_the_demo
async def test_commitment_of_the_own_package_by_its_name_is_the_running_one(read: Read) -> None:
    own = await read("Mega İnternet'ten çıkarsam ceza var mı", {"named_cancellation_fee": 0.9}, customer=5)
    assert own["asked"] == [{"fact": "cancellation_cost", "restriction": {}}]
    other = await read("Aile Paketi'nden çıkarsam ceza var mı", {"named_cancellation_fee": 0.9}, customer=5)
    assert other["asked"][0]["restriction"]["packages"] == ("Aile Paketi",)


@shares_the_demo
async def test_month_alone_asks_for_the_last_bill_again(read: Read) -> None:
    found = await read("ya mart", {"none": 0.9}, topic="thanks", said=said("month_bill", months=[[2026, 4]]))
    assert found["asked"] == [{"fact": "month_bill", "restriction": {"months": [[2026, 3]]}}]
