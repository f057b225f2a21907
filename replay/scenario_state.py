"""The customer as he was before a recorded conversation: his row, lines, newest bill and standing order.

The database holds the present. What was changed since, by the conversation itself or later, is taken back by the
audit's former values. Tickets and quotas are left as the scenario's demo customer has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import BillStatus, LineStatus
from database.seed.people import DEMO_PEOPLE
from database.tables import AuditEntry, Autopay, BillRow, CustomerRow, LineRow, PackageRow

_KINDS = ("name", "email", "phone", "address")
_PLACES = ("{line}", "{second_line}")

Former = Mapping[tuple[str, str], Any]
"""The changed values as they were, by the number of line or bill ("" for the customer) and the field."""


class CustomerBefore(NamedTuple):
    """A customer before a conversation.

    Attributes:
        placeholders: The placeholder of each of his own values.
        rows: His state as changes of a demo customer's rows.
    """

    placeholders: dict[str, str]
    rows: list[dict[str, Any]]


async def state_before(session: AsyncSession, customer_id: int, began: datetime, demo_customer: int) -> CustomerBefore:
    """Return the customer as he was at the beginning of a conversation.

    Args:
        session: Reads the customer's rows.
        customer_id: The customer.
        began: The beginning.
        demo_customer: The demo customer whose rows are to be changed.
    """
    customer = await session.get_one(CustomerRow, customer_id)
    was = await _former(session, customer_id, began)
    query = (
        select(LineRow, PackageRow.name)
        .join(PackageRow, PackageRow.id == LineRow.package_id)
        .where(LineRow.customer_id == customer_id)
        .order_by(LineRow.is_main.desc(), LineRow.id)
    )
    lines = [(line, package) for line, package in await session.execute(query)]
    own = {value: f"{{{kind}}}" for kind in _KINDS if (value := was.get(("", kind), getattr(customer, kind)))}
    own |= {word: "{name}" for word in customer.name.split()}
    own |= {line.number: place for (line, _), place in zip(lines, _PLACES, strict=False)}
    demo = next(person for person in DEMO_PEOPLE if person.customer_id == demo_customer)
    rows = [
        _line(line, package, place, was, began)
        for (line, package), place in zip(lines, _PLACES[: len(demo.lines)], strict=False)
    ]
    rows += await _bill(session, customer_id, was, began)
    rows += _autopay(await session.get(Autopay, customer_id), was, demo.autopay is not None)
    return CustomerBefore(own, rows)


async def _former(session: AsyncSession, customer_id: int, began: datetime) -> Former:
    entries = await session.scalars(
        select(AuditEntry)
        .where(AuditEntry.customer_id == customer_id, AuditEntry.at >= began)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    found: dict[tuple[str, str], Any] = {}
    for entry in entries:  # newest first, so that the oldest former value remains
        before = entry.before or {}
        if entry.operation == "setup_autopay":  # no row before is a value, too
            before = {"autopay": before or None}
        if entry.operation == "change_package":  # its facts name the commitment that was left
            before = {**before, "commitment_until": (entry.after or {}).get("commitment_until")}
        number = before.get("line_number") or before.get("bill_id") or ""
        found |= {(number, key): value for key, value in before.items()}
    return found


def _line(line: LineRow, package: str, place: str, was: Former, began: datetime) -> dict[str, Any]:
    now: dict[str, Any] = {
        "package": package, "status": line.status.value, "roaming_enabled": line.roaming_enabled,
        "suspension_reason": line.suspension_reason, "commitment_until": line.commitment_until,
    }  # fmt: skip
    before = now | {name: was[line.number, name] for name in now if (line.number, name) in was}
    if (line.number, "reason") in was:
        before["suspension_reason"] = was[line.number, "reason"]
    suspended = before["status"] == LineStatus.SUSPENDED
    if not suspended:
        before["suspension_reason"] = None
    since = line.suspended_at if line.suspended_at is not None and line.suspended_at < began else None
    before["suspended_at"] = (since - began).days if suspended and since else -1 if suspended else None
    before["commitment_until"] = _days(before["commitment_until"], began)
    return {"update": "lines", "where": {"number": place}, "set": before}


async def _bill(session: AsyncSession, customer_id: int, was: Former, began: datetime) -> list[dict[str, Any]]:
    newest = select(BillRow).where(BillRow.customer_id == customer_id).order_by(BillRow.bill_date.desc()).limit(1)
    rows: list[dict[str, Any]] = []
    for bill in await session.scalars(newest):
        before: dict[str, Any] = {"status": was.get((bill.id, "status"), bill.status.value)}
        before["due_date"] = (bill.due_date - began.date()).days
        if before["status"] != BillStatus.PAID:
            before["paid_at"] = None
        rows.append({"update": "bills", "where": {"id": "{current_bill}"}, "set": before})
    return rows


def _autopay(order: Autopay | None, was: Former, demo_has_one: bool) -> list[dict[str, Any]]:
    """Return the change that gives the demo customer the standing order from before, or none."""
    now = {"enabled": order.enabled, "method": order.method.value} if order else None
    before = was.get(("", "autopay"), now)
    if before is None:
        return [{"delete": "autopays"}] if demo_has_one else []
    return [{"update" if demo_has_one else "insert": "autopays", "set": dict(before)}]


def _days(day: date | str | None, began: datetime) -> int | None:
    if day is None:
        return None
    return ((date.fromisoformat(day[:10]) if isinstance(day, str) else day) - began.date()).days
