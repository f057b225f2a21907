"""Pictures of results: pure functions from an operation's result to a card of blocks (``blocks.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from chat.blocks import Bar, Card, Event, TableRow, Tone, bars, gauge, link, note, row, rows, table, timeline
from chat.drawing import Drawing, Result
from chat.photos import photo_block
from graph.asked.bills import is_package_fee
from tools.packages import LOW_QUOTA_PERCENT

_MOST_BARS = 12
_LEAST_BARS = 2
_SCALES = (25, 50, 100, 250, 500, 1000)
_TONES: Mapping[str, Tone] = MappingProxyType(
    {"paid": "good", "overdue": "warn", "operational": "good", "outage": "warn", "resolved": "good"}
)


def bill_card(result: Result, draw: Drawing) -> Card:
    """Return a bill: its items, those beyond the package marked, its sum and its due date."""
    amount, status, month = draw.money(result["amount"]), draw.field("status", result["status"]), result["bill_date"]
    items = [
        row(
            str(item["service_name"]),
            draw.money(item["amount"]),
            "" if is_package_fee(item["service_name"]) else draw.say("beyond_package"),
        )
        for item in result["services"]
    ]
    days = [row(draw.label(name), draw.field(name, result[name])) for name in ("bill_date", "due_date")]
    return Card(
        label=draw.say("bill_text", month=draw.month(month), amount=amount, status=status),
        title=draw.say("bill", month=draw.month(month)),
        badge=status,
        tone=_TONES.get(result["status"], "plain"),
        blocks=[
            rows([*items, row(draw.say("total"), amount, strong=True)]),
            rows(days),
            link(draw.say("bill_file"), f"/bills/{quote(result['bill_id'])}.pdf"),
        ],
    )


def months_card(result: Result, draw: Drawing) -> Card | None:
    """Return the last bills as bars, newest first; None for fewer than two."""
    bills = list(result["bills"])
    if draw.current_bill is not None and all(bill["bill_id"] != draw.current_bill["bill_id"] for bill in bills):
        bills = [draw.current_bill, *bills]
    bills = bills[:_MOST_BARS]
    if len(bills) < _LEAST_BARS:
        return None
    amounts = [Decimal(str(bill["amount"])) for bill in bills]
    drawn = [
        Bar(
            name=draw.month(bill["bill_date"]),
            value=draw.money(amount),
            share=_share(amount, max(amounts)),
            note="" if bill["status"] == "paid" else draw.field("status", bill["status"]),
            tone="plain" if bill["status"] == "paid" else "warn",
        )
        for bill, amount in zip(bills, amounts, strict=True)
    ]
    average = draw.money(sum(amounts, Decimal()) / len(amounts))
    return _plain(
        draw.say("months"),
        draw.say("months_text", count=len(bills)),
        bars(drawn),
        note(draw.say("months_note", average=average)),
    )


def quotas_card(result: Result, draw: Drawing) -> Card:
    """Return what is left of each allowance as a bar, with the end of the period."""
    end = draw.field("period_end", result["period_end"])
    left = {
        "internet": draw.say("gb_left", value=draw.number(result["internet_remaining_gb"])),
        "voice": draw.say("minutes_left", value=draw.number(result["voice_remaining_minutes"])),
        "sms": draw.say("sms_left", value=draw.number(result["sms_remaining"])),
    }
    used = {name: float(result["usage_percentage"][name]) for name in left}
    drawn = [
        Bar(
            name=draw.label(name),
            value=value,
            share=max(0.0, 100 - used[name]),
            note=draw.say("used", share=draw.field(f"{name}_percent", used[name])),
            tone="warn" if used[name] >= LOW_QUOTA_PERCENT else "plain",
        )
        for name, value in left.items()
    ]
    return _plain(
        draw.say("quotas"), draw.say("quotas_text", date=end), bars(drawn), note(draw.say("quotas_note", date=end))
    )


def packages_card(result: Result, draw: Drawing) -> Card | None:
    """Return the packages compared, the customer's own marked, with the difference to its fee; None for no package."""
    packages = result["packages"]
    if not packages:
        return None
    own = {each["package_name"]: Decimal(str(each["monthly_fee"])) for each in draw.own_packages}
    only = next(iter(own.values())) if len(own) == 1 else None
    head = [draw.label(name) for name in ("package", "monthly_fee", "internet", "voice", "sms")]
    lines = []
    for each in packages:
        features, fee = each["features"], Decimal(str(each["monthly_fee"]))
        internet, voice, _ = _allowances(features, draw)
        cells = [str(each["name"]), draw.money(fee), internet, voice, draw.number(features["sms_count"])]
        if only is not None:
            cells.insert(2, _difference(fee - only, draw) if each["name"] not in own else "–")
        lines.append(TableRow(cells=cells, mark=draw.say("own_package") if each["name"] in own else ""))
    if only is not None:
        head.insert(2, draw.label("difference"))
    text = draw.say("packages_text", count=len(packages))
    return _plain(draw.say("packages"), text, table(text, head, lines))


