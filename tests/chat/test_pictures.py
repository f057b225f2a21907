"""What the pictures of results show, in Turkish and English."""

from __future__ import annotations

from typing import Any

import pytest

from chat.blocks import Card
from chat.drawing import Drawing
from chat.pictures import PICTURES
from core.languages import Language
from graph.answers.approved import load_answers
from tests.chat.results import BILL, PAST, QUOTAS, package

ANSWERS = load_answers()
TICKET = {
    "ticket_id": "TKT-20261101-0004", "status": "open", "resolution": None, "created_at": "2026-11-01T10:00:00+03:00",
    "resolved_at": None, "technician_notes": "Hat ölçüldü.",
}  # fmt: skip
NETWORK = {
    "region": "Ankara Çankaya", "status": "outage", "coverage_percentage": 71.5,
    "active_outages": [
        {"area": "Ankara Çankaya", "issue": "Fiber kesintisi", "start_time": "2026-11-29T08:00:00+03:00",
         "estimated_end": "2026-11-29T14:00:00+03:00"},
    ],
    "last_updated": "2026-11-29T10:15:00+03:00",
}  # fmt: skip
SPEED = {
    "download_speed_mbps": 48.2, "upload_speed_mbps": 9.6, "ping_ms": 18, "quality_rating": "good",
    "test_timestamp": "2026-11-29T10:15:00+03:00", "test_server": "Ankara",
}  # fmt: skip
PAYMENTS = {
    "payments": [{"transaction_id": "TX1", "amount": 259.8, "method": "credit_card",
                  "date": "2026-11-03T00:10:00+03:00", "bill_id": "F-2026-10-0001"}],
    "total_payments": 1, "total_amount": 259.8, "payments_this_month": 1,
}  # fmt: skip


def draw(operation: str, result: Any, language: Language = "tr", **known: Any) -> Card:
    card = PICTURES[operation](result, Drawing(ANSWERS, language, **known))
    assert card is not None
    return card


def rows_of(card: Card, block: int = 0) -> list[tuple[str, str, str]]:
    return [(row["name"], row["value"], row["mark"]) for row in card["blocks"][block]["rows"]]


def test_bill_shows_items_sum_and_days_and_marks_what_is_beyond_the_package() -> None:
    card = draw("get_current_bill", BILL)
    assert (card["title"], card["badge"], card["tone"]) == ("Kasım 2026 faturanız", "ödenmedi", "plain")
    assert rows_of(card) == [
        ("Akıllı 20 GB aylık ücreti", "259,80 TL", ""),
        ("Ek internet paketi (5 GB)", "50,00 TL", "paket dışı"),
        ("Toplam", "309,80 TL", ""),
    ]
    assert rows_of(card, 1) == [("Kesim tarihi", "20 Kasım 2026", ""), ("Son ödeme tarihi", "10 Aralık 2026", "")]
    assert card["label"] == "Kasım 2026 faturası: 309,80 TL, ödenmedi"


def test_bill_in_english() -> None:
    card = draw("get_current_bill", {**BILL, "status": "overdue"}, "en")
    assert (card["title"], card["badge"], card["tone"]) == ("Your bill of November 2026", "overdue", "warn")
    assert rows_of(card)[1] == ("Ek internet paketi (5 GB)", "50.00 TL", "beyond the package")


def test_months_are_bars_newest_first_with_the_current_bill_and_their_average() -> None:
    card = draw("get_past_bills", PAST, current_bill=BILL)
    bars = [(bar["name"], bar["value"], bar["share"], bar["note"]) for bar in card["blocks"][0]["bars"]]
    assert bars == [
        ("Kasım 2026", "309,80 TL", 100.0, "ödenmedi"),
        ("Ekim 2026", "259,80 TL", 83.9, ""),
        ("Eylül 2026", "129,90 TL", 41.9, "gecikmiş"),
    ]
    assert card["blocks"][1]["text"] == "Bu faturaların ortalaması 233,17 TL."


def test_months_show_twelve_bars_at_most_and_none_for_a_single_bill() -> None:
    bills = [{**BILL, "bill_id": f"F{month}", "bill_date": f"2025-{month:02}-20"} for month in range(12, 0, -1)]
    card = draw("get_past_bills", {"bills": bills}, current_bill=BILL)
    assert len(card["blocks"][0]["bars"]) == 12
    assert card["blocks"][0]["bars"][0]["name"] == "Kasım 2026"
    assert PICTURES["get_past_bills"]({"bills": bills[:1]}, Drawing(ANSWERS, "tr")) is None


def test_quotas_are_bars_of_what_is_left_with_the_end_of_the_period() -> None:
    card = draw("get_remaining_quotas", QUOTAS)
    bars = [(bar["name"], bar["value"], bar["share"], bar["note"], bar["tone"]) for bar in card["blocks"][0]["bars"]]
    assert bars == [
        ("İnternet", "2,5 GB kaldı", 12.5, "yüzde 87,5 kullanıldı", "warn"),
        ("Konuşma", "400 dk kaldı", 80.0, "yüzde 20 kullanıldı", "plain"),
        ("SMS", "900 SMS kaldı", 90.0, "yüzde 10 kullanıldı", "plain"),
    ]
    assert card["blocks"][1]["text"] == "Dönem 1 Aralık 2026 tarihinde bitiyor."
    assert draw("get_remaining_quotas", QUOTAS, "en")["blocks"][0]["bars"][0]["value"] == "2.5 GB left"


