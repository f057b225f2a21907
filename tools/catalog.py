"""The list of operations, as tools: name, kind, REST path, models and error codes of each."""

from __future__ import annotations

from types import MappingProxyType

from core.clock import Clock
from core.operator_facts import OperatorFacts
from database.session import Database
from ports import Adapters, Ports
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
from tools.caller import Context
from tools.errors import InvalidContactType, InvalidContactValue, InvalidMethod
from tools.operations import Operation, ValueErrors, tool_of
from tools.schema import LineArguments, ListArguments, NoArguments
from tools.toolbox import READ, WRITE, OperationTool

_LINE = ("LINE_NOT_FOUND", "MULTIPLE_LINES")
_METHOD: ValueErrors = MappingProxyType({"method": lambda value: InvalidMethod(value=str(value))})
_CONTACT: ValueErrors = MappingProxyType(
    {
        "contact_type": lambda value: InvalidContactType(value=str(value)),
        "new_value": lambda _: InvalidContactValue(label="iletişim", example="en çok 200 karakterlik bir metin"),
    }
)


_OPERATIONS = (
    Operation(READ, "/billing/current", billing.get_current_bill, NoArguments, billing.CurrentBill, ("NO_BILL",)),
    Operation(READ, "/billing/history", billing.get_past_bills, ListArguments, billing.PastBills),
    Operation(
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
    Operation(READ, "/billing/payments", billing.get_payment_history, ListArguments, billing.PaymentHistory),
    Operation(
        WRITE,
        "/billing/autopay",
        billing.setup_autopay,
        billing.AutopayArguments,
        billing.AutopayState,
        preview=billing.preview_autopay,
    ),
    Operation(READ, "/packages/current", packages.get_customer_package, LineArguments, packages.CustomerPackage, _LINE),
    Operation(
        READ,
        "/packages/quotas",
        packages.get_remaining_quotas,
        LineArguments,
        packages.RemainingQuotas,
        ("QUOTA_NOT_FOUND", *_LINE),
    ),
    Operation(
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
    Operation(READ, "/packages/available", packages.get_available_packages, NoArguments, packages.AvailablePackages),
    Operation(
        READ,
        "/packages/details",
        packages.get_package_details,
        packages.PackageArguments,
        packages.PackageDetails,
        ("PACKAGE_NOT_FOUND",),
        names={"package_name": packages.packages_in},
    ),
    Operation(
        WRITE,
        "/services/roaming",
        lines.enable_roaming,
        lines.RoamingArguments,
        lines.RoamingState,
        ("ROAMING_ON_HOME_LINE", *_LINE),
        lines.preview_roaming,
    ),
    Operation(
        READ,
        "/network/status",
        diagnostics.check_network_status,
        diagnostics.RegionArguments,
        diagnostics.RegionStatus,
        ("INVALID_REGION",),
        names={"region": diagnostics.regions_in},
    ),
    Operation(
        WRITE,
        "/support/tickets",
        ticket_opening.create_fault_ticket,
        ticket_opening.CreateTicketArguments,
        ticket_opening.CreatedTicket,
        ("DUPLICATE_TICKET_FOUND", "TICKET_CREATION_FAILED"),
        ticket_opening.preview_ticket,
    ),
    Operation(
        READ,
        "/support/tickets/status",
        support.get_fault_ticket_status,
        support.TicketArguments,
        support.TicketState,
        ("TICKET_NOT_FOUND",),
    ),
    Operation(
        READ,
        "/diagnostics/speed-test",
        diagnostics.test_internet_speed,
        LineArguments,
        diagnostics.SpeedTestResult,
        ("LINE_SUSPENDED", *_LINE),
    ),
    Operation(READ, "/customers/profile", account.get_customer_profile, NoArguments, account.CustomerProfile),
    Operation(
        WRITE,
        "/customers/contact",
        account.update_customer_contact,
        account.ContactArguments,
        account.UpdatedContact,
        ("INVALID_CONTACT_TYPE", "INVALID_CONTACT_VALUE"),
        account.preview_contact,
        _CONTACT,
    ),
    Operation(
        WRITE,
        "/lines/suspend",
        lines.suspend_line,
        lines.SuspendArguments,
        lines.SuspendedLine,
        ("OUTSTANDING_BILL", "LINE_ALREADY_SUSPENDED", *_LINE),
        lines.preview_suspension,
        guard=(LineArguments, lines.guard_suspension),
    ),
    Operation(
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
    Operation(READ, "/support/tickets/list", support.list_tickets, ListArguments, support.TicketList),
    Operation(
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
    return [tool_of(context, operation) for operation in _OPERATIONS]


def build_rest_only_tools(
    database: Database, ports: Adapters | Ports | None, clock: Clock, operator: OperatorFacts | None = None
) -> list[OperationTool]:
    """Build the operations that only older REST clients use; arguments as for ``build_tools``."""
    context = Context.of(database, ports, clock, operator)
    return [tool_of(context, operation) for operation in _REST_ONLY]
