"""Switches of a line: roaming, suspension and reactivation."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from core import turkish
from core.operator_facts import OperatorFacts
from ports.customers import Line
from ports.orders import Order, ReactivationOrder, RoamingOrder, SuspensionOrder
from ports.values import BillStatus, LineKind, LineStatus
from tools.bills import bills_of
from tools.caller import Caller, Context, candidate_lines, owned_line
from tools.errors import LineAlreadySuspended, LineNotSuspended, OutstandingBill, RoamingOnHomeLine
from tools.once import write_once
from tools.schema import LineArguments, Money, Preview, Result, Switch
from tools.writes import Change, Planned, ResultT

ROAMING_DATA = "Günlük {gb} GB yurt dışı internet"
ROAMING_DATA_INCLUDED = "Paketinizdeki internet yurt dışında da geçerlidir"
DEFAULT_REASON = "müşteri talebi"


class RoamingArguments(LineArguments):
    """Arguments of ``enable_roaming``."""

    free_text: ClassVar[bool] = False

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

    async def plan() -> Planned[RoamingState]:
        preview, line = await _plan_roaming(context, caller, arguments)
        result = RoamingState(
            roaming_enabled=preview.roaming_enabled,
            activation_time=context.now() if preview.roaming_enabled else None,
            daily_fee=preview.daily_fee,
            data_package=preview.data_package,
        )
        before = _line_facts(line, roaming_enabled=line.roaming_enabled)
        after = _line_facts(line, roaming_enabled=preview.roaming_enabled)
        order = RoamingOrder(line.number, preview.roaming_enabled)
        return _ordered(context, caller, Change(result, before, after), order)

    return await write_once(
        context, caller, "enable_roaming", arguments, RoamingState, plan, writes="orders", reads=("customers",)
    )


async def preview_roaming(context: Context, caller: Caller, arguments: RoamingArguments) -> RoamingPreview:
    """Return the preview of ``enable_roaming``."""
    preview, _ = await _plan_roaming(context, caller, arguments)
    return preview


async def suspend_line(context: Context, caller: Caller, arguments: SuspendArguments) -> SuspendedLine:
    """Suspend a line temporarily, for example when it is lost or not needed for a while. Not with an overdue bill."""

    async def plan() -> Planned[SuspendedLine]:
        preview, line = await _plan_suspension(context, caller, arguments)
        now = context.now()
        result = SuspendedLine(
            line_number=line.number,
            suspension_reason=preview.reason,
            suspended_at=now,
            reactivation_fee=preview.reactivation_fee,
            max_suspension_days=preview.max_suspension_days,
        )
        before = _line_facts(line, status=line.status.value)
        after = _line_facts(line, status=LineStatus.SUSPENDED.value, reason=preview.reason)
        order = SuspensionOrder(line.number, preview.reason, now)
        return _ordered(context, caller, Change(result, before, after), order)

    return await write_once(
        context, caller, "suspend_line", arguments, SuspendedLine, plan, writes="orders", reads=("customers", "billing")
    )


async def preview_suspension(context: Context, caller: Caller, arguments: SuspendArguments) -> SuspensionPreview:
    """Return the preview of ``suspend_line``."""
    preview, _ = await _plan_suspension(context, caller, arguments)
    return preview


async def guard_suspension(context: Context, caller: Caller, arguments: LineArguments) -> None:
    """Refuse a suspension that no choice of a line makes possible: a bill is overdue, or all lines are suspended."""
    lines = await candidate_lines(context, caller, arguments.line_number)
    if all(line.status == LineStatus.SUSPENDED for line in lines):
        raise LineAlreadySuspended(line_number=lines[0].number)
    await _check_settled(context, caller)


async def reactivate_line(context: Context, caller: Caller, arguments: LineArguments) -> ReactivatedLine:
    """Make a suspended line work again, at once, for the reactivation fee."""

    async def plan() -> Planned[ReactivatedLine]:
        preview, line = await _plan_reactivation(context, caller, arguments)
        now = context.now()
        result = ReactivatedLine(
            line_number=line.number,
            reactivated_at=now,
            suspension_duration_days=(now - (line.suspended_at or now)).days,
            reactivation_fee=preview.reactivation_fee,
        )
        before = _line_facts(line, status=line.status.value, reason=line.suspension_reason)
        after = _line_facts(line, status=LineStatus.ACTIVE.value)
        return _ordered(context, caller, Change(result, before, after), ReactivationOrder(line.number, now))

    return await write_once(
        context, caller, "reactivate_line", arguments, ReactivatedLine, plan, writes="orders", reads=("customers",)
    )


async def preview_reactivation(context: Context, caller: Caller, arguments: LineArguments) -> ReactivationPreview:
    """Return the preview of ``reactivate_line``."""
    preview, _ = await _plan_reactivation(context, caller, arguments)
    return preview


async def guard_reactivation(context: Context, caller: Caller, arguments: LineArguments) -> None:
    """Refuse to reactivate where none of the lines in question is suspended."""
    lines = await candidate_lines(context, caller, arguments.line_number)
    if not any(line.status == LineStatus.SUSPENDED for line in lines):
        raise LineNotSuspended(line_number=lines[0].number)


def _ordered(context: Context, caller: Caller, change: Change[ResultT], order: Order) -> Planned[ResultT]:
    """Return a change that an order makes."""
    return Planned(
        change,
        lambda key: context.ports.orders.place(caller.customer_id, order, key=key),
        details={"line_number": order.line_number},
    )


async def _plan_roaming(context: Context, caller: Caller, arguments: RoamingArguments) -> tuple[RoamingPreview, Line]:
    line = await owned_line(context, caller, arguments.line_number)
    if arguments.status and line.kind == LineKind.HOME:
        raise RoamingOnHomeLine(line_number=line.number)
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
    context: Context, caller: Caller, arguments: SuspendArguments
) -> tuple[SuspensionPreview, Line]:
    line = await owned_line(context, caller, arguments.line_number)
    if line.status == LineStatus.SUSPENDED:
        raise LineAlreadySuspended(line_number=line.number)
    await _check_settled(context, caller)
    plan = SuspensionPreview(
        operation="suspend_line",
        arguments={"reason": arguments.reason, "line_number": line.number},
        line_number=line.number,
        reason=arguments.reason,
        reactivation_fee=context.operator.reactivation_fee,
        max_suspension_days=context.operator.max_suspension_days,
    )
    return plan, line


async def _check_settled(context: Context, caller: Caller) -> None:
    """Refuse while a bill is overdue, whichever line is meant."""
    # A payment that is still under way has settled nothing yet.
    owed = (BillStatus.UNPAID, BillStatus.OVERDUE, BillStatus.PROCESSING)
    today = context.today()
    late = [bill for bill in await bills_of(context, caller) if bill.status in owed and bill.due_date < today]
    if late:
        overdue = min(late, key=lambda bill: bill.due_date)
        due = turkish.amount(overdue.amount, overdue.currency)
        raise OutstandingBill(bill_id=overdue.bill_id, amount=float(overdue.amount), amount_due=due)


async def _plan_reactivation(
    context: Context, caller: Caller, arguments: LineArguments
) -> tuple[ReactivationPreview, Line]:
    line = await owned_line(context, caller, arguments.line_number)
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
