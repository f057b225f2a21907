"""Every refusal that a customer can meet, caused for real: the tool's own guard refuses in a demo environment.

Only TOOL_TIMEOUT is built as the graph builds it, since no tool raises it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from sqlalchemy import delete, select, text

from database.own.elsewhere import OrdersElsewhere, SimulatedTrouble
from database.tables import LineRow, Quota, TicketRow
from evaluation.environment import DemoEnvironment, OperationResult
from ports import Adapters
from tools.catalog import build_tools
from tools.errors import ToolError, ToolTimeout
from tools.toolbox import Toolbox

Trouble = Literal["no money", "card declined", "payment silent", "speed test silent", "network silent", ""]


class NotRefused(AssertionError):
    """An operation ran, or was refused for another reason, where a certain refusal was expected."""


@dataclass(frozen=True)
class Refused:
    """A call that is refused.

    Attributes:
        code: The refusal's code.
        operation: What is asked.
        customers: Who may ask; one of them is taken.
        arguments: Choices of arguments; one of them is taken.
        channel: Where the call comes from.
        trouble: What is wrong outside meanwhile.
        confirmed: False where the write itself has to refuse, not its preview.
    """

    code: str
    operation: str
    customers: tuple[int, ...]
    arguments: tuple[Mapping[str, Any], ...] = field(default=({},))
    takes_defaults: bool = True
    trouble: Trouble = ""
    confirmed: bool = True


_PAY = ({"method": "credit_card"}, {"method": "bank_transfer"}, {"method": "digital_wallet"})
_ISSUE = {"issue_description": "İnternet bağlantım sürekli kopuyor, düzelmedi."}
_SAME_ISSUE = {"issue_description": "Yurt dışında mobil veri bağlantım sürekli kopuyor.", "category": "technical"}
_STRANGE = ({"line_number": "05551234567"}, {"line_number": "0532 444 55 66"})
_UNKNOWN_PACKAGES = ("Uzay Paketi", "Süper Net", "Jet Tarife")
_UNKNOWN_REGIONS = ({"region": "Atlantis"}, {"region": "Springfield"}, {"region": "Marmara"})

ATTEMPTS = (
    Refused("VALIDATION_ERROR", "get_past_bills", (1, 4), ({"limit": 0}, {"limit": 500})),
    Refused("INVALID_METHOD", "pay_bill", (1, 2), ({"method": "bitcoin"}, {"method": "altın"})),
    Refused("BILL_NOT_FOUND", "pay_bill", (1, 2), tuple({"bill_id": f"F-2020-0{n}-0001", **_PAY[0]} for n in (1, 7))),
    Refused("BILL_ALREADY_PAID", "pay_bill", (0, 5, 6, 8, 9), _PAY),
    Refused("INSUFFICIENT_FUNDS", "pay_bill", (1, 2, 7), _PAY, trouble="no money"),
    Refused("CARD_DECLINED", "pay_bill", (1, 2, 7), _PAY[:1], trouble="card declined"),
    Refused("NO_BILL", "get_current_bill", (-1,)),
    Refused("INVALID_PACKAGE", "change_package", (1, 4), tuple({"new_package_name": n} for n in _UNKNOWN_PACKAGES)),
    Refused("PACKAGE_NOT_FOUND", "get_package_details", (1, 4), tuple({"package_name": n} for n in _UNKNOWN_PACKAGES)),
    Refused(
        "INELIGIBLE_FOR_PACKAGE", "change_package", (1, 4),
        ({"new_package_name": "Kurumsal Pro"}, {"new_package_name": "Kurumsal Temel"}),
    ),
    Refused(
        "COMMITMENT_EXISTS", "change_package", (5,),
        ({"new_package_name": "Aile Paketi"}, {"new_package_name": "Genç Paket"}), confirmed=False,
    ),
    Refused("PACKAGE_CHANGE_FAILED", "change_package", (1,), ({"new_package_name": "Süper Konuşma"},)),
    Refused("PACKAGE_CHANGE_FAILED", "change_package", (3,), ({"new_package_name": "Genç Paket"},)),
    Refused("INVALID_REGION", "check_network_status", (1, 4), _UNKNOWN_REGIONS),
    Refused("OUTSIDE_SYSTEM_UNAVAILABLE", "check_network_status", (1, 4), trouble="network silent"),
    Refused("OUTSIDE_SYSTEM_UNAVAILABLE", "test_internet_speed", (1, 4), trouble="speed test silent"),
    Refused("DUPLICATE_TICKET_FOUND", "create_fault_ticket", (6,), (_SAME_ISSUE,)),
    Refused("SIMILAR_TICKET_FOUND", "create_fault_ticket", (6,), ({**_ISSUE, "category": "technical"},)),
    Refused("TICKET_NOT_FOUND", "get_fault_ticket_status", (1, 6), ({"ticket_id": "TKT-20200101-000001"},)),
    Refused("TICKET_NOT_FOUND", "get_fault_ticket_status", (-1,)),
    Refused("LINE_SUSPENDED", "test_internet_speed", (3,)),
    Refused("LINE_ALREADY_SUSPENDED", "suspend_line", (3,)),
    Refused("LINE_NOT_SUSPENDED", "reactivate_line", (0, 1, 4)),
    Refused("ROAMING_ON_HOME_LINE", "enable_roaming", (7,), ({"status": True, "line_number": "02120000007"},)),
    Refused("OUTSTANDING_BILL", "suspend_line", (2,)),
    Refused("LINE_NOT_FOUND", "suspend_line", (0, 1), _STRANGE),
    Refused("LINE_NOT_FOUND", "get_remaining_quotas", (0, 1), _STRANGE),
    Refused("MULTIPLE_LINES", "test_internet_speed", (7,), takes_defaults=False),
    Refused("MULTIPLE_LINES", "suspend_line", (7,), takes_defaults=False),
    Refused("INVALID_CONTACT_TYPE", "update_customer_contact", (1,), ({"contact_type": "faks", "new_value": "12345"},)),
    Refused(
        "INVALID_CONTACT_VALUE", "update_customer_contact", (1,),
        ({"contact_type": "email", "new_value": "ayse@"}, {"contact_type": "phone", "new_value": "12345"}),
    ),
    Refused("PAYMENT_SYSTEM_TIMEOUT", "pay_bill", (7,), _PAY, trouble="payment silent"),
)  # fmt: skip
"""The last one leaves a payment under way, so it comes last."""


async def refusals(environment: DemoEnvironment, rng: Random) -> AsyncIterator[OperationResult]:
    """Yield every refusal once; the environment must be fresh.

    Raises:
        NotRefused: A guard did not hold; the demo or the tools have changed.
    """
    for attempt in ATTEMPTS:
        customer = rng.choice(attempt.customers)
        with _trouble(environment, attempt.trouble):
            ran = await environment.attempt(
                attempt.operation, environment.newcomer if customer < 0 else customer, rng.choice(attempt.arguments),
                takes_defaults=attempt.takes_defaults, confirmed=attempt.confirmed,
            )  # fmt: skip
        yield _refused(ran, attempt.code)
    yield await _used_key(environment)
    yield await _no_quota(environment)
    yield await _closed_ticket(environment)
    yield await _broken_table(environment)
    yield await _refused_order(environment)
    for operation in ("get_current_bill", "change_package"):
        yield OperationResult(operation, {}, None, None, ToolTimeout())


def refusal_codes() -> set[str]:
    """Return the code of every error class that has one."""
    found, classes = set(), [ToolError]
    while classes:
        kind = classes.pop()
        classes += kind.__subclasses__()
        if "code" in vars(kind):
            found.add(kind.code)
    return found


def _refused(ran: OperationResult, code: str) -> OperationResult:
    got = ran.error.code if ran.error else "a result"
    if got != code:
        raise NotRefused(f"{ran.operation} {ran.arguments} should be refused with {code} and gave {got}")
    return ran


@contextmanager
def _trouble(environment: DemoEnvironment, trouble: Trouble) -> Iterator[None]:
    """Make an outside system fail inside the context."""
    if trouble == "no money":
        environment.payment.decline = "INSUFFICIENT_FUNDS"
    elif trouble == "card declined":
        environment.payment.decline = "CARD_DECLINED"
    environment.payment.timeout = trouble == "payment silent"
    environment.speed_test.unavailable = trouble == "speed test silent"
    environment.network.unavailable = trouble == "network silent"
    try:
        yield
    finally:
        environment.payment.decline = None
        environment.payment.timeout = environment.speed_test.unavailable = environment.network.unavailable = False


async def _used_key(environment: DemoEnvironment) -> OperationResult:
    """Use an idempotency key that belongs to another request."""
    await environment.attempt("setup_autopay", 9, {"status": False}, key="used-before")
    again = await environment.attempt("enable_roaming", 9, {"status": True}, key="used-before")
    return _refused(again, "IDEMPOTENCY_CONFLICT")


async def _no_quota(environment: DemoEnvironment) -> OperationResult:
    lines = select(LineRow.id).where(LineRow.customer_id == environment.newcomer)
    await environment.change(delete(Quota).where(Quota.line_id.in_(lines)))
    return _refused(await environment.attempt("get_remaining_quotas", environment.newcomer, {}), "QUOTA_NOT_FOUND")


async def _closed_ticket(environment: DemoEnvironment) -> OperationResult:
    async with environment.database.session() as session:
        settled = await session.scalar(select(TicketRow.id).where(TicketRow.customer_id == 0))
    return _refused(await environment.attempt("close_ticket", 0, {"ticket_id": settled}), "TICKET_ALREADY_CLOSED")


async def _refused_order(environment: DemoEnvironment) -> OperationResult:
    """Let an order system of the operator's say no for a reason of its own."""
    orders = OrdersElsewhere(environment.database, environment.clock, SimulatedTrouble(refuses="OTHER"))
    elsewhere = copy(environment)
    elsewhere.toolbox = Toolbox(build_tools(environment.database, Adapters(orders=orders), environment.clock))
    return _refused(await elsewhere.attempt("enable_roaming", 9, {"status": True}), "OUTSIDE_SYSTEM_REFUSED")


async def _broken_table(environment: DemoEnvironment) -> OperationResult:
    """Let the database refuse a new ticket."""
    await environment.change(
        text("CREATE TRIGGER broken BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'disk trouble'); END")
    )
    ran = await environment.attempt("create_fault_ticket", 0, {**_ISSUE, "category": "device"})
    await environment.change(text("DROP TRIGGER broken"))
    return _refused(ran, "TICKET_CREATION_FAILED")
