"""What one row of an imported or exported file states, field by field, as columns of CSV or keys of JSON.

A field without a default must be stated. Of a record that is stored already, what is left out stays as it is.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from core.clock import ISTANBUL
from core.patterns import is_phone, normal_email
from database.enums import (
    BillStatus,
    CustomerKind,
    LineKind,
    LineStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)

LARGEST_ID = 2**31 - 1
_COMMA_AMOUNT = re.compile(r"-?\d+,\d{1,2}")


def _point(value: Any) -> Any:
    """Read 149,90 as 149.90; with three digits behind the comma it may be thousands, and is refused."""
    return value.replace(",", ".") if isinstance(value, str) and _COMMA_AMOUNT.fullmatch(value) else value


def _zoned(moment: datetime) -> datetime:
    """Read a time without a zone as Turkey's."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)


def _reachable(text: str) -> str:
    if not is_phone(text):
        raise PydanticCustomError("phone", "is no phone number")
    return text


def _mail(text: str) -> str:
    if normal_email(text) is None:
        raise PydanticCustomError("email", "is no e-mail address")
    return text


def _text(most: int, least: int = 1) -> Any:
    # PostgreSQL cannot store a NUL in a text.
    return Field(min_length=least, max_length=most, pattern=r"^[^\x00]*$")


Money = Annotated[Decimal, BeforeValidator(_point), Field(ge=0, max_digits=12, decimal_places=2)]
Moment = Annotated[datetime, AfterValidator(_zoned)]
Count = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Number = Annotated[str, Field(pattern=r"^0\d{10}$")]
CustomerId = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class Record(BaseModel):
    """Head of the records."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class CustomerRecord(Record):
    """A person or a company with a contract."""

    id: CustomerId
    name: Annotated[str, _text(120)]
    email: Annotated[str, _text(254), AfterValidator(_mail)]
    phone: Annotated[str, _text(20), AfterValidator(_reachable)]
    address: Annotated[str, _text(300)] | None = None
    region: Annotated[str, _text(80)]
    tier: Annotated[str, _text(20)] = "standard"
    kind: CustomerKind = CustomerKind.INDIVIDUAL
    registered_at: Moment


class PackageRecord(Record):
    """A package on sale; allowances are for one month."""

    name: Annotated[str, _text(80)]
    monthly_fee: Money
    setup_fee: Money = Decimal(0)
    internet_gb: Count
    voice_minutes: Count
    sms_count: Count
    international_minutes: Count = 0
    roaming_included: bool = False
    target_audience: Annotated[str, _text(120)]
    contract_months: Count = 0
    cancellation_fee: Money = Decimal(0)
    business_only: bool = False


class LineRecord(Record):
    """A phone number of a customer, with its package by name."""

    number: Number
    customer_id: CustomerId
    package: Annotated[str, _text(80)]
    kind: LineKind = LineKind.MOBILE
    is_main: bool
    status: LineStatus = LineStatus.ACTIVE
    suspended_at: Moment | None = None
    suspension_reason: Annotated[str, _text(200)] | None = None
    roaming_enabled: bool = False
    package_since: date
    renewal_date: date
    commitment_until: date | None = None


class ItemRecord(Record):
    """One service on a bill."""

    service_name: Annotated[str, _text(120)]
    amount: Annotated[Decimal, BeforeValidator(_point), Field(max_digits=12, decimal_places=2)]


def _items(value: Any) -> Any:
    """Read ``Aylık ücret=149.90; Aramalar=12.40``, or the same as JSON where a name has a semicolon."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value, parse_float=Decimal)
        except ValueError:
            raise PydanticCustomError("items", "is no list in JSON") from None
    parts = [part.rpartition("=") for part in value.split(";") if part.strip()]
    if not all(sign for _, sign, _ in parts):
        raise PydanticCustomError("items", "write name=amount; name=amount")
    return [{"service_name": name, "amount": amount.strip()} for name, _, amount in parts]


class BillRecord(Record):
    """A month's bill; its items add up to its amount."""

    id: Annotated[str, _text(32)]
    customer_id: CustomerId
    amount: Money
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "TRY"
    bill_date: date
    due_date: date
    status: BillStatus
    paid_at: Moment | None = None
    items: Annotated[tuple[ItemRecord, ...], BeforeValidator(_items), Field(min_length=1)]

    @field_validator("status")
    @classmethod
    def _not_in_payment(cls, status: BillStatus) -> BillStatus:
        if status == BillStatus.PROCESSING:
            raise PydanticCustomError("status", "processing is a state of a payment that runs here")
        return status

    @field_validator("items")
    @classmethod
    def _adds_up(cls, items: tuple[ItemRecord, ...], info: ValidationInfo) -> tuple[ItemRecord, ...]:
        total = sum((item.amount for item in items), Decimal(0))
        if info.data.get("amount", total) != total:
            raise PydanticCustomError("items", "add up to {total}, not to the amount", {"total": str(total)})
        return items


class UsageRecord(Record):
    """The use of a line in a period; the one that ends last is the current one."""

    line: Number
    period_end: date
    internet_used_gb: Money
    voice_used: Count
    sms_used: Count


class TicketRecord(Record):
    """A fault record."""

    id: Annotated[str, _text(32)]
    customer_id: CustomerId
    description: Annotated[str, _text(4000)]
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    created_at: Moment
    estimated_resolution: Moment | None = None
    resolved_at: Moment | None = None
    resolution: Annotated[str, _text(4000)] | None = None
    notes: Annotated[str, _text(4000)] | None = None
    customer_notes: Annotated[str, _text(4000)] | None = None
