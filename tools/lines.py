"""Switches of a line: roaming, suspension and reactivation."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import turkish
from core.operator_facts import OperatorFacts
from database.enums import BillStatus, LineStatus
from database.tables import Bill, Line
from tools.caller import Caller, Context, candidate_lines, owned_line
from tools.errors import LineAlreadySuspended, LineNotSuspended, OutstandingBill
from tools.schema import LineArguments, Money, Preview, Result, Switch
from tools.writes import Change, write_once

ROAMING_DATA = "Günlük {gb} GB yurt dışı internet"
ROAMING_DATA_INCLUDED = "Paketinizdeki internet yurt dışında da geçerlidir"
DEFAULT_REASON = "müşteri talebi"


class RoamingArguments(LineArguments):
    """Arguments of ``enable_roaming``."""

    status: Switch = Field(description="true to switch roaming on, false to switch it off")


class SuspendArguments(LineArguments):
    """Arguments of ``suspend_line``."""

    reason: str = Field(DEFAULT_REASON, min_length=5, max_length=200, description="Why, in the customer's words")


class RoamingState(Result):
    """Roaming after the change; the last three are None while it is off."""

    roaming_enabled: bool
    activation_time: datetime | None
    daily_fee: Money | None
    data_package: str | None


class SuspendedLine(Result):
    """A line that was suspended."""

    line_number: str
    suspension_reason: str
    suspended_at: datetime
    reactivation_fee: Money
    max_suspension_days: int


class ReactivatedLine(Result):
    """A line that works again."""

    line_number: str
    reactivated_at: datetime
    suspension_duration_days: int
    reactivation_fee: Money


class RoamingPreview(Preview):
    """Roaming as it would be, and as it is."""

    line_number: str
    roaming_enabled: bool
    currently_enabled: bool
    daily_fee: Money | None
    data_package: str | None


class SuspensionPreview(Preview):
    """The facts of a suspension to confirm."""

    line_number: str
    reason: str
    reactivation_fee: Money
    max_suspension_days: int


class ReactivationPreview(Preview):
    """The facts of a reactivation to confirm."""

    line_number: str
    reactivation_fee: Money


async def enable_roaming(context: Context, caller: Caller, arguments: RoamingArguments) -> RoamingState:
    """Switch the use of a line abroad on or off. While it is on, each day of use abroad costs the daily fee."""

    async def change(session: AsyncSession) -> Change[RoamingState]:
        plan, line = await _plan_roaming(session, context, caller, arguments)
        before = _line_facts(line, roaming_enabled=line.roaming_enabled)
        line.roaming_enabled = plan.roaming_enabled
        result = RoamingState(
            roaming_enabled=plan.roaming_enabled,
            activation_time=context.now() if plan.roaming_enabled else None,
            daily_fee=plan.daily_fee,
            data_package=plan.data_package,
        )
        return Change(result, before, after=_line_facts(line, roaming_enabled=plan.roaming_enabled))

    return await write_once(context, caller, "enable_roaming", arguments, RoamingState, change)


async def preview_roaming(context: Context, caller: Caller, arguments: RoamingArguments) -> RoamingPreview:
    """Return the preview of ``enable_roaming``."""
    async with context.database.session() as session:
        plan, _ = await _plan_roaming(session, context, caller, arguments)
        return plan


async def suspend_line(context: Context, caller: Caller, arguments: SuspendArguments) -> SuspendedLine:
    """Suspend a line temporarily, for example when it is lost or not needed for a while. Not with an overdue bill."""

    async def change(session: AsyncSession) -> Change[SuspendedLine]:
        plan, line = await _plan_suspension(session, context, caller, arguments)
        before = _line_facts(line, status=line.status.value)
        line.status, line.suspended_at, line.suspension_reason = LineStatus.SUSPENDED, context.now(), plan.reason
        result = SuspendedLine(
            line_number=line.number,
            suspension_reason=plan.reason,
            suspended_at=context.now(),
            reactivation_fee=plan.reactivation_fee,
            max_suspension_days=plan.max_suspension_days,
        )
        return Change(result, before, after=_line_facts(line, status=line.status.value, reason=plan.reason))

    return await write_once(context, caller, "suspend_line", arguments, SuspendedLine, change)


async def preview_suspension(context: Context, caller: Caller, arguments: SuspendArguments) -> SuspensionPreview:
    """Return the preview of ``suspend_line``."""
    async with context.database.session() as session:
        plan, _ = await _plan_suspension(session, context, caller, arguments)
        return plan


async def guard_suspension(context: Context, caller: Caller, arguments: LineArguments) -> None:
    """Refuse a suspension that no choice of a line makes possible: a bill is overdue, or all lines are suspended."""
    async with context.database.session() as session:
        lines = await candidate_lines(session, caller, arguments.line_number)
        if all(line.status == LineStatus.SUSPENDED for line in lines):
            raise LineAlreadySuspended(line_number=lines[0].number)
        await _check_settled(session, context, caller)


async def reactivate_line(context: Context, caller: Caller, arguments: LineArguments) -> ReactivatedLine:
    """Make a suspended line work again, at once, for the reactivation fee."""

    async def change(session: AsyncSession) -> Change[ReactivatedLine]:
        plan, line = await _plan_reactivation(session, context, caller, arguments)
        now = context.now()
        before = _line_facts(line, status=line.status.value, reason=line.suspension_reason)
        result = ReactivatedLine(
            line_number=line.number,
            reactivated_at=now,
            suspension_duration_days=(now - (line.suspended_at or now)).days,
            reactivation_fee=plan.reactivation_fee,
        )
        line.status, line.suspended_at, line.suspension_reason = LineStatus.ACTIVE, None, None
        return Change(result, before, after=_line_facts(line, status=line.status.value))

    return await write_once(context, caller, "reactivate_line", arguments, ReactivatedLine, change)


async def preview_reactivation(context: Context, caller: Caller, arguments: LineArguments) -> ReactivationPreview:
    """Return the preview of ``reactivate_line``."""
    async with context.database.session() as session:
        plan, _ = await _plan_reactivation(session, context, caller, arguments)
        return plan


async def guard_reactivation(context: Context, caller: Caller, arguments: LineArguments) -> None:
    """Refuse to reactivate where none of the lines in question is suspended."""
    async with context.database.session() as session:
        lines = await candidate_lines(session, caller, arguments.line_number)
        if not any(line.status == LineStatus.SUSPENDED for line in lines):
            raise LineNotSuspended(line_number=lines[0].number)


async def _plan_roaming(
    session: AsyncSession, context: Context, caller: Caller, arguments: RoamingArguments
) -> tuple[RoamingPreview, Line]:
    line = await owned_line(session, caller, arguments.line_number)
    included = line.package.roaming_included
    fee, data = (Decimal("0.00"), ROAMING_DATA_INCLUDED) if included else _daily_roaming(context.operator)
    plan = RoamingPreview(
        operation="enable_roaming",
        arguments={"status": arguments.status, "line_number": line.number},
        line_number=line.number,
        roaming_enabled=arguments.status,
        currently_enabled=line.roaming_enabled,
        daily_fee=fee if arguments.status else None,
        data_package=data if arguments.status else None,
    )
    return plan, line


def _daily_roaming(operator: OperatorFacts) -> tuple[Decimal, str]:
    """Return the fee of a day abroad and what it holds."""
    return operator.roaming_daily_fee, ROAMING_DATA.format(gb=operator.roaming_daily_gb)


async def _plan_suspension(
    session: AsyncSession, context: Context, caller: Caller, arguments: SuspendArguments
) -> tuple[SuspensionPreview, Line]:
    line = await owned_line(session, caller, arguments.line_number)
    if line.status == LineStatus.SUSPENDED:
        raise LineAlreadySuspended(line_number=line.number)
    await _check_settled(session, context, caller)
    plan = SuspensionPreview(
        operation="suspend_line",
        arguments={"reason": arguments.reason, "line_number": line.number},
        line_number=line.number,
        reason=arguments.reason,
        reactivation_fee=context.operator.reactivation_fee,
        max_suspension_days=context.operator.max_suspension_days,
    )
    return plan, line


async def _check_settled(session: AsyncSession, context: Context, caller: Caller) -> None:
    """Refuse while a bill is overdue, whichever line is meant."""
    # A payment that is still under way has settled nothing yet.
    owed = (BillStatus.UNPAID, BillStatus.OVERDUE, BillStatus.PROCESSING)
    overdue = await session.scalar(
        select(Bill)
        .where(Bill.customer_id == caller.customer_id, Bill.status.in_(owed), Bill.due_date < context.today())
        .order_by(Bill.due_date)
        .limit(1)
    )
    if overdue is not None:
        due = turkish.amount(overdue.amount, overdue.currency)
        raise OutstandingBill(bill_id=overdue.id, amount=float(overdue.amount), amount_due=due)


async def _plan_reactivation(
    session: AsyncSession, context: Context, caller: Caller, arguments: LineArguments
) -> tuple[ReactivationPreview, Line]:
    line = await owned_line(session, caller, arguments.line_number)
    if line.status != LineStatus.SUSPENDED:
        raise LineNotSuspended(line_number=line.number)
    plan = ReactivationPreview(
        operation="reactivate_line",
        arguments={"line_number": line.number},
        line_number=line.number,
        reactivation_fee=context.operator.reactivation_fee,
    )
    return plan, line


def _line_facts(line: Line, **facts: Any) -> dict[str, Any]:
    return {"line_number": line.number, **facts}
