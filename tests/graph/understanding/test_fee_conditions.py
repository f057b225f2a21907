"""Conditions on what a change costs or binds to, judged on the facts of its preview."""

from __future__ import annotations

from typing import Any

import pytest

from graph.state import Call
from graph.understanding.fee_conditions import with_conditions
from graph.understanding.limits import NOT_NEEDED, judged

FREE: dict[str, Any] = {
    "cancellation_fee": None, "commitment_until": None, "contract_months": 0, "setup_fee": "0.00",
    "monthly_fee": "149.90", "current_fee": "199.90", "daily_fee": "0.00", "reactivation_fee": "0.00",
}  # fmt: skip
LEAVING = {"cancellation_fee": "600.00", "commitment_until": "2027-01-15"}
BOUND = {"contract_months": 24}
DEARER = {"monthly_fee": "219.90"}
SET_UP = {"setup_fee": "50.00"}


def call(operation: str, **more: Any) -> Call:
    made: dict[str, Any] = {"operation": operation, "arguments": {}, "conditional": False, "preview": None, **more}
    return made  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("operation", "facts", "message"),
    [
        ("change_package", LEAVING, "ceza çıkmayacaksa tarifemi çevir"),
        ("change_package", LEAVING, "tarifemi çevir, cayma ücreti varsa çevirme"),
        ("change_package", LEAVING, "sözümden caymadan değil de taahhüdümü yakmadan tarifemi çevir"),
        ("change_package", LEAVING, "taahhüdüm dolduysa tarifemi çevir"),
        ("change_package", LEAVING, "change my plan without breaking my contract"),
        ("change_package", BOUND, "taahhüde girmeden tarifemi çevir"),
        ("change_package", BOUND, "tarifemi taahhütsüz çevir"),
        ("change_package", SET_UP, "kurulum parası çıkmazsa tarifemi çevir"),
        ("change_package", DEARER, "fiyat yükselmeyecekse tarifemi çevir"),
        ("change_package", DEARER, "eğer daha ucuzsa tarifemi çevir"),
        ("change_package", DEARER, "tarifemi çevir ama pahalıysa kalsın"),
        ("reactivate_line", {"reactivation_fee": "75.00"}, "numaramı bedavaya aç"),
        ("reactivate_line", {"reactivation_fee": "75.00"}, "75 lira vermeden numaramı aç"),
        ("enable_roaming", {"daily_fee": "149.00"}, "günlük ücret yoksa yurt dışına aç"),
    ],
)
def test_change_is_asked_about_only_where_its_condition_holds(
    operation: str, facts: dict[str, Any], message: str
) -> None:
    unmet = judged(call(operation), {**FREE, **facts}, message)
    assert (unmet.kept, unmet.remark) == (False, NOT_NEEDED)
    met = judged(call(operation), FREE, message)
    assert (met.kept, met.remark) == (True, None)


@pytest.mark.parametrize(
    "message",
    ["tarifemi çevir", "cayma bedeli olsa da tarifemi çevir", "tarifemi çevir, ücretsiz mi bu", "zaman olmazsa"],
)
def test_words_that_set_no_condition_are_left(message: str) -> None:
    assert judged(call("change_package"), {**FREE, **LEAVING, **SET_UP}, message).kept


def test_condition_is_kept_with_the_wish() -> None:
    wished = with_conditions(call("change_package"), "taahhüt istemem, tarifemi çevir")
    assert not judged(wished, {**FREE, **BOUND}, "ötekine").kept and judged(wished, FREE, "ötekine").kept
    assert "wished" not in with_conditions(call("change_package"), "ötekine")
