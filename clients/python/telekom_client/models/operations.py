"""The answers of the operations: bills, packages, the customer's record and lines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from telekom_client.models.base import Answer


class Service(Answer):
    """One position of a bill."""

    service_name: str
    amount: Decimal


class CurrentBill(Answer):
    """The newest bill; ``status`` is paid, unpaid, overdue, processing or cancelled.

    ``autopay_method`` is how bills are paid automatically, or None.
    """

    bill_id: str
    amount: Decimal
    currency: str
    due_date: dt.date
    bill_date: dt.date
    status: str
    services: list[Service]
    autopay_method: str | None = None


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


class PastPayment(Answer):
    """A payment in the list of payments."""

    transaction_id: str
    amount: Decimal
    method: str
    date: dt.datetime
    bill_id: str


class PaymentHistory(Answer):
    """The payments that were made, newest first; the totals are over all of them."""

    payments: list[PastPayment]
    total_payments: int
    total_amount: Decimal
    payments_this_month: int = 0


class AutopayState(Answer):
    """Automatic payment after a change; ``next_payment_date`` is None while it is off."""

    autopay_enabled: bool
    payment_method: str | None
    next_payment_date: dt.date | None


class Features(Answer):
    """The monthly allowances of a package."""

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
    """Used share of each allowance, in percent."""

    internet: float
    voice: float
    sms: float


class RemainingQuotas(Answer):
    """The allowances left until ``period_end``: gigabytes, minutes, messages."""

    internet_remaining_gb: Decimal
    voice_remaining_minutes: int
    sms_remaining: int
    period_end: dt.date
    usage_percentage: UsagePercentage


class OfferedPackage(Answer):
    """One package in the list; its commitment is in months."""

    name: str
    monthly_fee: Decimal
    features: Features
    target_audience: str
    contract_duration: int = 0
    setup_fee: Decimal = Decimal(0)


class AvailablePackages(Answer):
    """The packages that the customer may choose from, cheapest first."""

    packages: list[OfferedPackage]


class PackageDetails(Answer):
    """One package in full; ``contract_duration`` in months, ``cancellation_fee`` for leaving it early."""

    name: str
    monthly_fee: Decimal
    setup_fee: Decimal
    features: Features
    contract_duration: int
    cancellation_fee: Decimal


class PackageChange(Answer):
    """A package change that was made.

    ``fee_difference`` is the new monthly fee less the old one; ``cancellation_fee`` is that for leaving a commitment
    early, None outside one.
    """

    change_id: str
    from_package: str
    to_package: str
    effective_date: dt.date
    fee_difference: Decimal
    cancellation_fee: Decimal | None = None
    status: str


class RoamingState(Answer):
    """Use abroad after a change; ``daily_fee`` applies to each day of use abroad."""

    roaming_enabled: bool
    activation_time: dt.datetime | None
    daily_fee: Decimal | None
    data_package: str | None


class PhoneNumber(Answer):
    """A number that belongs to the customer; of a suspended line, since when it is suspended."""

    number: str
    type: str
    status: str
    suspended_at: dt.datetime | None = None


class CustomerProfile(Answer):
    """The customer's record."""

    name: str
    phone_numbers: list[PhoneNumber]
    email: str
    address: str | None
    registration_date: dt.datetime
    customer_tier: str


class UpdatedContact(Answer):
    """A contact detail that was changed."""

    contact_type: str
    old_value: str | None
    new_value: str
    updated_at: dt.datetime
    verification_required: bool


class SuspendedLine(Answer):
    """A line that was suspended."""

    line_number: str
    suspension_reason: str
    suspended_at: dt.datetime
    reactivation_fee: Decimal
    max_suspension_days: int


class ReactivatedLine(Answer):
    """A line that works again."""

    line_number: str
    reactivated_at: dt.datetime
    suspension_duration_days: int
    reactivation_fee: Decimal