def package_card(result: Result, draw: Drawing) -> Card:
    """Return what one package holds: the customer's own, or one of the catalogue."""
    features = result["features"]
    names = ("internet", "voice", "sms")
    items = [row(draw.label("monthly_fee"), draw.money(result["monthly_fee"]))]
    items += [row(draw.label(name), value) for name, value in zip(names, _allowances(features, draw), strict=True)]
    minutes = draw.say("minutes", value=draw.number(features["international_minutes"]))
    items.append(row(draw.label("international"), minutes))
    items.append(row(draw.label("roaming"), draw.say("roaming_on" if features["roaming_enabled"] else "roaming_off")))
    items += _terms(result, draw)
    name = str(result.get("package_name") or result["name"])
    return _plain(name, draw.say("package_text", package=name), rows(items))


def payments_card(result: Result, draw: Drawing) -> Card | None:
    """Return the payments as a table, newest first; None for no payment."""
    payments = result["payments"]
    if not payments:
        return None
    head = [draw.label(name) for name in ("date", "amount", "method", "bill")]
    lines = [
        TableRow(
            cells=[*(draw.field(name, each[name]) for name in ("date", "amount", "method")), str(each["bill_id"])],
            mark="",
        )
        for each in payments
    ]
    text = draw.say("payments_text", count=len(payments))
    return _plain(draw.say("payments"), text, table(text, head, lines))


def network_card(result: Result, draw: Drawing) -> Card:
    """Return the network of a region: its state, its coverage, and the outages by area."""
    status, coverage = draw.say(result["status"]), draw.field("coverage_percentage", result["coverage_percentage"])
    outages = [
        row(
            str(each["area"]),
            " · ".join(
                (
                    str(each["issue"]),
                    draw.say("outage_since", start=draw.field("start_time", each["start_time"])),
                    draw.say("outage_until", end=draw.field("estimated_end", each["estimated_end"])),
                )
            ),
        )
        for each in result["active_outages"]
    ]
    covered = Bar(
        name=draw.label("coverage"), value=coverage, share=float(result["coverage_percentage"]), note="", tone="plain"
    )
    updated = draw.say("updated", moment=draw.field("last_updated", result["last_updated"]))
    return Card(
        label=draw.say("network_text", region=result["region"], status=status, coverage=coverage),
        title=draw.say("network", region=result["region"]),
        badge=status,
        tone=_TONES.get(result["status"], "plain"),
        blocks=[bars([covered]), rows(outages) if outages else note(draw.say("no_outage")), note(updated)],
    )


def speed_card(result: Result, draw: Drawing) -> Card:
    """Return a measured speed as a dial, with upload and latency."""
    speed, rating = float(result["download_speed_mbps"]), draw.field("status", result["quality_rating"])
    top = next((scale for scale in _SCALES if speed <= scale), _SCALES[-1])
    items = [
        row(draw.label("download"), f"{draw.number(speed)} Mbps"),
        row(draw.label("upload"), f"{draw.number(result['upload_speed_mbps'])} Mbps"),
        row(draw.label("ping"), f"{draw.number(result['ping_ms'])} ms"),
        row(draw.label("server"), str(result["test_server"])),
    ]
    dial = gauge(draw.number(speed), "Mbps", _share(speed, top), draw.say("scale", top=draw.number(top)))
    return Card(
        label=draw.say("speed_text", value=draw.number(speed), rating=rating),
        title=draw.say("speed"),
        badge=rating,
        tone="warn" if result["quality_rating"] == "poor" else "plain",
        blocks=[dial, rows(items)],
    )


