"""The facts of a tool's result, formatted for the customer, and the name of the situation that it describes.

Only this module turns a figure into words that a customer reads; a chat model names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import turkish
from core.languages import Language
from graph.answers.approved import Answers
from graph.asked.fields import CODES, DATES, FREE_TEXT, MOMENTS, MONEY, PERCENT, harmless
from tools.errors import BillAlreadyPaid, PackageChangeFailed, PaymentSystemTimeout, TicketNotFound
from tools.packages import LOW_QUOTA_PERCENT

SAME_PACKAGE = "SAME_PACKAGE"
"""Answers to the wish for the package that the line has."""

NO_TICKET = "NO_TICKET"
"""Answers to a question for the customer's tickets where there has never been one."""

_DIFFERENCE = "fee_difference"

WORDS = CODES | PERCENT | {"roaming"}
"""Fields whose text is a word of the language in lower case; at the beginning of a sentence it gets a capital."""


@dataclass(frozen=True)
class Facts:
    """The facts that an answer about one result may state.

    Attributes:
        outcome: Name of the situation, the key of its approved answers.
        values: Every field as formatted text.
        language: The language of the text.
    """

    outcome: str
    values: Mapping[str, str]
    language: Language = "tr"


def format_field(name: str, value: Any, answers: Answers, language: Language) -> str:
    """Return one field as text: money, dates, moments, codes and numbers in the language's format."""
    if name == _DIFFERENCE:
        return _difference(Decimal(str(value)), language)
    if name in MONEY:
        return turkish.amount(Decimal(str(value)), locale=language)
    if name in DATES:
        return turkish.date(_date(value), locale=language)
    if name in MOMENTS:
        return turkish.moment(datetime.fromisoformat(str(value)), locale=language)
    if name in PERCENT:
        share = turkish.number(value, language)
        return f"yüzde {share}" if language == "tr" else f"{share} percent"
    if name in CODES:
        return answers.code(str(value), language)
    if name in FREE_TEXT:
        return harmless(str(value))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return turkish.number(value, language)
    return str(value)


def facts_of(operation: str, result: Mapping[str, Any], answers: Answers, language: Language) -> Facts:
    """Return the facts of a successful result.

    Args:
        operation: Name of the tool.
        result: Its result as JSON data.
        answers: Wording of codes and lists.
        language: Language of the customer.
    """
    flat = _flatten(result)
    for name, render in _LISTS.items():
        if isinstance(result.get(name), list):
            flat[name] = _listing([render(item, answers, language) for item in result[name]], language)
    _EXTRAS.get(operation, _nothing)(result, flat, language)
    values = {
        name: value if isinstance(value, str) and name in _READY else format_field(name, value, answers, language)
        for name, value in flat.items()
        if value is not None and not isinstance(value, bool)
    }
    return Facts(_outcome(operation, result), values, language)


