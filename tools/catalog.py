"""The list of operations, as tools: name, kind, REST path, models and error codes of each."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig

from core.clock import Clock
from core.operator_facts import OperatorFacts
from database.session import Database
from ports import Adapters, Ports
from ports.errors import SystemUnavailable
from tools import (
    account,
    billing,
    diagnostics,
    lines,
    package_change,
    packages,
    payment,
    settlement,
    support,
    ticket_opening,
)
from tools.caller import Caller, Context, caller_of, owned_line
from tools.errors import InvalidContactType, InvalidContactValue, InvalidMethod, ToolError
from tools.errors.systems import heard
from tools.schema import Arguments, LineArguments, LinePreview, ListArguments, NoArguments, Preview, Result
from tools.toolbox import READ, WRITE, Guard, OperationTool

_ValueErrors = Mapping[str, Callable[[Any], ToolError]]
_Names = Mapping[str, Callable[[Context, str], Awaitable[list[str]]]]
_Previewer = Callable[[Context, Caller, Any], Awaitable[Preview]]
_Guard = Callable[[Context, Caller, Any], Awaitable[None]]

_LINE = ("LINE_NOT_FOUND", "MULTIPLE_LINES")
_METHOD: _ValueErrors = MappingProxyType({"method": lambda value: InvalidMethod(value=str(value))})
_CONTACT: _ValueErrors = MappingProxyType(
    {
        "contact_type": lambda value: InvalidContactType(value=str(value)),
        "new_value": lambda _: InvalidContactValue(label="iletişim", example="en çok 200 karakterlik bir metin"),
    }
)


class _Function(Protocol):
    __name__: str

    def __call__(self, context: Context, caller: Caller, arguments: Any, /) -> Awaitable[Result]: ...


@dataclass(frozen=True)
class _Operation:
    """One row of the catalog; the operation is named after its function, and its docstring is the model's manual."""

    kind: str
    path: str
    run: _Function
    arguments: type[Arguments]
    result: type[Result]
    errors: tuple[str, ...] = ()
    preview: _Previewer | None = None
    value_errors: _ValueErrors | None = None
    names: _Names | None = None
    guard: tuple[type[Arguments], _Guard] | None = None


_OPERATIONS = (
    _Operation(READ, "/billing/current", billing.get_current_bill, NoArguments, billing.CurrentBill, ("NO_BILL",)),
    _Operation(READ, "/billing/history", billing.get_past_bills, ListArguments, billing.PastBills),
    _Operation(
        WRITE,
        "/billing/pay",
        payment.pay_bill,
        payment.PayBillArguments,
        settlement.PaidBill,
        (
            "BILL_NOT_FOUND",
            "BILL_ALREADY_PAID",
            "INVALID_METHOD",
            "INSUFFICIENT_FUNDS",
            "CARD_DECLINED",
            "PAYMENT_SYSTEM_TIMEOUT",
        ),
        payment.preview_payment,
        _METHOD,
        guard=(payment.BillArguments, payment.guard_payment),
    ),
    _Operation(READ, "/billing/payments", billing.get_payment_history, ListArguments, billing.PaymentHistory),
    _Operation(
        WRITE,
        "/billing/autopay",
        billing.setup_autopay,
        billing.AutopayArguments,
        billing.AutopayState,
        preview=billing.preview_autopay,
    ),
    _Operation(
        READ, "/packages/current", packages.get_customer_package, LineArguments, packages.CustomerPackage, _LINE
    ),
    _Operation(
        READ,
        "/packages/quotas",
        packages.get_remaining_quotas,
        LineArguments,
        packages.RemainingQuotas,
        ("QUOTA_NOT_FOUND", *_LINE),
    ),
    _Operation(
        WRITE,
        "/packages/change",
        package_change.change_package,
        package_change.ChangePackageArguments,
        package_change.PackageChange,
        ("INVALID_PACKAGE", "INELIGIBLE_FOR_PACKAGE", "COMMITMENT_EXISTS", "PACKAGE_CHANGE_FAILED", *_LINE),
        package_change.preview_package_change,
        names={"new_package_name": packages.packages_in},
        guard=(LineArguments, package_change.guard_package_change),
    ),
    _Operation(READ, "/packages/available", packages.get_available_packages, NoArguments, packages.AvailablePackages),
    _Operation(
        READ,
        "/packages/details",
        packages.get_package_details,
        packages.PackageArguments,
        packages.PackageDetails,
        ("PACKAGE_NOT_FOUND",),
        names={"package_name": packages.packages_in},
    ),
    _Operation(
        WRITE,
        "/services/roaming",
        lines.enable_roaming,
        lines.RoamingArguments,
        lines.RoamingState,
        _LINE,
        lines.preview_roaming,
    ),
    _Operation(
        READ,
        "/network/status",
        diagnostics.check_network_status,
        diagnostics.RegionArguments,
        diagnostics.RegionStatus,
        ("INVALID_REGION",),
        names={"region": diagnostics.regions_in},
    ),
    _Operation(
        WRITE,
        "/support/tickets",
        ticket_opening.create_fault_ticket,
        ticket_opening.CreateTicketArguments,
        ticket_opening.CreatedTicket,
        ("DUPLICATE_TICKET_FOUND", "TICKET_CREATION_FAILED"),
        ticket_opening.preview_ticket,
    ),
    _Operation(
        READ,
        "/support/tickets/status",
        support.get_fault_ticket_status,
        support.TicketArguments,
        support.TicketState,
        ("TICKET_NOT_FOUND",),
    ),
    _Operation(
        READ,
        "/diagnostics/speed-test",
        diagnostics.test_internet_speed,
        LineArguments,
        diagnostics.SpeedTestResult,
        ("LINE_SUSPENDED", *_LINE),
    ),
    _Operation(READ, "/customers/profile", account.get_customer_profile, NoArguments, account.CustomerProfile),
    _Operation(
        WRITE,
        "/customers/contact",
        account.update_customer_contact,
        account.ContactArguments,
        account.UpdatedContact,
        ("INVALID_CONTACT_TYPE", "INVALID_CONTACT_VALUE"),
        account.preview_contact,
        _CONTACT,
    ),
    _Operation(
        WRITE,
        "/lines/suspend",
        lines.suspend_line,
        lines.SuspendArguments,
        lines.SuspendedLine,
        ("OUTSTANDING_BILL", "LINE_ALREADY_SUSPENDED", *_LINE),
        lines.preview_suspension,
        guard=(LineArguments, lines.guard_suspension),
    ),
    _Operation(
        WRITE,
        "/lines/reactivate",
        lines.reactivate_line,
        LineArguments,
        lines.ReactivatedLine,
        ("LINE_NOT_SUSPENDED", *_LINE),
        lines.preview_reactivation,
        guard=(LineArguments, lines.guard_reactivation),
    ),
)

