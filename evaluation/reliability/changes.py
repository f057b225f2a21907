"""The changes that customers ask for while processes die: every WRITE operation, each with how it is seen in the data.

What is counted are rows of the customer, so that a change that was made twice is seen, and one that was half made, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select

from database.enums import BillStatus, LineStatus, TicketStatus
from database.session import Database
from database.tables import Autopay, BillRow, CustomerRow, Handover, LineRow, PackageRow, TicketRow

SESSION = "s"
"""The conversation."""

QUESTION = "ne kadar kotam kaldı"
"""What a customer asks next, which changes nothing."""


@dataclass(frozen=True)
class WishedChange:
    """A change that a customer wants.

    Attributes:
        operation: Its operation; also the name of the trial.
        customer: The demo customer.
        wish: His words for it; empty where only REST clients have the operation.
        arguments: What they state.
        seen: The rows of a table by which the change is seen, as conditions.
        fact: Words that stand in an answer which tells of it.
        asks_for_a_person: It is no operation, and no yes is asked for: the conversation is handed over.
    """

    operation: str
    customer: int
    wish: str
    arguments: Mapping[str, Any]
    seen: tuple[SQLColumnExpression[bool], ...]
    fact: str
    asks_for_a_person: bool = False

    async def times(self, database: Database) -> int:
        """Return how many times the change is seen in the data."""
        async with database.session() as session:
            return await session.scalar(select(func.count()).where(*self.seen)) or 0


def _line(customer: int, condition: SQLColumnExpression[bool]) -> tuple[SQLColumnExpression[bool], ...]:
    return LineRow.customer_id == customer, condition


_DESCRIPTION = "evdeki modemin ışığı yanmıyor"
_EMAIL = "yeni.adres@example.com"
_PAY = "faturamı kredi kartıyla öde"

CHANGES = (
    WishedChange(
        "pay_bill", 1, _PAY, {"method": "credit_card"},
        (BillRow.customer_id == 1, BillRow.status == BillStatus.PAID, BillRow.id == "F-2026-03-0001"), "TRX-",
    ),
    WishedChange(
        "setup_autopay", 1, "otomatik ödemeyi karttan aç", {"status": True, "payment_method": "credit_card"},
        (Autopay.customer_id == 1, Autopay.enabled), "otomatik ödeme",
    ),
    WishedChange(
        "change_package", 1, "paketimi Premium Paket yap", {"new_package_name": "Premium Paket"},
        (*_line(1, LineRow.package_id == PackageRow.id), PackageRow.name == "Premium Paket"), "Premium Paket",
    ),
    WishedChange(
        "enable_roaming", 2, "roamingi aç", {"status": True}, _line(2, LineRow.roaming_enabled), "yurt dışı",
    ),
    WishedChange(
        "create_fault_ticket", 1, _DESCRIPTION, {"issue_description": _DESCRIPTION},
        (TicketRow.customer_id == 1, TicketRow.description == _DESCRIPTION), "TKT-",
    ),
    WishedChange(
        "update_customer_contact", 1, f"e-postam {_EMAIL} olsun", {"contact_type": "email", "new_value": _EMAIL},
        (CustomerRow.id == 1, CustomerRow.email == _EMAIL), _EMAIL,
    ),
    WishedChange(
        "suspend_line", 4, "hattımı dondur", {}, _line(4, LineRow.status == LineStatus.SUSPENDED), "05",
    ),
    WishedChange(
        "reactivate_line", 3, "hattımı yeniden aç", {}, _line(3, LineRow.status == LineStatus.ACTIVE), "05",
    ),
    WishedChange(
        "hand_over", 1, "temsilci istiyorum", {}, (Handover.thread_id == SESSION,), "aktar", asks_for_a_person=True,
    ),
    WishedChange(
        "close_ticket", 6, "", {"ticket_id": "TKT-20260314-0006"},
        (TicketRow.customer_id == 6, TicketRow.status == TicketStatus.CLOSED), "TKT-",
    ),
)  # fmt: skip
"""In the order of the operations."""