def ticket_card(result: Result, draw: Drawing) -> Card:
    """Return a ticket as a timeline: opened, being worked on, and how it ended or is to end."""
    status = str(result["status"])
    solved_at = draw.field("resolved_at", result["resolved_at"]) if result.get("resolved_at") else ""
    ended = status in ("resolved", "closed", "cancelled")
    last = {"closed": "ticket_closed", "cancelled": "ticket_cancelled"}.get(status, "ticket_solved")
    events = [Event(name=draw.say("ticket_created"), when=draw.field("created_at", result["created_at"]), is_past=True)]
    if status != "cancelled":
        events.append(Event(name=draw.say("ticket_working"), when="", is_past=ended or status == "in_progress"))
    name = ": ".join(filter(None, (draw.say(last), draw.field("note", result.get("resolution") or ""))))
    events.append(Event(name=name, when=solved_at, is_past=ended))
    notes = draw.field("note", result.get("technician_notes") or "")
    said = draw.field("status", status)
    photos = [each for each in draw.photos if each.ticket_id == result["ticket_id"]]
    return Card(
        label=draw.say("ticket_text", ticket=result["ticket_id"], status=said),
        title=draw.say("ticket", ticket=result["ticket_id"]),
        badge=said,
        tone=_TONES.get(status, "plain"),
        blocks=[
            timeline(events),
            *([note(draw.say("technician", notes=notes))] if notes else []),
            *([photo_block(photos, draw.language)] if photos else []),
        ],
    )


PICTURES: Mapping[str, Callable[[Result, Drawing], Card | None]] = MappingProxyType(
    {
        "get_current_bill": bill_card,
        "get_past_bills": months_card,
        "get_remaining_quotas": quotas_card,
        "get_available_packages": packages_card,
        "get_customer_package": package_card,
        "get_package_details": package_card,
        "get_payment_history": payments_card,
        "check_network_status": network_card,
        "test_internet_speed": speed_card,
        "get_fault_ticket_status": ticket_card,
    }
)
"""The picture of each operation that has one."""


def _plain(title: str, label: str, *blocks: dict[str, Any]) -> Card:
    return Card(label=label, title=title, badge="", tone="plain", blocks=list(blocks))


def _share(value: float | Decimal, of: float | Decimal) -> float:
    """Return a share in percent; 0 of nothing."""
    return round(min(100.0, max(0.0, 100 * float(value) / float(of))), 1) if of else 0.0


def _allowances(features: Result, draw: Drawing) -> list[str]:
    return [
        draw.say("gb", value=draw.number(features["internet_gb"])),
        draw.say("minutes", value=draw.number(features["voice_minutes"])),
        draw.say("texts", value=draw.number(features["sms_count"])),
    ]


def _difference(amount: Decimal, draw: Drawing) -> str:
    if not amount:
        return draw.say("same_fee")
    return ("+" if amount > 0 else "−") + draw.money(abs(amount))


def _terms(result: Result, draw: Drawing) -> list[Any]:
    """Return the rows of a package that only its own line, or only the catalogue, knows."""
    named = {"renewal": "renewal_date", "commitment_until": "commitment_until"}
    items = [row(draw.label(key), draw.field(name, result[name])) for key, name in named.items() if result.get(name)]
    fees = ("setup_fee", "cancellation_fee")
    items += [row(draw.label(name), draw.money(result[name])) for name in fees if result.get(name)]
    if "contract_duration" in result:
        months = result["contract_duration"]
        words = draw.say("months_long", value=months) if months else draw.say("no_commitment")
        items.append(row(draw.label("commitment"), words))
    return items