_REST_ONLY = (
    _Operation(READ, "/support/tickets/list", support.list_tickets, ListArguments, support.TicketList),
    _Operation(
        WRITE,
        "/support/tickets/close",
        support.close_ticket,
        support.CloseTicketArguments,
        support.TicketState,
        ("TICKET_NOT_FOUND", "TICKET_ALREADY_CLOSED"),
        support.preview_closing,
    ),
)


OPERATION_NAMES = frozenset(operation.run.__name__ for operation in _OPERATIONS)
"""The operations that the agent and REST clients share."""


def build_tools(
    database: Database, ports: Adapters | Ports | None, clock: Clock, operator: OperatorFacts | None = None
) -> list[OperationTool]:
    """Build the 19 operations that the agent and REST clients share.

    Args:
        database: Our own records.
        ports: The systems that hold customers' data; our own tables and simulated ones where none are given.
        clock: The present.
        operator: The operator's fees and limits; default: those that come with the agent.
    """
    context = Context.of(database, ports, clock, operator)
    return [_tool(context, operation) for operation in _OPERATIONS]


def build_rest_only_tools(
    database: Database, ports: Adapters | Ports | None, clock: Clock, operator: OperatorFacts | None = None
) -> list[OperationTool]:
    """Build the operations that only older REST clients use; arguments as for ``build_tools``."""
    context = Context.of(database, ports, clock, operator)
    return [_tool(context, operation) for operation in _REST_ONLY]


def _tool(context: Context, operation: _Operation) -> OperationTool:
    async def call(config: RunnableConfig, arguments: Arguments) -> Result:
        return await heard(operation.run(context, caller_of(config), arguments))

    name = operation.run.__name__
    return OperationTool(
        name=name,
        description=inspect.getdoc(operation.run) or "",
        coroutine=call,
        args_schema=operation.arguments,
        arguments=operation.arguments,
        result=operation.result,
        preview=_preview(context, operation),
        guard=_guard(context, operation),
        value_errors=operation.value_errors or {},
        names={argument: partial(_named, context, finder) for argument, finder in (operation.names or {}).items()},
        tags=[operation.kind],
        metadata={"kind": operation.kind, "path": operation.path, "errors": _errors(operation)},
    )


def _errors(operation: _Operation) -> list[str]:
    """The codes of an operation's refusals: its own, and those that any operation of its kind can give."""
    shared = ["OUTSIDE_SYSTEM_UNAVAILABLE"]
    if operation.kind == WRITE:
        shared += ["OUTSIDE_SYSTEM_REFUSED", "TOOL_TIMEOUT", "IDEMPOTENCY_CONFLICT"]
    return [*operation.errors, *shared]


async def _named(context: Context, finder: Callable[[Context, str], Awaitable[list[str]]], words: str) -> list[str]:
    """Return the names in a customer's words; none while the system that knows them is silent."""
    try:
        return await finder(context, words)
    except SystemUnavailable:
        return []


def _guard(context: Context, operation: _Operation) -> Guard | None:
    if operation.guard is None:
        return None
    arguments, check = operation.guard
    return Guard(arguments, lambda known, caller: heard(check(context, caller, known)))


def _preview(context: Context, operation: _Operation) -> Callable[[Any, Caller], Awaitable[Preview]] | None:
    """Return the preview of a write, or for a read about a line the preview that resolves the line."""
    previewer = operation.preview
    if previewer is not None:
        return lambda arguments, caller: heard(previewer(context, caller, arguments))
    if not issubclass(operation.arguments, LineArguments):
        return None

    async def preview_line(arguments: LineArguments, caller: Caller) -> LinePreview:
        line = await owned_line(context, caller, arguments.line_number)
        resolved = arguments.stated | {"line_number": line.number}
        return LinePreview(operation=operation.run.__name__, arguments=resolved, line_number=line.number)

    return lambda arguments, caller: heard(preview_line(arguments, caller))
