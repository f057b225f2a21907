"""Limits in the words of a wish or a reply."""

from __future__ import annotations

from typing import Any

import pytest

from graph.state import Call
from graph.understanding.limits import AUTOPAY, NO_END, NOT_NEEDED, ONE_BILL, ONLY_NOW, PART, WHOLE_LINE, judged


def call(operation: str, **arguments: Any) -> Call:
    made: dict[str, Any] = {"operation": operation, "arguments": arguments, "conditional": False, "preview": None}
    return made  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("operation", "facts", "message", "remark"),
    [
        ("setup_autopay", {}, "400 TL'yi geçerse çekme", AUTOPAY),
        ("setup_autopay", {}, "her ayın 5'inde çekilsin", AUTOPAY),
        ("setup_autopay", {}, "otomatik ödemeyi aç", None),
        ("setup_autopay", {}, "200 lira çok fazla", None),
        ("suspend_line", {}, "sadece aramaları kapatın", WHOLE_LINE),
        ("suspend_line", {}, "internet açık kalsın", WHOLE_LINE),
        ("suspend_line", {}, "on günlüğüne dondur", NO_END),
        ("suspend_line", {}, "telefonum çalındı hattımı dondur", None),
        ("suspend_line", {}, "internetim çalışmıyor, hattımı dondur", None),
        ("pay_bill", {"amount": "350.00"}, "en fazla 100 lira öde", PART),
        ("pay_bill", {"amount": "80.00"}, "en fazla 100 lira öde", None),
        ("pay_bill", {}, "üç faturamı da yatır", ONE_BILL),
        ("pay_bill", {}, "ikinci numaramın faturasını öde", ONE_BILL),
        ("pay_bill", {}, "numaramın faturasını öde", None),
        ("pay_bill", {}, "mart ayının faturasını öde", None),
        ("enable_roaming", {}, "ekimde otomatik açılsın", ONLY_NOW),
        ("reactivate_line", {}, "20 kasımda hattı aç", ONLY_NOW),
        ("change_package", {}, "o gün gence al", ONLY_NOW),
        ("setup_autopay", {}, "limit 750 olsun", AUTOPAY),
        ("change_package", {"monthly_fee": "420"}, "aylığı en fazla 300 lira olsun", NOT_NEEDED),
    ],
)
def test_limit_is_found_and_judged(operation: str, facts: dict[str, Any], message: str, remark: str | None) -> None:
    assert judged(call(operation), facts, message).remark == remark
