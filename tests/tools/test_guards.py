"""Guards: what would be refused anyway is refused before anybody is asked for more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from database.enums import BillStatus, LineStatus
from database.tables import BillRow, LineRow
from tests.tools.conftest import NOW, World
from tools.caller import Caller
from tools.errors import ToolError


async def guarded(world: World, operation: str, customer: int, **known: Any) -> str | None:
    """The code of the refusal, or None where more may be asked."""
    try:
        await world.toolbox.guard(operation, known, Caller(customer))
    except ToolError as refusal:
        return str(refusal.code)
    return None


async def test_paid_bill_is_told_before_the_method_is_asked(world: World) -> None:
    assert await guarded(world, "pay_bill", 0) == "BILL_ALREADY_PAID"
    assert await guarded(world, "pay_bill", 1) is None


async def test_unknown_bill_is_told_before_the_method_is_asked(world: World) -> None:
    assert await guarded(world, "pay_bill", 1, bill_id="F-1900-01-0001") == "BILL_NOT_FOUND"


async def test_overdue_bill_is_told_before_the_line_is_asked(world: World) -> None:
    assert await guarded(world, "suspend_line", 7) is None
    overdue = {"status": BillStatus.UNPAID, "due_date": (NOW - timedelta(days=3)).date()}
    await world.change(update(BillRow).where(BillRow.customer_id == 7).values(overdue))
    assert await guarded(world, "suspend_line", 7) == "OUTSTANDING_BILL"


@pytest.mark.parametrize(
    "operation, status, code",
    [
        ("suspend_line", LineStatus.SUSPENDED, "LINE_ALREADY_SUSPENDED"),
        ("reactivate_line", LineStatus.ACTIVE, "LINE_NOT_SUSPENDED"),
        ("change_package", LineStatus.SUSPENDED, "PACKAGE_CHANGE_FAILED"),
    ],
)
async def test_no_line_is_asked_for_where_none_would_do(
    world: World, operation: str, status: LineStatus, code: str
) -> None:
    await world.change(update(LineRow).where(LineRow.customer_id == 7).values(status=status))
    assert await guarded(world, operation, 7) == code


async def test_one_line_that_would_do_is_enough(world: World) -> None:
    await world.change(update(LineRow).where(LineRow.customer_id == 7).values(status=LineStatus.SUSPENDED))
    await world.change(
        update(LineRow).where(LineRow.customer_id == 7, LineRow.is_main).values(status=LineStatus.ACTIVE)
    )
    for operation in ("suspend_line", "reactivate_line", "change_package"):
        assert await guarded(world, operation, 7) is None


async def test_malformed_argument_is_left_to_the_check_of_all_arguments(world: World) -> None:
    assert await guarded(world, "suspend_line", 7, line_number="0" * 30) is None


async def test_operation_without_a_guard_refuses_nothing(world: World) -> None:
    assert await guarded(world, "setup_autopay", 0) is None
