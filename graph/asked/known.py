"""The knowledge that a fact is worked out from: the results of the turn, the question's restriction, and the day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from core.clock import ISTANBUL
from core.operator_facts import OperatorFacts, load_operator
from core.turkish import fold
from graph.asked.restrictions import Restriction
from graph.asked.values import Holds, Month, Period, day_of

_YEAR = 12
_SPAN_OF_MONTHS = re.compile(r"\b(?:son|gectigimiz|last|past) (?:\w+ ){1,2}(?:ay|months?)\w*")
"""A time in months, in which there may be fewer payments than months."""
CONTACT = "contact"
"""Kind of a telephone number in the profile by which the customer is reached, and which is no line."""
OPEN = frozenset({"unpaid", "overdue"})
"""Statuses of a bill that has to be paid."""


class KnownBill(NamedTuple):
    """One bill, whichever operation told it."""

    number: str
    amount: Decimal
    day: date
    status: str
    paid: date | None = None

    @property
    def month(self) -> Month:
        """The month in which it was issued."""
        return Month.of(self.day)


class KnownPayment(NamedTuple):
    """One payment."""

    amount: Decimal
    day: date
    method: str
    reference: str
    bill: str

    @property
    def month(self) -> Month:
        """The month in which it was made."""
        return Month.of(self.day)


class Offer(NamedTuple):
    """One package of the catalogue."""

    name: str
    fee: Decimal
    gb: float
    minutes: float
    sms: float
    international: float
    roaming: bool
    audience: str
    months: int = 0
    """Of its commitment."""
    setup_fee: Decimal = Decimal(0)

    @property
    def holds(self) -> Holds:
        """Contents of the package, as a phrase."""
        return Holds(self.gb, self.minutes)

    @property
    def everything(self) -> Holds:
        """All that it holds, as a phrase."""
        return Holds(self.gb, self.minutes, self.sms, self.international)


@dataclass(frozen=True)
class Known:
    """The results of the turn by operation, with the restriction of the question.

    Attributes:
        results: The newest result of each operation.
        now: The present.
        restriction: Months, counts, amounts and packages that the question names.
        words: The customer's message.
        operator: The operator's fees and limits.
    """

    results: Mapping[str, Mapping[str, Any]]
    now: datetime
    restriction: Restriction = field(default_factory=Restriction)
    words: str = ""
    operator: OperatorFacts = field(default_factory=load_operator)

    @property
    def today(self) -> date:
        """The present day in Istanbul."""
        return self.now.astimezone(ISTANBUL).date()

    @property
    def bill(self) -> Mapping[str, Any]:
        """The newest bill."""
        return self.results["get_current_bill"]

    @property
    def bills(self) -> Sequence[KnownBill]:
        """Every bill that the results tell, newest first."""
        found: dict[str, KnownBill] = {}
        for each in (self.results.get("get_past_bills") or {}).get("bills", []):
            paid = day_of(each["paid_date"]) if each.get("paid_date") else None
            found[each["bill_id"]] = KnownBill(
                each["bill_id"], _money(each["amount"]), day_of(each["bill_date"]), each["status"], paid
            )
        if newest := self.results.get("get_current_bill"):
            found.setdefault(
                newest["bill_id"],
                KnownBill(newest["bill_id"], _money(newest["amount"]), day_of(newest["bill_date"]), newest["status"]),
            )
        return sorted(found.values(), key=lambda bill: bill.day, reverse=True)

    @property
    def payments(self) -> Sequence[KnownPayment]:
        """The payments, newest first."""
        return [
            KnownPayment(
                _money(each["amount"]), day_of(each["date"]), each["method"], each["transaction_id"], each["bill_id"]
            )
            for each in self.results["get_payment_history"]["payments"]
        ]

    @property
    def offers(self) -> Sequence[Offer]:
        """The packages of the catalogue, cheapest first."""
        found = [
            Offer(
                each["name"], _money(each["monthly_fee"]), each["features"]["internet_gb"],
                each["features"]["voice_minutes"], each["features"]["sms_count"],
                each["features"]["international_minutes"], each["features"]["roaming_enabled"],
                each["target_audience"], each.get("contract_duration", 0), _money(each.get("setup_fee", 0)),
            )
            for each in self.results["get_available_packages"]["packages"]
        ]  # fmt: skip
        return sorted(found, key=lambda offer: offer.fee)

    @property
    def own_package(self) -> tuple[str, Decimal] | None:
        """Name and fee of the customer's package; None where it was not looked up."""
        own = self.results.get("get_customer_package")
        return (own["package_name"], _money(own["monthly_fee"])) if own else None

    @property
    def months(self) -> Sequence[Month]:
        """The months that the question names, up to the present one where it says so."""
        named = self.restriction.months
        if not self.restriction.since or not named:
            return named
        found, this = [named[-1]], Month.of(self.today)
        while found[-1] < this:
            found.append(found[-1].before(-1))
        return found

    def in_period(self, most: int | None = None) -> tuple[Sequence[KnownBill], Period]:
        """Return the bills of the months that the question names, and those months; all of them where it names none."""
        return _in_period(self.bills, self.restriction, most)

    def payments_in_period(self) -> tuple[Sequence[KnownPayment], Period]:
        """Return the payments of the months that the question names, and those months."""
        months = self.months
        named = [payment for payment in self.payments if payment.month in months]
        if named:
            return named, Period(len(named), named=tuple(sorted({payment.month for payment in named})))
        last = self.restriction.last
        if last and self.restriction.year is None and _SPAN_OF_MONTHS.search(fold(self.words)):
            begin = months_back(self.today, last)
            return [payment for payment in self.payments if payment.day >= begin], Period(last)
        return _in_period(self.payments, self.restriction, None)


def months_back(day: date, count: int) -> date:
    """Return the same day some months earlier (negative: later), or the last day of a shorter month."""
    year, month = divmod(day.year * _YEAR + day.month - 1 - count, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_period(dated: Sequence[Any], restriction: Restriction, most: int | None) -> tuple[Sequence[Any], Period]:
    if restriction.year is not None:
        return [each for each in dated if each.day.year == restriction.year], Period(0, restriction.year)
    count = restriction.last or most or (_YEAR if restriction.whole_year else len(dated))
    found = dated[:count]
    return found, Period(len(found))


def _money(value: Any) -> Decimal:
    return Decimal(str(value))
