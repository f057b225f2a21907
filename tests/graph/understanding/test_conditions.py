"""A waiting call is released when its look-up came back, unless its condition does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from graph.state import Call, Outcome
from graph.understanding.conditions import released


def waiting(operation: str, after: str, *, conditional: bool = True, reference: str | None = None) -> Call:
    return Call(
        id="1", operation=operation, arguments={}, write=True, status="waiting", missing=[], key=None, preview=None,
        proposed_at=None, after=after, conditional=conditional, reference=reference,
    )  # fmt: skip


def found(operation: str, result: dict[str, Any] | None) -> list[Outcome]:
    return [
        Outcome(
            call_id="0", operation=operation, arguments={}, success=result is not None, executed=True, result=result,
            error=None, ms=0,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("look_up", "result", "operation", "message", "holds"),
    [
        ("get_current_bill", {"status": "unpaid"}, "pay_bill", "borcum varsa öde", True),
        ("get_current_bill", {"status": "overdue"}, "pay_bill", "borcum varsa öde", True),
        ("get_current_bill", {"status": "paid"}, "pay_bill", "borcum varsa öde", False),
        ("get_current_bill", {"amount": 450.0}, "change_package", "300 liradan fazlaysa değiştir", True),
        ("get_current_bill", {"amount": 450.0}, "change_package", "500 liradan fazlaysa değiştir", False),
        ("get_current_bill", {"amount": 450.0}, "change_package", "çok geldiyse değiştir", True),
        ("get_current_bill", {"amount": 450.0}, "change_package", "300 ile 500 arasındaysa değiştir", True),
        ("test_internet_speed", {"quality_rating": "poor"}, "create_fault_ticket", "yavaşsa kayıt aç", True),
        ("test_internet_speed", {"quality_rating": "good"}, "create_fault_ticket", "yavaşsa kayıt aç", False),
        ("get_remaining_quotas", {"usage_percentage": {"internet": 95}}, "change_package", "bittiyse geç", True),
        ("get_remaining_quotas", {"usage_percentage": {"internet": 20}}, "change_package", "bittiyse geç", False),
        ("check_network_status", {"status": "operational"}, "create_fault_ticket", "kesinti yoksa aç", True),
        ("check_network_status", {"status": "outage"}, "create_fault_ticket", "kesinti yoksa aç", False),
        ("get_customer_package", {}, "suspend_line", "öyleyse dondur", True),
    ],
)
def test_condition_is_judged_by_what_was_found(
    look_up: str, result: dict[str, Any], operation: str, message: str, holds: bool
) -> None:
    call = released(waiting(operation, look_up), found(look_up, result), message)
    assert (call is not None) == holds
    if call is not None:
        assert (call["status"], call["after"]) == ("missing", None)


def test_condition_that_was_not_stated_is_not_judged() -> None:
    call = waiting("pay_bill", "get_current_bill", conditional=False)
    assert released(call, found("get_current_bill", {"status": "paid"}), "öde") is not None


def test_nothing_follows_from_a_look_up_that_failed_or_is_not_there() -> None:
    call = waiting("pay_bill", "get_current_bill")
    assert released(call, found("get_current_bill", None), "öde") is None
    assert released(call, found("get_past_bills", {}), "öde") is None


def test_reference_is_resolved_by_the_list_that_was_looked_up() -> None:
    listing = [
        {"name": name, "monthly_fee": fee, "features": {"internet_gb": 1, "voice_minutes": 1}}
        for name, fee in (("Büyük", 300), ("Küçük", 100))
    ]
    call = waiting("change_package", "get_available_packages", conditional=False, reference="cheapest")
    ready = released(call, found("get_available_packages", {"packages": listing}), "en ucuzuna geç")
    assert ready is not None
    assert ready["arguments"] == {"new_package_name": "Küçük"} and ready["reference"] is None
