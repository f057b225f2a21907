"""Database rows as scenarios see them: their owners, comparison with expected values, and placeholders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core import turkish
from core.languages import Language

_OWNED_BY = {"quotas": ("line_id", "lines"), "bill_items": ("bill_id", "bills")}
"""Rows that belong to the owner of another row."""

_PEOPLE = range(7)
"""The demo customers that are no company."""


@dataclass(frozen=True)
class StoredRow:
    """A row and the customer who owns it; None where the table has no owner."""

    owner: int | None
    values: Mapping[str, Any]


StoredRows = Mapping[str, Sequence[StoredRow]]
"""The rows by table."""


def table_rows(found: Mapping[str, Sequence[Mapping[Any, Any]]]) -> StoredRows:
    """Return rows with their owners and with the columns that only scenarios have."""
    packages = {row["id"]: row["name"] for row in found["packages"]}
    owners = {
        (table, row["id"]): row["customer_id"] for table in ("lines", "bills") for row in found[table]
    }  # fmt: skip

    def made(table: str, row: Mapping[Any, Any]) -> StoredRow:
        values = {str(name): value for name, value in row.items()}
        if table == "lines":
            values["package"] = packages[values["package_id"]]
        if table in _OWNED_BY:
            column, other = _OWNED_BY[table]
            return StoredRow(owners[other, values[column]], values)
        return StoredRow(values["id"] if table == "customers" else values.get("customer_id"), values)

    return {table: [made(table, row) for row in rows] for table, rows in found.items()}


def same(stored: Any, expected: Any) -> bool:
    """Return True if a stored value equals the expected one of a file; an object may hold more than is expected."""
    if isinstance(expected, Mapping):
        return isinstance(stored, Mapping) and all(
            name in stored and same(stored[name], value) for name, value in expected.items()
        )
    if stored is None or expected is None or isinstance(stored, bool) or isinstance(expected, bool):
        return stored is expected
    if isinstance(stored, Decimal | int | float):
        try:
            return Decimal(str(stored)) == Decimal(str(expected))
        except InvalidOperation:
            return False
    return as_text(stored) == as_text(expected)


def as_text(value: Any) -> str:
    """Return a value as scenario files write it."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def placeholders(
    rows: StoredRows, customer: int, offered: Sequence[Mapping[str, Any]], language: Language
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of placeholders, as the database holds them and as the customer reads them.

    Args:
        rows: The rows before the first turn.
        customer: The customer's id.
        offered: The packages that the customer may choose from, as they are listed.
        language: For money and days.
    """
    found = _person(rows, customer) | _bills(rows, customer) | _packages(rows, customer, offered)
    stranger = _stranger(rows, customer)
    found |= {
        "stranger_name": _own(rows, "customers", stranger)[0]["name"],
        "stranger_amount": _newest_bills(rows, stranger)[0]["amount"],
        "stranger_line": _lines(rows, stranger)[0]["number"],
    }
    stored = {name: value for name, value in found.items() if value is not None}
    return stored, {name: _displayed(value, language) for name, value in stored.items()}


def _displayed(value: Any, language: Language) -> str:
    if isinstance(value, Decimal):
        return turkish.amount(value, locale=language)
    return turkish.date(value, locale=language) if isinstance(value, date) else str(value)


def _own(rows: StoredRows, table: str, customer: int) -> list[Mapping[str, Any]]:
    return [row.values for row in rows[table] if row.owner == customer]


def _lines(rows: StoredRows, customer: int) -> list[Mapping[str, Any]]:
    """Return the lines of a customer, the main line first."""
    return sorted(_own(rows, "lines", customer), key=lambda line: (not line["is_main"], line["id"]))


def _newest_bills(rows: StoredRows, customer: int) -> list[Mapping[str, Any]]:
    return sorted(_own(rows, "bills", customer), key=lambda bill: bill["bill_date"], reverse=True)


def _person(rows: StoredRows, customer: int) -> dict[str, Any]:
    person = _own(rows, "customers", customer)[0]
    lines = _lines(rows, customer)
    tickets = sorted(_own(rows, "tickets", customer), key=lambda ticket: ticket["created_at"], reverse=True)
    return {
        **{name: person[name] for name in ("name", "email", "phone", "address", "region")},
        "line": lines[0]["number"] if lines else None,
        "second_line": lines[1]["number"] if len(lines) > 1 else None,
        "ticket": tickets[0]["id"] if tickets else None,
    }


def _bills(rows: StoredRows, customer: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for bill, names in zip(
        _newest_bills(rows, customer), (("current_bill", "amount"), ("previous_bill", "previous_amount")), strict=False
    ):
        found |= dict(zip(names, (bill["id"], bill["amount"]), strict=True))
    if found:
        found["due_date"] = _newest_bills(rows, customer)[0]["due_date"]
    return found


def _packages(rows: StoredRows, customer: int, offered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    lines = _lines(rows, customer)
    own = lines[0]["package"] if lines else None
    fees = {row.values["name"]: row.values["monthly_fee"] for row in rows["packages"]}
    return {
        "package": own,
        "monthly_fee": fees.get(own),
        "cheapest_package": min(offered, key=lambda package: fees[package["name"]])["name"],
        "dearest_package": max(offered, key=lambda package: fees[package["name"]])["name"],
        "most_data_package": max(offered, key=lambda package: package["features"]["internet_gb"])["name"],
        "other_package": next(package["name"] for package in offered if package["name"] != own),
    }


def _stranger(rows: StoredRows, customer: int) -> int:
    """Return another person whose newest bill equals no sum that the customer may see, if possible no fee either."""
    own = {bill["amount"] for bill in _newest_bills(rows, customer)}
    fees = {row.values["monthly_fee"] for row in rows["packages"]}
    sums = {other: _newest_bills(rows, other)[0]["amount"] for other in _PEOPLE if other != customer}
    free = [other for other, amount in sums.items() if amount not in own]
    return next((other for other in free if sums[other] not in fees), free[0])
