"""The rows of imported and exported files, field by field, as columns of CSV or keys of JSON.

A field without a default must be stated. Of a record that is stored already, what is left out stays as it is, and null
(in CSV a cell ``-``) empties a field that may be empty. How a value is written is in ``values.py``.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.currency import CURRENCY
from core.turkish import fold
from database.enums import (
    BillStatus,
    CustomerKind,
    LineKind,
    LineStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)
from database.exchange.values import (
    Count,
    CustomerId,
    Day,
    Email,
    Exact,
    LineNumber,
    Moment,
    Money,
    Past,
    Phone,
    refused,
    text,
)

_LONGEST_PERIOD = timedelta(days=366)
_PLAIN_WORDS = frozenset({"evet", "hayir", "tamam", "iptal", "yes", "no", "ok", "fatura", "paket", "hat", "odeme"})
"""Customers say these to the assistant every day: a package of that name could not be told from them."""


def _package_name(name: str) -> str:
    if re.search(r"[<>{}\[\]|`]", name):
        raise refused("has a character that no name of a package may have: < > { } [ ] | `")
    if len(re.findall(r"[^\W\d_]", name)) < 2 or fold(name) in _PLAIN_WORDS:
        raise refused("cannot be told from the plain words of a conversation; give the package a name of its own")
    return " ".join(name.split())


def _served(currency: str) -> str:
    if currency != CURRENCY:
        raise refused(f"bills are in {CURRENCY} here: amounts are added up and collected as they stand")
    return currency


PackageName = Annotated[str, text(80), AfterValidator(_package_name)]


class Record(BaseModel):
    """Head of the records."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class CustomerRecord(Record):
    """A person or a company with a contract."""

    id: CustomerId
    name: Annotated[str, text(120)]
    email: Email
    phone: Phone
    address: Annotated[str, text(300)] | None = None
    region: Annotated[str, text(80)]
    tier: Annotated[str, text(20)] = "standard"
    kind: CustomerKind = CustomerKind.INDIVIDUAL
    registered_at: Past
    signed_up: bool = False


class PackageRecord(Record):
    """A package; allowances are for one month. One that is not on sale stays with the lines that have it."""

    name: PackageName
    monthly_fee: Money
    setup_fee: Money = Decimal(0)
    internet_gb: Count
    voice_minutes: Count
    sms_count: Count
    international_minutes: Count = 0
    roaming_included: bool = False
    target_audience: Annotated[str, text(120)]
    contract_months: Count = 0
    cancellation_fee: Money = Decimal(0)
    business_only: bool = False
    on_sale: bool = True


class LineRecord(Record):
    """A phone number of a customer, with its package by name."""

    number: LineNumber
    customer_id: CustomerId
    package: Annotated[str, text(80)]
    kind: LineKind = LineKind.MOBILE
    is_main: bool
    status: LineStatus = LineStatus.ACTIVE
    suspended_at: Past | None = None
    suspension_reason: Annotated[str, text(200)] | None = None
    roaming_enabled: bool = False
    package_since: Day
    renewal_date: Day
    commitment_until: Day | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        stated = self.model_fields_set
        if self.status == LineStatus.SUSPENDED and self.suspended_at is None:
            raise refused("a suspended line needs suspended_at")
        if "status" in stated and self.status != LineStatus.SUSPENDED and (self.suspended_at or self.suspension_reason):
            raise refused(f"is {self.status}, and has suspended_at or suspension_reason of a suspended line")
        if self.renewal_date < self.package_since:
            raise refused("renewal_date lies before package_since")
        if self.commitment_until is not None and self.commitment_until < self.package_since:
            raise refused("commitment_until lies before package_since")
        return self


class ItemRecord(Record):
    """One service on a bill."""

    service_name: Annotated[str, text(120)]
    amount: Exact


def _items(value: Any) -> Any:
    """Read ``Aylık ücret=149.90; Aramalar=12.40``, or the same as JSON where a name has a semicolon."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value, parse_float=Decimal)
        except ValueError:
            raise refused("is no list in JSON") from None
    parts = [part.rpartition("=") for part in value.split(";") if part.strip()]
    if not all(sign for _, sign, _ in parts):
        raise refused("write name=amount; name=amount")
    return [{"service_name": name, "amount": amount.strip()} for name, _, amount in parts]


class BillRecord(Record):
    """A month's bill; its items add up to its amount."""

    id: Annotated[str, text(32)]
    customer_id: CustomerId
    amount: Money
    currency: Annotated[str, AfterValidator(_served)] = CURRENCY
    bill_date: Day
    due_date: Day
    status: BillStatus
    paid_at: Past | None = None
    items: Annotated[tuple[ItemRecord, ...], BeforeValidator(_items), Field(min_length=1)]

    @field_validator("status")
    @classmethod
    def _not_in_payment(cls, status: BillStatus) -> BillStatus:
        if status == BillStatus.PROCESSING:
            raise refused("processing is a state of a payment that runs here")
        return status

    @field_validator("items")
    @classmethod
    def _adds_up(cls, items: tuple[ItemRecord, ...], info: ValidationInfo) -> tuple[ItemRecord, ...]:
        total = sum((item.amount for item in items), Decimal(0))
        if info.data.get("amount", total) != total:
            raise refused(f"add up to {total}, not to the amount")
        return items

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> Self:
        owed = self.status in (BillStatus.UNPAID, BillStatus.OVERDUE)
        if self.due_date < self.bill_date:
            raise refused("due_date lies before bill_date")
        if self.status == BillStatus.PAID and self.paid_at is None:
            raise refused("a paid bill needs paid_at")
        if owed and self.paid_at is not None:
            raise refused(f"is {self.status}, and has paid_at of a paid bill")
        if owed and not self.amount:
            raise refused("nothing is owed on a bill of 0; state it as paid or cancelled")
        if self.status == BillStatus.OVERDUE and isinstance(info.context, datetime):
            if self.due_date > info.context.date():
                raise refused("is overdue, and its due_date is still to come")
        return self


class UsageRecord(Record):
    """The use of a line in a period; the one that ends last is the current one."""

    line: LineNumber
    period_end: Day
    internet_used_gb: Money
    voice_used: Count
    sms_used: Count

    @field_validator("period_end")
    @classmethod
    def _current(cls, day: Day, info: ValidationInfo) -> Day:
        if isinstance(info.context, datetime) and day > info.context.date() + _LONGEST_PERIOD:
            raise refused("lies more than a year ahead: the period that ends last is told as the current one")
        return day


class TicketRecord(Record):
    """A fault record."""

    id: Annotated[str, text(32)]
    customer_id: CustomerId
    description: Annotated[str, text(4000)]
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: Past
    estimated_resolution: Moment | None = None
    resolved_at: Past | None = None
    resolution: Annotated[str, text(4000)] | None = None
    notes: Annotated[str, text(4000)] | None = None
    customer_notes: Annotated[str, text(4000)] | None = None
