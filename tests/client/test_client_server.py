"""Both clients against a real server with the embedded model."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from telekom_client import (
    AsyncTelekomClient,
    Conflict,
    ConnectionFailed,
    Done,
    InvalidRequest,
    NotFound,
    NotLoggedIn,
    Pending,
    Step,
    TelekomClient,
    Token,
    models,
)

from tests.client.conftest import PASSWORD

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("README.md", "docs/clients.md")
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S))
]

pytestmark = pytest.mark.embedded


def test_the_reads(telekom: TelekomClient) -> None:
    bill = telekom.get_current_bill()
    assert bill.amount == sum(service.amount for service in bill.services) and isinstance(bill.amount, Decimal)
    history = telekom.get_bill_history(limit=3)
    assert len(history.bills) == 3 and history.total_count >= 12
    assert telekom.get_current_package().features.roaming_enabled
    assert telekom.get_remaining_quotas().usage_percentage.internet >= 0
    packages = telekom.get_available_packages().packages
    assert packages == sorted(packages, key=lambda package: package.monthly_fee)
    assert telekom.get_customer_profile().name == "Elif Öztürk"
    assert telekom.check_network_status("İzmir").region.startswith("İzmir")
    assert telekom.check_chat_health().status == "healthy"


def test_the_writes_happen_once_under_a_key(telekom: TelekomClient) -> None:
    if telekom.get_current_bill().status == "paid":
        with pytest.raises(Conflict) as refused:
            telekom.pay_bill("credit_card")
        assert refused.value.code == "BILL_ALREADY_PAID"
    else:
        first = telekom.pay_bill("credit_card", idempotency_key="a key of the test")
        assert telekom.pay_bill("credit_card", idempotency_key="a key of the test") == first
        assert telekom.get_current_bill().status == "paid"
    opened = telekom.create_support_ticket("faturamda anlamadığım bir kalem var", category="billing")
    assert opened.status == "open" and opened.priority == "medium"
    with pytest.raises(Conflict) as twice:
        telekom.create_support_ticket("faturamda anlamadığım bir kalem var", category="billing")
    assert twice.value.code == "DUPLICATE_TICKET_FOUND" and twice.value.next_step


def test_a_conversation_with_a_confirmation(telekom: TelekomClient) -> None:
    asked = telekom.send_chat_message("yurt dışı kullanımımı kapat")
    assert asked.pending is not None and asked.pending.kind == "confirmation" and asked.tool_calls == []
    declined = telekom.send_chat_message(approve=False, session_id=asked.session_id)
    assert declined.pending is None and telekom.get_current_package().features.roaming_enabled
    said = telekom.get_conversation(asked.session_id)
    assert [message.role for message in said.messages] == ["user", "assistant"] * 2


def test_a_stream_yields_typed_events(telekom: TelekomClient) -> None:
    events = list(telekom.stream_chat_message("faturam ne kadar"))
    assert isinstance(events[-1], Done)
    text = "".join(event.text for event in events if isinstance(event, Token))
    assert text == events[-1].answer.response and events[-1].answer.tool_calls[0].arac_adi == "get_current_bill"
    assert {event.name for event in events if isinstance(event, Step)} >= {"detect_intent", "get_current_bill"}
    asked = list(telekom.stream_chat_message("yurt dışı kullanımımı kapat"))
    assert any(isinstance(event, Pending) and event.options for event in asked)


async def test_the_other_client(address: str) -> None:
    async with AsyncTelekomClient(address) as telekom:
        await telekom.login("musteri6@example.com", PASSWORD)
        assert (await telekom.get_customer_profile()).customer_tier == "gold"
        events = [event async for event in telekom.stream_chat_message("kalan internetim ne kadar")]
        assert isinstance(events[-1], Done)
        answered = await telekom.send_chat_message("teşekkürler", session_id=events[-1].answer.session_id)
        assert answered.response and (await telekom.check_chat_health()).model_loaded


def test_refusals_carry_the_code_of_the_envelope(address: str, telekom: TelekomClient) -> None:
    with pytest.raises(NotLoggedIn), TelekomClient(address) as nobody:
        nobody.get_current_bill()
    with pytest.raises(NotLoggedIn) as wrong:
        telekom.login("musteri6@example.com", "wrong")
    assert wrong.value.code == "WRONG_CREDENTIALS"
    with pytest.raises(InvalidRequest) as invalid:
        telekom.pay_bill("gold")  # type: ignore[arg-type]
    assert invalid.value.code == "INVALID_METHOD"
    with pytest.raises(NotFound) as unknown:
        telekom.get_conversation("00000000-0000-4000-8000-000000000000")
    assert unknown.value.code == "SESSION_NOT_FOUND"
    with pytest.raises(ConnectionFailed), TelekomClient("http://127.0.0.1:9", retries=0) as nowhere:
        nowhere.check_chat_health()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_documents_examples_run(example: str, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example.replace("http://localhost:8000", address), "example", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


def test_the_answers_have_the_servers_fields(address: str) -> None:
    document = httpx.get(f"{address}/openapi.json").json()
    schemas = document["components"]["schemas"]
    ours = {
        "CurrentBill": models.CurrentBill, "PastBills": models.PastBills, "PaidBill": models.PaidBill,
        "CustomerPackage": models.CustomerPackage, "RemainingQuotas": models.RemainingQuotas,
        "AvailablePackages": models.AvailablePackages, "CustomerProfile": models.CustomerProfile,
        "CreatedTicket": models.CreatedTicket, "RegionStatus": models.NetworkStatus, "Metadata": models.Metadata,
    }  # fmt: skip
    for name, ours_of_it in ours.items():
        assert fields(schemas[name]) == set(ours_of_it.model_fields), name
    assert fields(schemas["ChatAnswer"]) - {"success"} == set(models.ChatAnswer.model_fields)


def fields(schema: dict[str, Any]) -> set[str]:
    return set(schema["properties"])
