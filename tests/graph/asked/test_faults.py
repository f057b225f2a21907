"""Why a line does not work, or did not: by a running outage, used up data, or a ticket of that time."""

from __future__ import annotations

from typing import Any

import pytest

from graph.asked import faults
from tests.graph.asked.samples import known
from tests.graph.asked.test_services import network, quotas, ticket

OUTAGE = {
    "area": "İzmir Bornova", "issue": "Fiber kablo kopması", "start_time": "2026-06-15T08:00:00+03:00",
    "estimated_end": "2026-06-15T13:00:00+03:00",
}  # fmt: skip
SINCE_SUNDAY = {**OUTAGE, "start_time": "2026-06-14T20:00:00+03:00"}
IN_MAY = {**ticket("resolved", resolved="2026-05-07T16:00:00+03:00", resolution="Kapasite artırıldı."),
          "created_at": "2026-05-06T10:00:00+03:00"}  # fmt: skip


def why(words: str, *outages: dict[str, Any], **results: Any) -> faults.Finding:
    return faults.line_why(known(words, check_network_status=network(*outages), **results))


@pytest.mark.parametrize(
    ("words", "outages", "results", "variant"),
    [
        ("neden çekmiyor", (OUTAGE,), {}, "trouble"),
        ("neden çekmiyor", ({**OUTAGE, "estimated_end": None},), {}, "open_end"),
        ("neden çekmiyor", (), {}, "fine"),
        ("internetim neden gitti", (), {"get_remaining_quotas": quotas(0, 100.0)}, "quota"),
        ("telefonum neden aramıyor", (), {"get_remaining_quotas": quotas(0, 100.0)}, "fine"),
        ("neden çekmiyor", (), {"get_fault_ticket_status": ticket("open")}, "ticket"),
        ("neden çekmiyor", (), {"get_fault_ticket_status": IN_MAY}, "fine"),
    ],
)
def test_present_fault_has_the_first_cause_that_is_known(
    words: str, outages: tuple[dict[str, Any], ...], results: dict[str, Any], variant: str
) -> None:
    assert why(words, *outages, **results).variant == variant


@pytest.mark.parametrize(
    ("words", "outages", "results", "variant"),
    [
        ("dün internet neden gitti", (), {}, "past_unknown"),
        ("dün internet neden gitti", (OUTAGE,), {}, "past_other"),
        ("dün internet neden gitti", (SINCE_SUNDAY,), {}, "past_outage"),
        ("2 gün önce neden gitti", (SINCE_SUNDAY,), {}, "past_other"),
        ("evvelsi gün neden gitti", (SINCE_SUNDAY,), {}, "past_other"),
        ("geçen hafta neden kesildi", (), {"get_fault_ticket_status": ticket("open")}, "past_ticket"),
        ("mayısta neden kesildi", (), {"get_fault_ticket_status": IN_MAY}, "past_ticket"),
        ("nisanda neden kesildi", (), {"get_fault_ticket_status": IN_MAY}, "past_unknown"),
        ("martta neden kesildi", (), {"get_fault_ticket_status": ticket("open")}, "past_unknown"),
    ],
)
def test_past_fault_is_told_by_what_the_records_hold(
    words: str, outages: tuple[dict[str, Any], ...], results: dict[str, Any], variant: str
) -> None:
    assert why(words, *outages, **results).variant == variant


def test_ticket_of_that_time_says_what_was_done() -> None:
    found = why("mayısta neden kesildi", get_fault_ticket_status=IN_MAY)
    assert found.values["told"] == "Kapasite artırıldı."


@pytest.mark.parametrize(("enabled", "variant"), [(True, "on"), (False, "off")])
def test_roaming_explains_a_line_abroad(enabled: bool, variant: str) -> None:
    package = {"features": {"roaming_enabled": enabled}}
    assert faults.roaming_why(known("", get_customer_package=package)).variant == variant
