"""Roaming, suspension and reactivation of real lines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from database.enums import LineKind, LineStatus
from database.tables import BillRow, LineRow
from tests.tools.conftest import World
from tools.caller import Caller
from tools.errors import ToolError


async def line_of(world: World, customer: int) -> LineRow:
    return (await world.rows(LineRow, LineRow.customer_id == customer, LineRow.is_main))[0]


async def test_enable_roaming_switches_on_and_next_read_shows_it(world: World) -> None:
    result = await world.run("enable_roaming", 1, status="açık")
    assert list(result) == ["roaming_enabled", "activation_time", "daily_fee", "data_package"]
    assert (result["roaming_enabled"], result["activation_time"]) == (True, "2026-11-22T14:30:00+03:00")
    assert result["daily_fee"] == 149.0
    assert (await world.run("get_customer_package", 1))["features"]["roaming_enabled"]
    [entry] = await world.audit("enable_roaming")
    assert entry.before is not None and entry.before["roaming_enabled"] is False


async def test_enable_roaming_included_in_package_costs_nothing(world: World) -> None:
    line = await line_of(world, 6)
    result = await world.run("enable_roaming", 6, status=True)
    assert result["daily_fee"] == (0.0 if line.package.roaming_included else 149.0)


async def test_enable_roaming_on_a_home_line_is_refused_before_the_question(world: World) -> None:
    home = next(
        line.number for line in await world.rows(LineRow, LineRow.customer_id == 7) if line.kind == LineKind.HOME
    )
    refusal = await world.refuse("enable_roaming", 7, status=True, line_number=home)
    assert (refusal.code, refusal.status) == ("ROAMING_ON_HOME_LINE", 409)
    assert not any(line.roaming_enabled for line in await world.rows(LineRow, LineRow.customer_id == 7))
    assert (await world.run("enable_roaming", 7, status=False, line_number=home))["roaming_enabled"] is False


async def test_enable_roaming_switches_off(world: World) -> None:
    result = await world.run("enable_roaming", 6, status="kapat")
    assert result == {"roaming_enabled": False, "activation_time": None, "daily_fee": None, "data_package": None}
    assert not (await line_of(world, 6)).roaming_enabled


async def test_suspend_line_suspends_and_speed_test_fails(world: World) -> None:
    result = await world.run("suspend_line", 1)
    assert list(result) == [
        "line_number",
        "suspension_reason",
        "suspended_at",
        "reactivation_fee",
        "max_suspension_days",
    ]
    assert result["suspension_reason"] == "müşteri talebi"
    line = await line_of(world, 1)
    assert (line.status, line.suspension_reason) == (LineStatus.SUSPENDED, "müşteri talebi")
    assert (await world.refuse("test_internet_speed", 1)).code == "LINE_SUSPENDED"
    [entry] = await world.audit("suspend_line")
    assert entry.before == {"line_number": line.number, "status": "active"}


async def test_suspend_line_with_overdue_bill_is_refused(world: World) -> None:
    refusal = await world.refuse("suspend_line", 2, reason="yurt dışı")
    assert (refusal.code, refusal.status) == ("OUTSTANDING_BILL", 409)
    await world.run("pay_bill", 2, method="nakit")
    assert (await world.run("suspend_line", 2, reason="yurt dışı"))["suspension_reason"] == "yurt dışı"


async def test_suspend_line_unpaid_bill_counts_only_after_due_date(world: World) -> None:
    world.clock.advance(timedelta(days=30))
    assert (await world.refuse("suspend_line", 1)).code == "OUTSTANDING_BILL"
    await world.change(update(BillRow).where(BillRow.customer_id == 1).values(due_date=world.clock().date()))
    await world.run("suspend_line", 1)


async def test_suspend_line_suspended_already_is_refused(world: World) -> None:
    refusal = await world.refuse("suspend_line", 3)
    assert (refusal.code, refusal.status) == ("LINE_ALREADY_SUSPENDED", 409)


@pytest.mark.parametrize("reason", ["kısa", "x" * 201])
async def test_suspend_line_reason_of_wrong_length_is_refused(world: World, reason: str) -> None:
    assert (await world.refuse("suspend_line", 1, reason=reason)).code == "VALIDATION_ERROR"


async def test_suspend_line_of_another_customer_is_not_found(world: World) -> None:
    refusal = await world.refuse("suspend_line", 1, line_number=(await line_of(world, 2)).number)
    assert (refusal.code, refusal.status) == ("LINE_NOT_FOUND", 404)
    assert (await line_of(world, 2)).status == LineStatus.ACTIVE


async def test_suspend_line_without_any_line_is_not_found(world: World) -> None:
    await world.change(update(LineRow).where(LineRow.customer_id == 1).values(status=LineStatus.TERMINATED))
    assert (await world.refuse("suspend_line", 1)).code == "LINE_NOT_FOUND"


async def test_reactivate_line_makes_it_work_again(world: World) -> None:
    result = await world.run("reactivate_line", 3)
    assert list(result) == ["line_number", "reactivated_at", "suspension_duration_days", "reactivation_fee"]
    assert result["suspension_duration_days"] == 9
    line = await line_of(world, 3)
    assert (line.status, line.suspended_at, line.suspension_reason) == (LineStatus.ACTIVE, None, None)
    assert (await world.run("test_internet_speed", 3))["download_speed_mbps"] > 0
    [entry] = await world.audit("reactivate_line")
    assert entry.after == {"line_number": line.number, "status": "active"}


async def test_reactivate_line_active_line_is_refused(world: World) -> None:
    refusal = await world.refuse("reactivate_line", 1)
    assert (refusal.code, refusal.status) == ("LINE_NOT_SUSPENDED", 409)


@pytest.mark.parametrize(
    ("operation", "customer", "args", "other"),
    [
        ("enable_roaming", 1, {"status": True}, {"status": False}),
        ("suspend_line", 1, {"reason": "uzun tatil"}, {"reason": "çalındı"}),
    ],
)
async def test_preview_line_write_equals_itself_and_differs_for_other_arguments(
    world: World, operation: str, customer: int, args: dict[str, object], other: dict[str, object]
) -> None:
    first = await world.preview(operation, customer, **args)
    assert first == await world.preview(operation, customer, **args)
    assert first != await world.preview(operation, customer, **other)
    line = await line_of(world, customer)
    assert first.arguments == {**args, "line_number": line.number}
    assert (line.roaming_enabled, line.status) == (False, LineStatus.ACTIVE)


async def test_preview_reactivation_states_fee_and_changes_nothing(world: World) -> None:
    first = await world.preview("reactivate_line", 3)
    assert first == await world.preview("reactivate_line", 3)
    assert first.facts == {"line_number": (await line_of(world, 3)).number, "reactivation_fee": 75.0}
    assert (await line_of(world, 3)).status == LineStatus.SUSPENDED


async def test_preview_line_write_has_the_same_guards(world: World) -> None:
    for operation, customer, code in (
        ("suspend_line", 2, "OUTSTANDING_BILL"),
        ("suspend_line", 3, "LINE_ALREADY_SUSPENDED"),
        ("reactivate_line", 1, "LINE_NOT_SUSPENDED"),
        ("suspend_line", 7, "MULTIPLE_LINES"),
    ):
        with pytest.raises(ToolError) as refusal:
            await world.preview(operation, customer)
        assert refusal.value.code == code


async def test_line_write_in_chat_with_several_lines_asks_which(world: World) -> None:
    with pytest.raises(ToolError) as refusal:
        await world.toolbox.run("enable_roaming", {"status": True}, Caller(7))
    assert (refusal.value.code, refusal.value.status) == ("MULTIPLE_LINES", 409)
    assert not any(line.roaming_enabled for line in await world.rows(LineRow, LineRow.customer_id == 7))