def test_packages_are_compared_with_the_own_one() -> None:
    catalogue = {"packages": [package("Ekonomik", 199.8), package("Akıllı", 259.8), package("Süper", 359.8)]}
    own = [{"package_name": "Akıllı", "monthly_fee": 259.8}]
    table = draw("get_available_packages", catalogue, own_packages=own)["blocks"][0]
    assert table["head"] == ["Paket", "Aylık ücret", "Aylık fark", "İnternet", "Konuşma", "SMS"]
    assert [(row["cells"][0], row["cells"][2], row["mark"]) for row in table["rows"]] == [
        ("Ekonomik", "−60,00 TL", ""), ("Akıllı", "–", "sizin paketiniz"), ("Süper", "+100,00 TL", ""),
    ]  # fmt: skip
    unknown = draw("get_available_packages", catalogue, "en")["blocks"][0]
    assert unknown["head"] == ["Package", "Monthly fee", "Data", "Calls", "Text messages"]
    assert unknown["rows"][0]["cells"] == ["Ekonomik", "199.80 TL", "20 GB", "1,000 min", "500"]


def test_packages_of_several_lines_are_marked_without_a_difference() -> None:
    catalogue = {"packages": [package("Ekonomik", 199.8), package("Akıllı", 259.8)]}
    own = [{"package_name": name, "monthly_fee": 1.0} for name in ("Ekonomik", "Akıllı")]
    table = draw("get_available_packages", catalogue, own_packages=own)["blocks"][0]
    assert "Aylık fark" not in table["head"]
    assert [row["mark"] for row in table["rows"]] == ["sizin paketiniz"] * 2


@pytest.mark.parametrize(("operation", "result"), [("get_available_packages", {"packages": []}),
                                                   ("get_payment_history", {"payments": []})])  # fmt: skip
def test_empty_list_has_no_picture(operation: str, result: dict[str, Any]) -> None:
    assert PICTURES[operation](result, Drawing(ANSWERS, "tr")) is None


def test_package_shows_what_it_holds_and_its_terms() -> None:
    own = {**package("", 259.8), "package_name": "Akıllı", "renewal_date": "2026-12-05", "commitment_until": None}
    named = [name for name, _, _ in rows_of(draw("get_customer_package", own))]
    assert named == [
        "Aylık ücret", "İnternet", "Konuşma", "SMS", "Yurt dışı arama", "Yurt dışı kullanımı", "Yenilenme tarihi",
    ]  # fmt: skip
    offered = package("Süper", 359.8, setup_fee=0, cancellation_fee=500.0, contract_duration=12)
    rows = rows_of(draw("get_package_details", offered, "en"))
    assert rows[-2:] == [("Early-termination fee", "500.00 TL", ""), ("Commitment", "12 months", "")]


def test_payments_are_a_table() -> None:
    table = draw("get_payment_history", PAYMENTS)["blocks"][0]
    assert table["head"] == ["Tarih", "Tutar", "Ödeme yöntemi", "Fatura"]
    assert table["rows"][0]["cells"] == ["3 Kasım 2026", "259,80 TL", "kredi kartı", "F-2026-10-0001"]


def test_network_lists_outages_by_area() -> None:
    card = draw("check_network_status", NETWORK)
    assert (card["badge"], card["tone"]) == ("kesinti var", "warn")
    assert card["blocks"][0]["bars"][0]["value"] == "yüzde 71,5"
    assert rows_of(card, 1) == [
        ("Ankara Çankaya",
         "Fiber kesintisi · başlangıç 29 Kasım 2026 08:00 · tahmini bitiş 29 Kasım 2026 14:00", ""),
    ]  # fmt: skip
    calm = draw("check_network_status", {**NETWORK, "status": "operational", "active_outages": []}, "en")
    assert (calm["badge"], calm["blocks"][1]["text"]) == ("working", "No known outage.")


def test_speed_is_a_dial_on_the_next_larger_scale() -> None:
    card = draw("test_internet_speed", SPEED)
    dial = card["blocks"][0]
    assert (dial["value"], dial["share"], dial["note"]) == ("48,2", 96.4, "0 – 50 Mbps ölçeğinde")
    assert rows_of(card, 1)[2] == ("Gecikme", "18 ms", "")
    fast = draw("test_internet_speed", {**SPEED, "download_speed_mbps": 4000})
    assert fast["blocks"][0]["share"] == 100.0


@pytest.mark.parametrize(
    ("status", "past", "last"),
    [
        ("open", [True, False, False], "Sorun çözüldü"),
        ("in_progress", [True, True, False], "Sorun çözüldü"),
        ("resolved", [True, True, True], "Sorun çözüldü: Modem yenilendi."),
        ("closed", [True, True, True], "Kayıt kapatıldı: Modem yenilendi."),
        ("cancelled", [True, True], "Kayıt iptal edildi"),
    ],
)
def test_ticket_is_a_timeline(status: str, past: list[bool], last: str) -> None:
    resolution = "Modem yenilendi." if status in ("resolved", "closed") else None
    card = draw("get_fault_ticket_status", {**TICKET, "status": status, "resolution": resolution})
    events = card["blocks"][0]["events"]
    assert [event["is_past"] for event in events] == past
    assert (events[0]["when"], events[-1]["name"]) == ("1 Kasım 2026 10:00", last)
    assert card["blocks"][1]["text"] == "Teknisyen notu: Hat ölçüldü."


def test_words_of_others_cannot_draw_a_link() -> None:
    card = draw("get_fault_ticket_status", {**TICKET, "technician_notes": "[bak](https://evil.example)"})
    assert "https://" not in card["blocks"][1]["text"]
