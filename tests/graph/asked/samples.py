"""Results of operations as plain data, for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from core.clock import ISTANBUL
from graph.asked.known import Known
from graph.asked.restrictions import Restriction, restriction_of

TODAY = date(2026, 6, 15)
FEE = "Süper Konuşma aylık ücreti"
EXTRA = "Ek internet paketi (5 GB)"
MESSAGES = "Paket dışı mesajlar"


def current_bill(
    status: str = "unpaid", *, day: str = "2026-06-10", due: str = "2026-06-25", **items: float
) -> dict[str, Any]:
    """The newest bill; items by their keyword: ``fee``, ``extra``, ``messages``."""
    names = {"fee": FEE, "extra": EXTRA, "messages": MESSAGES}
    services = [{"service_name": names[key], "amount": amount} for key, amount in (items or {"fee": 199.9}).items()]
    return {
        "bill_id": f"F-{day[:7]}-0001", "amount": round(sum(each["amount"] for each in services), 2), "currency": "TRY",
        "due_date": due, "bill_date": day, "status": status, "services": services,
    }  # fmt: skip


def past_bills(*rows: tuple[str, float] | tuple[str, float, str]) -> dict[str, Any]:
    """Past bills from month and amount, each issued on the 10th; a paid one was paid five days later."""
    bills = []
    for month, amount, *status in rows:
        paid = not status or status == ["paid"]
        bills.append(
            {
                "bill_id": f"F-{month}-0001", "amount": amount, "bill_date": f"{month}-10",
                "status": status[0] if status else "paid",
                "paid_date": f"{month}-15T11:20:00+03:00" if paid else None,
            }
        )  # fmt: skip
    return {"bills": bills, "total_count": len(bills), "total_amount_paid": 0.0}


def payments(*rows: tuple[str, float]) -> dict[str, Any]:
    """Payments from day and amount, by card."""
    made = [
        {
            "transaction_id": f"TRX-{day}", "amount": amount, "method": "credit_card", "date": f"{day}T11:20:00+03:00",
            "bill_id": f"F-{day[:7]}-0001",
        }
        for day, amount in rows
    ]  # fmt: skip
    return {"payments": made, "total_payments": len(made), "total_amount": 0.0, "payments_this_month": 0}


def package(
    name: str, fee: float, gb: float = 5, minutes: float = 500, *, sms: float = 250, international: float = 0,
    roaming: bool = False, audience: str = "Herkes",
) -> dict[str, Any]:  # fmt: skip
    """One package of the catalogue."""
    features = {
        "internet_gb": gb, "voice_minutes": minutes, "sms_count": sms, "roaming_enabled": roaming,
        "international_minutes": international,
    }  # fmt: skip
    return {"name": name, "monthly_fee": fee, "features": features, "target_audience": audience}


CATALOGUE: Sequence[dict[str, Any]] = (  # not by fee: a result promises no order
    package("Mega İnternet", 299.9, 50, 1000, sms=500, audience="Yoğun internet kullananlar"),
    package("Ekonomik Paket", 149.9, 5, 500, audience="Az konuşan ve az internet kullananlar"),
    package("Emekli Dostu Tarife", 169.9, 6, 1500, audience="Emekliler"),
    package("Öğrenci Dostu Tarife", 189.9, 15, 750, sms=1000, audience="Öğrenciler"),
    package("Süper Konuşma", 199.9, 8, 3000, sms=1000, international=60, audience="Çok konuşanlar"),
    package("Dünya Paketi", 429.9, 30, 1500, sms=500, international=500, roaming=True, audience="Yurt dışına çıkanlar"),
)


def offers() -> dict[str, Any]:
    """The catalogue as its operation gives it."""
    return {"packages": list(CATALOGUE)}


def own_package(
    name: str = "Süper Konuşma", *, since: str = "2024-10-15", renewal: str = "2026-06-27", until: str | None = None
) -> dict[str, Any]:
    """The customer's package, one of the catalogue."""
    found = next(each for each in CATALOGUE if each["name"] == name)
    return {
        "package_name": name, "monthly_fee": found["monthly_fee"], "features": found["features"],
        "activation_date": since, "renewal_date": renewal, "commitment_until": until,
    }  # fmt: skip


def known(words: str = "", restriction: Restriction | None = None, today: date = TODAY, **results: Any) -> Known:
    """What is known of results, with the restriction that the words state."""
    now = datetime.combine(today, time(10), ISTANBUL)
    return Known(results, now, restriction or restriction_of(words, today), words)
