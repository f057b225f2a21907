"""Turns and results that the tests of the chat page draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conversation.events import CallView, ChatResult, Pending, ToolResultView
from core.languages import Language

BILL: Mapping[str, Any] = {
    "bill_id": "F-2026-11-0001", "amount": 309.8, "currency": "TRY", "due_date": "2026-12-10",
    "bill_date": "2026-11-20", "status": "unpaid",
    "services": [
        {"service_name": "Akıllı 20 GB aylık ücreti", "amount": 259.8},
        {"service_name": "Ek internet paketi (5 GB)", "amount": 50.0},
    ],
}  # fmt: skip
PAST: Mapping[str, Any] = {
    "bills": [
        {"bill_id": "F-2026-10-0001", "amount": 259.8, "bill_date": "2026-10-20", "status": "paid", "paid_date": None},
        {"bill_id": "F-2026-09-0001", "amount": 129.9, "bill_date": "2026-09-20", "status": "overdue",
         "paid_date": None},
    ],
    "total_count": 2, "total_amount_paid": 259.8,
}  # fmt: skip
QUOTAS: Mapping[str, Any] = {
    "internet_remaining_gb": 2.5, "voice_remaining_minutes": 400, "sms_remaining": 900, "period_end": "2026-12-01",
    "usage_percentage": {"internet": 87.5, "voice": 20.0, "sms": 10.0},
}  # fmt: skip


def package(name: str, fee: float, **more: Any) -> dict[str, Any]:
    """Return a package as the catalogue lists it."""
    features = {
        "internet_gb": 20, "voice_minutes": 1000, "sms_count": 500, "roaming_enabled": False,
        "international_minutes": 30,
    }  # fmt: skip
    return {"name": name, "monthly_fee": fee, "features": features, "target_audience": "", **more}


def turn(
    *results: tuple[str, Mapping[str, Any] | None], asked: Sequence[str] = (), language: Language = "tr",
    lines: Sequence[str] = (), pending: Pending | None = None,
) -> ChatResult:  # fmt: skip
    """Return a turn with results.

    Args:
        results: Operations with their results; None for one that was refused.
        asked: The facts that were asked for.
        language: The language of the turn.
        lines: The line of each call; none by default.
        pending: The question that waits.
    """
    calls = [
        CallView(arac_adi=name, parametreler={"line_number": lines[place]} if lines else {})
        for place, (name, _) in enumerate(results)
    ]
    told = [
        ToolResultView(tool_name=name, success=result is not None, result=None if result is None else dict(result))
        for name, result in results
    ]
    return ChatResult(
        response="", session_id="s", run_id="r", intent="none", confidence=0.97, tool_calls=calls, tool_results=told,
        pending=pending, model="scripted", processing_time_ms=1, language=language, asked=list(asked),
    )  # fmt: skip
