"""Facts of allowances, lines, the network, tickets and the customer's data, worked out of results."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from graph.asked import services
from graph.asked.values import Code, DateRange, Finding, Item, Listing
from tests.graph.asked.samples import TODAY, known


def quotas(gb: float = 4.8, share: float = 40.0, end: str = "2026-06-27") -> dict[str, Any]:
    return {
        "internet_remaining_gb": gb, "voice_remaining_minutes": 1350, "sms_remaining": 0, "period_end": end,
        "usage_percentage": {"internet": share, "voice": 55.0, "sms": 100.0},
    }  # fmt: skip


def profile(*lines: tuple[str, str], **fields: Any) -> dict[str, Any]:
    numbers = [{"number": number, "type": "mobile", "status": status} for number, status in lines]
    return {
        "name": "Mehmet Demir", "email": "m@example.com", "address": None, "phone_numbers": numbers,
        "registration_date": "2023-10-15T11:20:00+03:00", "customer_tier": "standard", **fields,
    }  # fmt: skip


def ticket(status: str, *, resolved: str | None = None, resolution: str | None = None, notes: str | None = None) -> Any:
    return {
        "ticket_id": "TKT-1", "status": status, "created_at": "2026-06-13T09:00:00+03:00", "resolved_at": resolved,
        "resolution": resolution, "technician_notes": notes,
    }  # fmt: skip


def network(*outages: dict[str, Any]) -> dict[str, Any]:
    return {"region": "İzmir Bornova", "coverage_percentage": 56.6, "active_outages": list(outages)}


def test_used_data_follows_from_the_rest_and_the_share() -> None:
    found = services.internet(known(get_remaining_quotas=quotas()))
    expected = {
        "left": 4.8, "used": 3.2, "share": 40.0, "rest": 60.0, "end": date(2026, 6, 27), "days": 12, "daily": 0.4,
    }  # fmt: skip
    assert found == Finding("value", expected)
    assert services.internet_used(known(get_remaining_quotas=quotas())) == found


def test_used_minutes_are_whole() -> None:
    assert services.minutes(known(get_remaining_quotas=quotas())).values["used"] == 1650
    assert services.minutes_used(known(get_remaining_quotas=quotas())).variant == "value"


def test_used_up_allowance_does_not_tell_how_much_it_was() -> None:
    assert services.sms_used(known(get_remaining_quotas=quotas())).variant == "all"
    assert services.internet_used(known(get_remaining_quotas=quotas(0, 100.0))).variant == "all"
    assert services.internet(known(get_remaining_quotas=quotas(0, 100.0))).values["left"] == 0


def test_last_day_of_a_period_shares_the_rest_with_nobody() -> None:
    values = services.internet(known(get_remaining_quotas=quotas(end="2026-06-15"))).values
    assert (values["days"], values["daily"]) == (0, 4.8)


@pytest.mark.parametrize(
    ("share", "end", "variant"),
    [
        (60.0, "2026-06-27", "yes"),  # 18 of 30 days have passed
        (60.1, "2026-06-27", "no"),
        (3.3, "2026-07-15", "yes"),  # the first day counts as one
        (3.4, "2026-07-15", "no"),
        (100.0, "2026-06-15", "yes"),
    ],
)
def test_data_lasts_where_less_is_used_than_has_passed(share: float, end: str, variant: str) -> None:
    assert services.internet_enough(known(get_remaining_quotas=quotas(share=share, end=end))).variant == variant


@pytest.mark.parametrize(
    ("status", "variant"), [("active", "active"), ("suspended", "suspended"), ("terminated", "other")]
)
def test_state_of_the_only_line_is_told(status: str, variant: str) -> None:
    found = services.line_state(known(get_customer_profile=profile(("05000000001", status))))
    assert found == Finding(variant, {"number": "05000000001", "status": Code(status)})


def test_state_of_several_lines_is_listed_unless_one_is_named() -> None:
    both = profile(("05000000001", "active"), ("05000000002", "suspended"))
    items = Listing(
        [
            Item("05000000001", Code("active"), Code("mobile")),
            Item("05000000002", Code("suspended"), Code("mobile")),
        ]
    )
    several = Finding("several", {"count": 2, "items": items})
    assert services.line_state(known("hatlarım açık mı", get_customer_profile=both)) == several
    assert services.lines_list(known(get_customer_profile=both)) == several
    named = services.line_state(known("0500 000 0002 açık mı", get_customer_profile=both))
    assert (named.variant, named.values["number"]) == ("suspended", "05000000002")


def test_only_line_is_named() -> None:
    found = services.lines_list(known(get_customer_profile=profile(("05000000001", "active"))))
    assert found == Finding("one", {"item": "05000000001", "count": 1})


def test_region_without_an_outage_is_fine() -> None:
    found = services.network(known(check_network_status=network()))
    assert found.variant == "fine"
    assert found.values["region"] == "İzmir Bornova"
    assert (found.values["issue"], found.values["end"]) == (None, None)


def test_outage_is_told_with_its_end_where_that_is_known() -> None:
    cut = {
        "area": "Bornova", "issue": "Fiber kopması", "start_time": "2026-06-15T08:00:00+03:00",
        "estimated_end": "2026-06-15T13:00:00+03:00",
    }  # fmt: skip
    found = services.network(known(check_network_status=network(cut, {**cut, "issue": "ikinci"})))
    assert (found.variant, found.values["issue"]) == ("trouble", "Fiber kopması")
    assert found.values["end"] == datetime.fromisoformat("2026-06-15T13:00:00+03:00")
    open_end = services.network(known(check_network_status=network({**cut, "estimated_end": None})))
    assert (open_end.variant, open_end.values["end"]) == ("open_end", None)


@pytest.mark.parametrize(
    ("status", "resolved", "variant"),
    [
        ("open", None, "open"),
        ("in_progress", None, "open"),
        ("resolved", "2026-06-14T10:00:00+03:00", "closed"),
        ("cancelled", None, "ended"),
    ],
)
def test_ticket_is_open_closed_or_ended_without_a_day(status: str, resolved: str | None, variant: str) -> None:
    found = services.ticket(known(get_fault_ticket_status=ticket(status, resolved=resolved)))
    assert found.variant == variant
    assert found.values["age"] == DateRange(date(2026, 6, 13), TODAY)
    assert (found.values["notes"], found.values["resolution"]) == ("", "")


def test_notes_are_told_without_what_a_page_would_render() -> None:
    noted = ticket("open", notes="Ekip *yarın* gelecek: https://x.example")
    found = services.ticket_notes(known(get_fault_ticket_status=noted))
    assert (found.variant, found.values["notes"]) == ("open", "Ekip yarın gelecek: x.example")


def test_empty_notes_and_resolutions_are_none() -> None:
    closed = "2026-06-14T10:00:00+03:00"
    assert services.ticket_notes(known(get_fault_ticket_status=ticket("open", notes=" "))).variant == "none"
    assert services.ticket_resolution(known(get_fault_ticket_status=ticket("closed", resolved=closed))).variant == (
        "untold"
    )
    solved = ticket("closed", resolved=closed, resolution="Kablo değişti.")
    assert services.ticket_resolution(known(get_fault_ticket_status=solved)).variant == "closed"
    assert services.ticket_resolution(known(get_fault_ticket_status=ticket("open"))).variant == "open"


@pytest.mark.parametrize(
    ("rating", "variant"), [("excellent", "good"), ("good", "good"), ("fair", "fair"), ("poor", "poor"), ("?", "fair")]
)
def test_rating_of_the_speed_is_good_fair_or_poor(rating: str, variant: str) -> None:
    measured = {"quality_rating": rating, "download_speed_mbps": 31.5, "ping_ms": 28}
    found = services.speed_quality(known(test_internet_speed=measured))
    assert found == Finding(variant, {"quality": Code(rating), "speed": 31.5, "ping": 28})


def test_data_of_the_customer_leaves_out_what_is_not_on_record() -> None:
    found = services.profile_all(known(get_customer_profile=profile(("05000000001", "active"))))
    items = [
        Item(Code("name"), "Mehmet Demir"),
        Item(Code("email"), "m@example.com"),
        Item(Code("line"), "05000000001", Code("active")),
    ]
    assert found == Finding("value", {"items": Listing(items, most=3)})


def test_customer_is_one_since_the_day_of_registration() -> None:
    late = profile(registration_date="2023-10-15T22:30:00+00:00")
    begin = date(2023, 10, 16)
    assert services.customer_since(known(get_customer_profile=late)).values == {
        "date": begin,
        "span": DateRange(begin, TODAY),
        "months": 31,
    }


def test_months_of_a_customer_are_whole_ones() -> None:
    exact = known(get_customer_profile=profile(registration_date="2025-06-15T10:00:00+03:00"))
    assert services.customer_since(exact).values["months"] == 12
    short = known(get_customer_profile=profile(registration_date="2025-06-16T10:00:00+03:00"))
    assert services.customer_since(short).values["months"] == 11


OUTAGE = {
    "area": "Bornova", "issue": "Fiber kopması", "start_time": "2026-06-15T08:00:00+03:00",
    "estimated_end": "2026-06-15T13:00:00+03:00",
}  # fmt: skip
MEASURED = {"quality_rating": "poor", "download_speed_mbps": 3.5, "ping_ms": 90}


@pytest.mark.parametrize(
    ("outages", "share", "variant"),
    [
        ([OUTAGE], 40.0, "outage"),
        ([{**OUTAGE, "estimated_end": None}], 99.0, "outage"),  # the nearer cause
        ([], 95.0, "quota"),
        ([], 100.0, "quota"),
        ([], 94.9, "none"),
    ],
)
def test_line_is_slow_by_an_outage_or_used_up_data(outages: list[Any], share: float, variant: str) -> None:
    found = services.slow_why(
        known(
            test_internet_speed=MEASURED, check_network_status=network(*outages),
            get_remaining_quotas=quotas(share=share),
        )
    )  # fmt: skip
    assert found.variant == variant
    assert (found.values["speed"], found.values["ping"], found.values["quality"]) == (3.5, 90, Code("poor"))
    stated = {"outage": ("issue", "Fiber kopması"), "quota": ("share", share), "none": ("region", "İzmir Bornova")}
    name, value = stated[variant]
    assert found.values[name] == value


@pytest.mark.parametrize(
    ("end", "hours"),
    [
        ("2026-06-15T13:00:00+03:00", 3),
        ("2026-06-15T11:40:00+03:00", 2),
        ("2026-06-15T09:00:00+03:00", 0),
        (None, None),
    ],
)
def test_hours_until_the_end_of_an_outage_are_counted(end: str | None, hours: int | None) -> None:
    found = services.network(known(check_network_status=network({**OUTAGE, "estimated_end": end})))
    assert found.values["hours"] == hours


def test_line_may_be_named_by_its_kind() -> None:
    both = profile(("05000000001", "active"), ("02320000002", "suspended"))
    both["phone_numbers"][1]["type"] = "home"
    home = services.line_state(known("ev hattım açık mı", get_customer_profile=both))
    assert home == Finding("suspended", {"number": "02320000002", "status": Code("suspended")})
    mobile = services.line_state(known("cep hattım açık mı", get_customer_profile=both))
    assert mobile == Finding("active", {"number": "05000000001", "status": Code("active")})


@pytest.mark.parametrize(
    ("words", "variant"), [("hangisini en çok bitirmişim", "sms"), ("en az hangisini kullandım", "internet_least")]
)
def test_allowance_that_is_used_most_or_least(words: str, variant: str) -> None:
    assert services.quota_most_used(known(words, get_remaining_quotas=quotas())).variant == variant


def test_ticket_tells_when_it_should_be_settled() -> None:
    waiting = known(get_fault_ticket_status={**ticket("open"), "estimated_resolution": "2026-06-16T08:00:00+03:00"})
    found = services.ticket_estimate(waiting)
    assert (found.variant, found.values["estimate"].date()) == ("open", date(2026, 6, 16))
    assert services.ticket_estimate(known(get_fault_ticket_status=ticket("open"))).variant == "untold"


def test_number_for_reaching_the_customer_is_no_line() -> None:
    numbers = profile(("05000000001", "active"))
    numbers["phone_numbers"].append({"number": "05321234567", "type": "contact", "status": "active"})
    assert services.lines_list(known(get_customer_profile=numbers)).variant == "one"
    assert services.numbers_list(known(get_customer_profile=numbers)).values["count"] == 2


@pytest.mark.parametrize(
    ("words", "variant", "count"),
    [("sabit hattım var mı", "of_kind", 1), ("kaç cep hattım var", "of_kind", 2), ("kaç hattım var", "several", 3)],
)
def test_lines_of_a_kind_are_counted(words: str, variant: str, count: int) -> None:
    data = profile(("05000000001", "active"), ("05000000002", "active"), ("02120000001", "active"))
    data["phone_numbers"][2]["type"] = "home"
    found = services.lines_count(known(words, get_customer_profile=data))
    assert (found.variant, found.values["count"]) == (variant, count)


def test_kind_of_which_there_is_no_line_is_told() -> None:
    found = services.lines_count(known("ev hattım var mı", get_customer_profile=profile(("05000000001", "active"))))
    assert (found.variant, found.values["kind"]) == ("none_of_kind", Code("home"))


def test_suspension_is_told_with_its_day_where_the_records_have_it() -> None:
    data = profile(("05000000001", "suspended"))
    assert services.suspended_since(known(get_customer_profile=data)).variant == "untold"
    data["phone_numbers"][0]["suspended_at"] = "2026-06-06T10:00:00+03:00"
    found = services.suspended_since(known(get_customer_profile=data))
    assert (found.variant, found.values["days"], found.values["date"]) == ("value", 9, date(2026, 6, 6))
    active = profile(("05000000001", "active"))
    assert services.suspended_since(known(get_customer_profile=active)).variant == "active"
    assert services.reactivation_cost(known(get_customer_profile=active)).variant == "active"
    assert services.reactivation_cost(known(get_customer_profile=data)).variant == "suspended"


def test_minutes_of_a_day_are_whole() -> None:
    found = services.minutes_daily(known(get_remaining_quotas=quotas()))
    assert (found.values["daily"], found.values["days"]) == (112, 12)
