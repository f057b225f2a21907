"""Facts that follow from allowances, lines, the network, tickets and the customer's data; pure functions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from core.turkish import fold
from graph.asked.fields import harmless
from graph.asked.known import CONTACT, Known
from graph.asked.values import Code, DateRange, Finding, Item, Listing, Parts, day_of

_ALL, _NEARLY_ALL = 100.0, 95.0
_UNITS = {"internet": "internet_remaining_gb", "voice": "voice_remaining_minutes", "sms": "sms_remaining"}
_LEAST_USED = re.compile(r"\ben az (?:\w+ )?(?:kullan|harca|bit|tuket|git)\w*|\bleast\b|\ben cok (?:\w+ )?kal\w*")
_CLOSED = frozenset({"resolved", "closed", "cancelled"})
_RATINGS = {"excellent": "good", "good": "good", "fair": "fair", "poor": "poor"}


def internet(known: Known) -> Finding:
    """Return what is left and used of the data, GB, and what the rest allows a day."""
    return _quota(known, "internet")


def minutes(known: Known) -> Finding:
    """Return what is left and used of the minutes."""
    return _quota(known, "voice")


def minutes_daily(known: Known) -> Finding:
    """Return how many minutes a day the rest allows until the period ends."""
    found = minutes(known).values
    return Finding("value", {**found, "daily": int(found["left"] / max(found["days"], 1))})


def sms(known: Known) -> Finding:
    """Return what is left and used of the messages."""
    return _quota(known, "sms")


def internet_used(known: Known) -> Finding:
    """Return how much of the data is used."""
    return _used(known, "internet")


def minutes_used(known: Known) -> Finding:
    """Return how many of the minutes are used."""
    return _used(known, "voice")


def sms_used(known: Known) -> Finding:
    """Return how many of the messages are used."""
    return _used(known, "sms")


def internet_left(known: Known) -> Finding:
    """Return the data that is left, or that it is used up."""
    return _left(internet(known))


def minutes_left(known: Known) -> Finding:
    """Return the minutes that are left, or that they are used up."""
    return _left(minutes(known))


def sms_left(known: Known) -> Finding:
    """Return the messages that are left, or that they are used up."""
    return _left(sms(known))


def _left(found: Finding) -> Finding:
    return found if found.values["left"] else Finding("gone", found.values)


def internet_enough(known: Known) -> Finding:
    """Return whether the data lasts until the end of the period, at the rate of the period so far.

    A period is a month: the share of it that has passed is compared with the share of the data that is used.
    """
    found = internet(known)
    end = day_of(known.results["get_remaining_quotas"]["period_end"])
    month = 30
    passed = max(month - (end - known.today).days, 1) / month
    return Finding("yes" if found.values["share"] / _ALL <= passed else "no", found.values)


def _used(known: Known, kind: str) -> Finding:
    """Return an allowance; how much was used does not follow from its rest where there is none."""
    found = _quota(known, kind)
    return Finding("all" if found.values["share"] >= _ALL else "value", found.values)


def _quota(known: Known, kind: str) -> Finding:
    """Return an allowance; what was used follows from what is left and the used share.

    The share is rounded to a tenth of a per cent, so the used amount is rounded to what such a share can tell.
    """
    quotas = known.results["get_remaining_quotas"]
    left, share = float(quotas[_UNITS[kind]]), float(quotas["usage_percentage"][kind])
    total = left / (1 - share / _ALL) if share < _ALL else 0.0
    end = day_of(quotas["period_end"])
    days = max((end - known.today).days, 0)
    used = round(total - left, 2) if kind == "internet" else round(total - left)
    daily = round(left / max(days, 1), 2)
    rest = round(_ALL - share, 1)
    values = {"left": left, "used": used, "share": share, "rest": rest, "end": end, "days": days, "daily": daily}
    return Finding("value", values)


def quota_most_used(known: Known) -> Finding:
    """Return the allowance of which most is used, by its share; the least used one where the question asks for it."""
    shares = known.results["get_remaining_quotas"]["usage_percentage"]
    least = _LEAST_USED.search(fold(known.words)) is not None
    kind = (min if least else max)(_UNITS, key=lambda each: float(shares[each]))
    values = {"share": float(shares[kind]), "left": _quota(known, kind).values["left"]}
    return Finding(f"{kind}_least" if least else kind, values)


def line_state(known: Known) -> Finding:
    """Return the state of the customer's line, or of each of several."""
    lines = _lines(known)
    named = [line for line in lines if line["number"] in known.words.replace(" ", "")]
    kinds = [line for line in lines if line["type"] == _kind_of(known.words)]
    named = named or (kinds if len(kinds) == 1 else [])
    chosen = named or lines
    if len(chosen) > 1:
        every = lines_list(known)
        active = all(line["status"] == "active" for line in chosen)
        return Finding("all_active", every.values) if active else every
    status = str(chosen[0]["status"])
    kind = status if status in ("active", "suspended") else "other"
    return Finding(kind, {"number": chosen[0]["number"], "status": Code(status)})