def facts_of_error(error: Mapping[str, Any], answers: Answers, language: Language) -> Facts:
    """Return the facts in an error's details; the outcome is the error's code.

    A line that has the wished package already is told so, and not that it cannot change; a customer without a ticket
    is not asked to look at its number again.
    A bill whose payment is not settled is no paid bill: what is true of it is said as of a silent payment system.
    """
    details = dict(error.get("details") or {})
    code = str(error["code"])
    if code == PackageChangeFailed.code and "package" in details:
        code = SAME_PACKAGE
    if code == TicketNotFound.code and details.get("ticket_id", "") is None:
        code = NO_TICKET
    unsettled = error["code"] == BillAlreadyPaid.code and details.get("status") == "processing"
    nearest = details.get("nearest")
    if isinstance(nearest, list):
        details["nearest"] = ", ".join(str(name) for name in nearest)
    values = {
        name: format_field(name, value, answers, language)
        for name, value in details.items()
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
    return Facts(PaymentSystemTimeout.code if unsettled else code, values, language)


def _difference(value: Decimal, language: Language) -> str:
    """Return the difference of two fees without a sign: which one is more is said in words."""
    if not value:
        return "değişmiyor" if language == "tr" else "unchanged"
    amount = turkish.amount(abs(value), locale=language)
    words = ("daha fazla", "daha az") if language == "tr" else ("more", "less")
    return f"{amount} {words[value < 0]}"


def _date(value: Any) -> date:
    return datetime.fromisoformat(value).date() if "T" in str(value) else date.fromisoformat(str(value))


def _listing(lines: list[str], language: Language) -> str:
    nothing = "yok" if language == "tr" else "none"
    return "\n" + "\n".join(f"- {line}" for line in lines) if lines else nothing


def _flatten(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scalar fields, those of ``features`` included."""
    flat = {name: value for name, value in result.items() if not isinstance(value, (dict, list))}
    flat.update(result.get("features") or {})
    return flat


# -- lists ---------------------------------------------------------------------------------------------------------


def _field(item: Mapping[str, Any], name: str, answers: Answers, language: Language) -> str:
    return format_field(name, item[name], answers, language)


def _bill(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    day, amount, status = (_field(item, name, answers, language) for name in ("bill_date", "amount", "status"))
    return f"{day}: {amount} ({status})"


def _payment(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    day, amount, method = (_field(item, name, answers, language) for name in ("date", "amount", "method"))
    return f"{day}: {amount} ({method})"


def _service(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    return f"{item['service_name']}: {_field(item, 'amount', answers, language)}"


def _package(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    features = item["features"]
    minutes, internet = ("dk", "internet") if language == "tr" else ("min", "data")
    quota = f"{turkish.number(features['internet_gb'], language)} GB {internet}"
    voice = f"{turkish.number(features['voice_minutes'], language)} {minutes}"
    return f"{item['name']}: {_field(item, 'monthly_fee', answers, language)} ({quota}, {voice})"


def _outage(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    end = item.get("estimated_end")
    until = f" ({format_field('estimated_end', end, answers, language)})" if end else ""
    return f"{item['area']}: {item['issue']}{until}"


def _phone(item: Mapping[str, Any], answers: Answers, language: Language) -> str:
    return f"{item['number']} ({answers.code(item['type'], language)}, {answers.code(item['status'], language)})"


_LISTS: dict[str, Callable[[Mapping[str, Any], Answers, Language], str]] = {
    "bills": _bill,
    "payments": _payment,
    "services": _service,
    "packages": _package,
    "active_outages": _outage,
    "phone_numbers": _phone,
}
_READY = frozenset(_LISTS) | {"roaming"}


# -- fields that are computed from others ----------------------------------------------------------------------------


def _nothing(result: Mapping[str, Any], flat: dict[str, Any], language: Language) -> None:
    """Most operations need no further field."""


def _quota_extras(result: Mapping[str, Any], flat: dict[str, Any], language: Language) -> None:
    for kind, share in result["usage_percentage"].items():
        flat[f"{kind}_percent"] = share


def _package_extras(result: Mapping[str, Any], flat: dict[str, Any], language: Language) -> None:
    words = ("açık", "kapalı") if language == "tr" else ("on", "off")
    flat["roaming"] = words[0] if result["features"]["roaming_enabled"] else words[1]


def _catalogue_extras(result: Mapping[str, Any], flat: dict[str, Any], language: Language) -> None:
    if result["packages"]:
        cheapest = min(result["packages"], key=lambda package: Decimal(str(package["monthly_fee"])))
        flat["cheapest_package"], flat["cheapest_fee"] = cheapest["name"], cheapest["monthly_fee"]


_EXTRAS: dict[str, Callable[[Mapping[str, Any], dict[str, Any], Language], None]] = {
    "get_remaining_quotas": _quota_extras,
    "get_customer_package": _package_extras,
    "get_available_packages": _catalogue_extras,
}


# -- outcomes --------------------------------------------------------------------------------------------------------


def _outcome(operation: str, result: Mapping[str, Any]) -> str:
    """Return the situation that a result describes: a key of answers.yaml."""
    match operation:
        case "create_fault_ticket" if result.get("note"):
            return "noted"
        case "get_current_bill" | "check_network_status" | "create_fault_ticket" | "get_fault_ticket_status":
            return str(result["status"])
        case "pay_bill":
            return "processing" if result["status"] == "processing" else "paid"
        case "get_past_bills":
            return "some" if result["bills"] else "none"
        case "get_payment_history":
            if result["payments"] and result.get("payments_this_month") == 0:
                return "none_this_month"
            return "some" if result["payments"] else "none"
        case "get_available_packages":
            return "some"
        case "setup_autopay":
            return "on" if result["autopay_enabled"] else "off"
        case "enable_roaming":
            return "on" if result["roaming_enabled"] else "off"
        case "get_customer_package":
            return "committed" if result.get("commitment_until") else "free"
        case "get_remaining_quotas":
            return "low" if max(result["usage_percentage"].values()) >= LOW_QUOTA_PERCENT else "normal"
        case "get_package_details":
            return "contract" if result["contract_duration"] else "no_contract"
        case "test_internet_speed":
            return str(result["quality_rating"])
        case "change_package":
            return "leaving" if result.get("cancellation_fee") else "done"
        case "update_customer_contact":
            return "verify" if result["verification_required"] else "done"
    return "done"
