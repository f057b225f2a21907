"""Moving a line to another package."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import uuid4

from langchain_core.tools import InjectedToolArg
from pydantic import Field

from core import turkish
from ports.catalogue import Package
from ports.customers import Line
from ports.orders import PackageOrder
from ports.values import LineKind, LineStatus
from tools.caller import Caller, Context, candidate_lines, owned_line
from tools.errors import CommitmentExists, IneligibleForPackage, InvalidPackage, PackageChangeFailed
from tools.once import write_once
from tools.packages import eligible, package_named, roaming_daily_fee, suggest
from tools.schema import LineArguments, Money, Preview, Result
from tools.writes import Change, Planned


class ChangePackageArguments(LineArguments):
    """Arguments of ``change_package``.

    No model sees ``accepted_fee``: the confirmation of a preview, or a REST client, states the fee with it.
    """

    free_text: ClassVar[bool] = False

    new_package_name: str = Field(min_length=1, max_length=80, description="The new package as the customer names it")
    accepted_fee: Annotated[Money | None, InjectedToolArg] = Field(
        None, ge=0, description="The early-termination fee that the customer has been told and accepts"
    )


class PackageChange(Result):
    """A change that was made."""

    change_id: str
    from_package: str
    to_package: str
    effective_date: date
    fee_difference: Money
    cancellation_fee: Money | None = None
    """The fee for leaving a commitment early that the customer accepted; None outside a commitment."""
    status: Literal["completed"]


class PackagePreview(Preview):
    """The change of package: what it costs, and what it binds to, once and from then on."""

    line_number: str
    from_package: str
    to_package: str
    monthly_fee: Money
    current_fee: Money
    fee_difference: Money
    setup_fee: Money
    contract_months: int
    effective_date: date
    cancellation_fee: Money | None
    """For leaving the present commitment; None outside of one, as is its end."""
    commitment_until: date | None
    new_cancellation_fee: Money | None
    """For leaving the commitment of the new package; None where it has none."""
    roaming_enabled: bool
    """Whether the line may be used abroad; a change of package leaves that as it is."""
    current_roaming_daily_fee: Money | None
    """Of a day of use abroad, now and with the new package; None for a line at home."""
    roaming_daily_fee: Money | None
    target_audience: str


async def change_package(context: Context, caller: Caller, arguments: ChangePackageArguments) -> PackageChange:
    """Move a line to another package, effective today.

    Inside a commitment the early-termination fee must have been stated to the customer first.
    """

    async def plan() -> Planned[PackageChange]:
        preview, line, package = await _plan_change(context, caller, arguments)
        if preview.cancellation_fee is not None and arguments.accepted_fee != preview.cancellation_fee:
            raise CommitmentExists(
                package=preview.from_package,
                until=turkish.date(preview.commitment_until or context.today()),
                fee=turkish.amount(preview.cancellation_fee),
                commitment_until=preview.facts["commitment_until"],
                cancellation_fee=preview.facts["cancellation_fee"],
            )
        result = PackageChange(
            change_id=f"CHG-{uuid4().hex[:12].upper()}",
            from_package=preview.from_package,
            to_package=preview.to_package,
            effective_date=preview.effective_date,
            fee_difference=preview.fee_difference,
            cancellation_fee=preview.cancellation_fee,
            status="completed",
        )
        before = {"line_number": line.number, "package": preview.from_package}
        order = PackageOrder(line.number, package.name, preview.effective_date, preview.cancellation_fee)
        return Planned(
            Change(result, before=before, after={"package": preview.to_package, **preview.facts}),
            lambda key: context.ports.orders.place(caller.customer_id, order, key=key),
            numbered="change_id",
            details={"line_number": line.number, "package": package.name},
        )

    return await write_once(
        context, caller, "change_package", arguments, PackageChange, plan,
        writes="orders", reads=("customers", "catalogue"),
    )  # fmt: skip


async def preview_package_change(context: Context, caller: Caller, arguments: ChangePackageArguments) -> PackagePreview:
    """Return the preview of ``change_package``; its arguments accept the fee that the preview states."""
    preview, _, _ = await _plan_change(context, caller, arguments)
    return preview


async def guard_package_change(context: Context, caller: Caller, arguments: LineArguments) -> None:
    """Refuse the change where none of the lines in question is in use, before anybody asks for the new package."""
    lines = await candidate_lines(context, caller, arguments.line_number)
    _check_in_use(next((line for line in lines if line.status == LineStatus.ACTIVE), lines[0]))


async def _plan_change(
    context: Context, caller: Caller, arguments: ChangePackageArguments
) -> tuple[PackagePreview, Line, Package]:
    """The change, if the line and the customer allow it."""
    line = await owned_line(context, caller, arguments.line_number)
    package, nearest = await package_named(context, arguments.new_package_name)
    if package is None:
        raise InvalidPackage(value=arguments.new_package_name, nearest=nearest, next_step=suggest(nearest))
    if not eligible(await context.ports.customers.customer(caller.customer_id), package):
        raise IneligibleForPackage(package=package.name)
    _check_in_use(line)
    if package.name == line.package.name:
        raise PackageChangeFailed(line_number=line.number, package=package.name)
    return _preview(context, line, package), line, package


def _preview(context: Context, line: Line, package: Package) -> PackagePreview:
    """What moving a line to a package changes, today."""
    committed = line.commitment_until is not None and line.commitment_until > context.today()
    fee = line.package.cancellation_fee if committed else None
    resolved = {"new_package_name": package.name, "line_number": line.number}
    return PackagePreview(
        operation="change_package",
        arguments=resolved | ({"accepted_fee": float(fee)} if fee is not None else {}),
        line_number=line.number,
        from_package=line.package.name,
        to_package=package.name,
        monthly_fee=package.monthly_fee,
        current_fee=line.package.monthly_fee,
        fee_difference=package.monthly_fee - line.package.monthly_fee,
        setup_fee=package.setup_fee,
        contract_months=package.contract_months,
        effective_date=context.today(),
        cancellation_fee=fee,
        commitment_until=line.commitment_until if committed else None,
        new_cancellation_fee=package.cancellation_fee if package.contract_months else None,
        roaming_enabled=line.roaming_enabled,
        current_roaming_daily_fee=_roaming_fee(context, line, line.package),
        roaming_daily_fee=_roaming_fee(context, line, package),
        target_audience=package.target_audience,
    )


def _roaming_fee(context: Context, line: Line, package: Package) -> Decimal | None:
    """Return what a day of use abroad costs on a line with a package; None for a line at home."""
    return None if line.kind == LineKind.HOME else roaming_daily_fee(package, context.operator)


def _check_in_use(line: Line) -> None:
    if line.status != LineStatus.ACTIVE:
        raise PackageChangeFailed(
            message=f"{line.number} numaralı hattınız şu anda kullanıma açık değil.",
            next_step="Hattınızı yeniden açtırdıktan sonra paketinizi değiştirebilirsiniz.",
            line_number=line.number,
            line_status=line.status.value,
        )