def lines_list(known: Known) -> Finding:
    """Return the customer's lines with their states."""
    items = [Item(line["number"], Code(line["status"]), Code(line["type"])) for line in _lines(known)]
    if len(items) == 1:
        return Finding("one", {"item": items[0].label, "count": 1})
    return Finding("several", {"count": len(items), "items": Listing(items)})


def lines_count(known: Known) -> Finding:
    """Return how many lines the customer has; those of the kind that the question names, where it names one."""
    kind = _kind_of(known.words)
    if kind is None:
        return lines_list(known)
    numbers = [str(line["number"]) for line in _lines(known) if line["type"] == kind]
    values = {"count": len(numbers), "kind": Code(kind), "numbers": Parts(numbers, ", ")}
    return Finding("of_kind" if numbers else "none_of_kind", values)


def suspended_since(known: Known) -> Finding:
    """Return since when a line is suspended: the named one, else each one that is."""
    lines = _lines(known)
    named = [line for line in lines if line["number"] in known.words.replace(" ", "")] or lines
    suspended = [line for line in named if line["status"] == "suspended"]
    line = next(iter(suspended), named[0])
    if not suspended:
        return Finding("active" if len(named) == 1 else "none", {"number": line["number"]})
    if not line.get("suspended_at"):
        return Finding("untold", {"number": line["number"]})
    since = day_of(line["suspended_at"])
    return Finding("value", {"date": since, "days": (known.today - since).days, "number": line["number"]})


def reactivation_cost(known: Known) -> Finding:
    """Return what it costs to use a suspended line again."""
    suspended = any(line["status"] == "suspended" for line in _lines(known))
    return Finding("suspended" if suspended else "active", {"fee": known.operator.reactivation_fee})


def numbers_list(known: Known) -> Finding:
    """Return every telephone number in the customer's records: those of lines, and the one for reaching him."""
    numbers = known.results["get_customer_profile"]["phone_numbers"]
    numbers = [each for each in numbers if each["type"] == _kind_of(known.words)] or numbers
    items = [Item(each["number"], Code(each["status"]), Code(each["type"])) for each in numbers]
    if len(items) == 1:
        return Finding("one", {"item": items[0].label, "count": 1})
    return Finding("several", {"count": len(items), "items": Listing(items)})


def network(known: Known) -> Finding:
    """Return the state of the network in a region, with its first outage."""
    state = known.results["check_network_status"]
    outage: dict[str, Any] = next(iter(state["active_outages"]), {})
    values = {
        "region": state["region"], "coverage": state["coverage_percentage"], "issue": outage.get("issue"),
        "area": outage.get("area"), "start": _moment(outage.get("start_time")),
        "end": _moment(outage.get("estimated_end")), "hours": _hours_until(outage.get("estimated_end"), known),
        "whole": _hours(_moment(outage.get("start_time")), _moment(outage.get("estimated_end"))),
    }  # fmt: skip
    if not outage:
        return Finding("fine", values)
    return Finding("trouble" if values["end"] else "open_end", values)


