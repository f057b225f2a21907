"""Facts that follow from the customer's package, and from one that he names; pure functions of what is known."""

from __future__ import annotations

from decimal import Decimal

from graph.asked.known import Known
from graph.asked.values import DateRange, Finding, Holds, day_of

_YEAR = 12


def package_international(known: Known) -> Finding:
    """Return the international minutes of the customer's package."""
    own = known.results["get_customer_package"]
    minutes = own["features"]["international_minutes"]
    return Finding("value" if minutes else "none", {"minutes": minutes, "name": own["package_name"]})


def roaming_fee(known: Known) -> Finding:
    """Return what a day of use abroad costs with the package whose details are known."""
    details = known.results["get_package_details"]
    included = details["features"]["roaming_enabled"]
    fee = Decimal("0.00") if included else known.operator.roaming_daily_fee
    return Finding("included" if included else "daily", {"fee": fee, "name": details["name"]})


def package_since(known: Known) -> Finding:
    """Return the day on which the package began and the time since then."""
    own = known.results["get_customer_package"]
    since = day_of(own["activation_date"])
    return Finding("value", {"date": since, "name": own["package_name"], "span": DateRange(since, known.today)})


def package_renewal(known: Known) -> Finding:
    """Return the day on which the package renews and the days until then."""
    renewal = day_of(known.results["get_customer_package"]["renewal_date"])
    return Finding("value", {"date": renewal, "days": (renewal - known.today).days})


def commitment(known: Known) -> Finding:
    """Return the end of the running commitment and the time until then."""
    until = known.results["get_customer_package"]["commitment_until"]
    if until is None:
        return Finding("absent", {})
    end = day_of(until)
    return Finding("value", {"date": end, "days": (end - known.today).days, "span": DateRange(known.today, end)})


def cancellation_cost(known: Known) -> Finding:
    """Return what leaving the running commitment costs."""
    running = commitment(known)
    if running.variant == "absent":
        return running
    fee = Decimal(str(known.results["get_package_details"]["cancellation_fee"]))
    return Finding("value", {"fee": fee, **running.values})


def package_yearly_cost(known: Known) -> Finding:
    """Return what the customer's package costs in a year, or in the months that the question names."""
    own = known.results["get_customer_package"]
    return _cost(own["package_name"], Decimal(str(own["monthly_fee"])), known)


def named_setup_fee(known: Known) -> Finding:
    """Return the set-up fee of a named package."""
    details = known.results["get_package_details"]
    fee = Decimal(str(details["setup_fee"]))
    return Finding("value" if fee else "none", {"fee": fee, "name": details["name"]})


def named_international(known: Known) -> Finding:
    """Return the international minutes of a named package."""
    details = known.results["get_package_details"]
    minutes = details["features"]["international_minutes"]
    return Finding("value" if minutes else "none", {"minutes": minutes, "name": details["name"]})


def named_commitment(known: Known) -> Finding:
    """Return the commitment of a named package, months, and what leaving it costs.

    One without a commitment is told with the customer's own, where that would cost a fee.
    """
    details = known.results["get_package_details"]
    values = {
        "months": details["contract_duration"],
        "fee": Decimal(str(details["cancellation_fee"])),
        "name": details["name"],
    }
    if details["contract_duration"]:
        return Finding("value", values)
    own = known.results.get("get_customer_package") or {}
    if own.get("commitment_until") is None or own["package_name"] == details["name"]:
        return Finding("none", values)
    return Finding("none_but_own", {**values, "until": day_of(own["commitment_until"])})


def named_yearly_cost(known: Known) -> Finding:
    """Return what a named package costs in a year, or in the months that the question names."""
    details = known.results["get_package_details"]
    return _cost(details["name"], Decimal(str(details["monthly_fee"])), known)


def named_all(known: Known) -> Finding:
    """Return everything about a named package."""
    details = known.results["get_package_details"]
    features = details["features"]
    values = {
        "name": details["name"], "fee": Decimal(str(details["monthly_fee"])),
        "holds": Holds(features["internet_gb"], features["voice_minutes"]), "sms": features["sms_count"],
        "months": details["contract_duration"], "cancellation_fee": Decimal(str(details["cancellation_fee"])),
    }  # fmt: skip
    return Finding("bound" if details["contract_duration"] else "free", values)


def _cost(name: str, fee: Decimal, known: Known) -> Finding:
    count = _YEAR if known.restriction.whole_year else known.restriction.last or _YEAR
    return Finding(
        "year" if count == _YEAR else "months", {"amount": fee * count, "name": name, "fee": fee, "count": count}
    )
