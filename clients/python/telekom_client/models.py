"""What the service answers, typed.

Fields that a newer server adds are ignored; amounts are exact. Dates are the server's, times carry their zone.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Method = Literal["credit_card", "bank_transfer", "digital_wallet", "cash"]
Category = Literal["technical", "billing", "network", "device", "other"]
Priority = Literal["low", "medium", "high", "critical"]


class Answer(BaseModel):
    """Head of the answers."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Health(Answer):
    """Whether the model is in memory now; ``device`` is None where it runs elsewhere."""

    status: Literal["healthy", "unhealthy"]
    model_loaded: bool
    model_name: str
    device: str | None


class Service(Answer):
    """One position of a bill."""

    service_name: str
    amount: Decimal


class CurrentBill(Answer):
    """The newest bill; ``status`` is paid, unpaid, overdue, processing or cancelled."""

    bill_id: str
    amount: Decimal
    currency: str
    due_date: dt.date
    bill_date: dt.date
    status: str
    services: list[Service]


class PastBill(Answer):
    """One bill in the list of past bills."""

    bill_id: str
    amount: Decimal
    bill_date: dt.date
    status: str
    paid_date: dt.datetime | None


class PastBills(Answer):
    """Past bills, newest first; the totals are over all of them."""

    bills: list[PastBill]
    total_count: int
    total_amount_paid: Decimal


class PaidBill(Answer):
    """A payment that was made."""

    transaction_id: str
    bill_id: str
    amount: Decimal
    method: str
    status: str
    timestamp: dt.datetime


class Features(Answer):
    """What a package holds each month."""

    internet_gb: int
    voice_minutes: int
    sms_count: int
    roaming_enabled: bool
    international_minutes: int


class CustomerPackage(Answer):
    """The package of one line."""

    package_name: str
    monthly_fee: Decimal
    features: Features
    activation_date: dt.date
    renewal_date: dt.date
    commitment_until: dt.date | None


class UsagePercentage(Answer):
    """How much of each allowance is used, percent."""

    internet: float
    voice: float
    sms: float


class RemainingQuotas(Answer):
    """What is left until ``period_end``: gigabytes, minutes, messages."""

    internet_remaining_gb: Decimal
    voice_remaining_minutes: int
    sms_remaining: int
    period_end: dt.date
    usage_percentage: UsagePercentage


class OfferedPackage(Answer):
    """One package in the list."""

    name: str
    monthly_fee: Decimal
    features: Features
    target_audience: str


class AvailablePackages(Answer):
    """The packages that the customer may choose from, cheapest first."""

    packages: list[OfferedPackage]


class PhoneNumber(Answer):
    """A number that belongs to the customer."""

    number: str
    type: str
    status: str


class CustomerProfile(Answer):
    """The customer's record."""

    name: str
    phone_numbers: list[PhoneNumber]
    email: str
    address: str | None
    registration_date: dt.datetime
    customer_tier: str


class CreatedTicket(Answer):
    """A fault ticket that was opened."""

    ticket_id: str
    issue_description: str
    category: str
    priority: str
    status: str
    created_at: dt.datetime
    estimated_resolution: dt.datetime


class ActiveOutage(Answer):
    """Something in the region that does not work now."""

    area: str
    issue: str
    start_time: dt.datetime
    estimated_end: dt.datetime


class NetworkStatus(Answer):
    """The network in one region; ``status`` is operational, degraded, outage or maintenance."""

    region: str
    status: str
    coverage_percentage: float
    active_outages: list[ActiveOutage]
    last_updated: dt.datetime


class ToolCall(Answer):
    """An operation that was called; the field names are those that older clients know."""

    arac_adi: str
    parametreler: dict[str, Any]


class ToolResult(Answer):
    """What an operation answered: its result, or its error."""

    tool_name: str
    success: bool
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Option(Answer):
    """A ready answer to a pending question; ``value`` is what is sent back as the message."""

    label: str
    value: str


class Pending(Answer):
    """A question that waits for the customer: a confirmation, a missing detail, or a step to try."""

    kind: Literal["confirmation", "clarification", "step"]
    text: str
    options: list[Option] = Field(default_factory=list)
    calls: list[ToolCall] = Field(default_factory=list)


class Metadata(Answer):
    """How an answer came about."""

    run_id: str
    intent: str
    tool_results: list[ToolResult]
    processing_time_ms: int
    model: str


class ChatAnswer(Answer):
    """The answer to one turn of a conversation.

    Attributes:
        response: What the customer reads.
        session_id: The conversation; give it with the next message.
        confidence: Probability that the customer was understood.
        tool_calls: The operations that ran in this turn.
        pending: The question that waits for the customer.
    """

    response: str
    user_id: int
    session_id: str
    confidence: float
    tool_calls: list[ToolCall]
    pending: Pending | None
    metadata: Metadata


class ChatMessage(Answer):
    """One message of a past conversation."""

    role: Literal["user", "assistant"]
    text: str


class Conversation(Answer):
    """A past conversation: its messages, oldest first, and the question that waits."""

    session_id: str
    messages: list[ChatMessage]
    pending: Pending | None


class Token(Answer):
    """A piece of the answer."""

    text: str


class Step(Answer):
    """A node or an operation that started or ended."""

    id: str
    name: str
    kind: Literal["node", "tool"]
    status: Literal["started", "finished", "failed"]
    input: Any = None
    output: Any = None
    ms: int | None = None


class Done(Answer):
    """The end of the turn."""

    answer: ChatAnswer


ChatEvent = Token | Step | Pending | Done
"""What a stream yields; the last event is ``Done``."""