def ticket(known: Known) -> Finding:
    """Return the newest ticket."""
    found = known.results["get_fault_ticket_status"]
    status = str(found["status"])
    created = _moment(found["created_at"])
    values = {
        "hours": _hours(created, known.now), "took": _hours(created, _moment(found["resolved_at"])),
        "number": found["ticket_id"], "status": Code(status), "created": created,
        "age": DateRange(day_of(found["created_at"]), known.today), "resolved": _moment(found["resolved_at"]),
        "resolution": harmless(found["resolution"] or ""), "notes": harmless(found["technician_notes"] or ""),
        "estimate": _moment(found.get("estimated_resolution")),
    }  # fmt: skip
    if status not in _CLOSED:
        return Finding("open", values)
    return Finding("closed" if found["resolved_at"] else "ended", values)


def ticket_resolution(known: Known) -> Finding:
    """Return how the newest ticket was settled."""
    found = ticket(known)
    return Finding("untold", found.values) if found.variant == "closed" and not found.values["resolution"] else found


def ticket_estimate(known: Known) -> Finding:
    """Return when the newest ticket should be settled."""
    found = ticket(known)
    return Finding("untold", found.values) if found.variant == "open" and not found.values["estimate"] else found


def ticket_notes(known: Known) -> Finding:
    """Return the notes of the newest ticket."""
    found = ticket(known)
    return found if found.values["notes"] else Finding("none", found.values)


def speed_quality(known: Known) -> Finding:
    """Return the rating of the measured speed."""
    found = known.results["test_internet_speed"]
    values = {
        "quality": Code(found["quality_rating"]), "speed": found["download_speed_mbps"], "ping": found["ping_ms"],
    }  # fmt: skip
    return Finding(_RATINGS.get(found["quality_rating"], "fair"), values)


def profile_all(known: Known) -> Finding:
    """Return the customer's own data."""
    profile = known.results["get_customer_profile"]
    items = [Item(Code(name), profile[name]) for name in ("name", "email", "address") if profile.get(name)]
    items += [Item(Code("line"), line["number"], Code(line["status"])) for line in _lines(known)]
    return Finding("value", {"items": Listing(items, most=len(items))})


def customer_since(known: Known) -> Finding:
    """Return the day on which the customer registered and the time since then."""
    since = day_of(known.results["get_customer_profile"]["registration_date"])
    months = (known.today.year - since.year) * 12 + known.today.month - since.month - (known.today.day < since.day)
    return Finding("value", {"date": since, "span": DateRange(since, known.today), "months": months})


def _lines(known: Known) -> list[Any]:
    numbers = known.results["get_customer_profile"]["phone_numbers"]
    return [each for each in numbers if each.get("type") != CONTACT]


def slow_why(known: Known) -> Finding:
    """Return the cause of a slow line: an outage of the region, used up data, or none that is known."""
    found = network(known)
    quota = internet(known).values
    measured = speed_quality(known).values
    if found.variant != "fine":
        return Finding("outage", {**found.values, **measured})
    if quota["share"] >= _NEARLY_ALL:
        return Finding("quota", {**quota, **measured})
    return Finding("none", {**found.values, **measured})


def _kind_of(words: str) -> str | None:
    said = fold(words).split()
    if any(word.startswith(("sabit", "ev", "landline", "home")) for word in said):
        return "home"
    return "mobile" if any(word.startswith(("mobil", "cep", "mobile")) for word in said) else None


def _hours_until(text: Any, known: Known) -> int | None:
    moment = _moment(text)
    return None if moment is None else max(round((moment - known.now).total_seconds() / 3600), 0)


def _hours(begin: datetime | None, end: datetime | None) -> int | None:
    return None if begin is None or end is None else round((end - begin).total_seconds() / 3600)


def _moment(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))
