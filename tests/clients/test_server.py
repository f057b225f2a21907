"""Both clients against a real server with the embedded model."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from telekom_client import (
    AsyncTelekomClient,
    Conflict,
    ConnectionFailed,
    Done,
    Forbidden,
    InvalidRequest,
    NotFound,
    NotLoggedIn,
    Pending,
    Step,
    TelekomClient,
    Token,
)

from tests.clients.conftest import PASSWORD

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("docs/first-steps.md", "docs/clients.md", "clients/python/README.md")
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S))
]

pytestmark = pytest.mark.embedded


def test_the_reads(telekom: TelekomClient) -> None:
    bill = telekom.get_current_bill()
    assert bill.amount == sum(service.amount for service in bill.services) and isinstance(bill.amount, Decimal)
    history = telekom.get_past_bills(limit=3)
    assert len(history.bills) == 3 and history.total_count >= 12
    assert telekom.get_customer_package().features.roaming_enabled
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
    opened = telekom.create_fault_ticket("faturamda anlamadığım bir kalem var", category="billing")
    assert opened.status == "open" and opened.priority == "medium"
    with pytest.raises(Conflict) as twice:
        telekom.create_fault_ticket("faturamda anlamadığım bir kalem var", category="billing")
    assert twice.value.code == "DUPLICATE_TICKET_FOUND" and twice.value.next_step


def test_a_conversation_with_a_confirmation(telekom: TelekomClient) -> None:
    asked = telekom.send_chat_message("yurt dışı kullanımımı kapat")
    assert asked.pending is not None and asked.pending.kind == "confirmation" and asked.tool_calls == []
    declined = telekom.send_chat_message(approve=False, session_id=asked.session_id)
    assert declined.pending is None and telekom.get_customer_package().features.roaming_enabled
    said = telekom.get_session(asked.session_id)
    assert [message.role for message in said.messages] == ["user", "assistant"] * 2


def test_a_stream_yields_typed_events(telekom: TelekomClient) -> None:
    events = list(telekom.stream_chat_message("faturam ne kadar"))
    assert isinstance(events[-1], Done)
    text = "".join(event.text for event in events if isinstance(event, Token))
    assert text == events[-1].answer.response and events[-1].answer.tool_calls[0].arac_adi == "get_current_bill"
    assert {event.name for event in events if isinstance(event, Step)} >= {"detect_intent", "get_current_bill"}
    asked = list(telekom.stream_chat_message("yurt dışı kullanımımı kapat"))
    assert any(isinstance(event, Pending) and event.options for event in asked)


def test_an_account_from_sign_up_to_log_out(address: str) -> None:
    with TelekomClient(address) as telekom:
        assert telekom.check_health().status == "ok" and telekom.check_ready().status == "ready"
        email = f"{uuid.uuid4().hex}@example.com"
        made = telekom.register(name="Deniz Yılmaz", email=email, password="bir-uzun-sifre", phone="0532 111 22 33")
        telekom.login(email, "bir-uzun-sifre")
        assert telekom.get_me() == made and made.role == "customer"
        session = telekom.send_chat_message("merhaba").session_id
        assert [one.session_id for one in telekom.list_sessions(limit=5).sessions] == [session]
        telekom.delete_session(session)
        with pytest.raises(NotFound):
            telekom.get_session(session)
        assert telekom.list_sessions().total == 0
        telekom.logout()
        with pytest.raises(NotLoggedIn):
            telekom.get_me()


def test_staff_take_and_close_a_handover(address: str, telekom: TelekomClient) -> None:
    asked = telekom.send_chat_message("Bir müşteri temsilcisine bağlanmak istiyorum")
    with pytest.raises(Forbidden):
        telekom.list_handovers()
    with TelekomClient(address) as staff:
        staff.login("temsilci@example.com", PASSWORD)
        waiting = staff.list_handovers("open", limit=200).handovers
        one = next(each for each in waiting if each.thread_id == asked.session_id)
        assert staff.take_handover(one.id).status == "taken" and staff.get_handover(one.id).taken_by
        assert staff.get_session(one.thread_id).messages[0].text.startswith("Bir müşteri")
        assert staff.close_handover(one.id, "Müşteri arandı.").note == "Müşteri arandı."
        with pytest.raises(Conflict):
            staff.close_handover(one.id)


def test_an_engineer_reads_a_run_and_runs_it_again(address: str, telekom: TelekomClient) -> None:
    run_id = telekom.send_chat_message("faturam ne kadar").metadata.run_id
    assert telekom.give_feedback(run_id, 1, "çabuk").score == 1
    with TelekomClient(address) as engineer:
        engineer.login("muhendis@example.com", PASSWORD)
        page = engineer.list_runs(intent="get_current_bill", score=1, limit=1)
        assert page.runs[0].id == run_id and page.next is not None
        assert engineer.list_runs(limit=1, after=page.next).runs != page.runs
        assert {call["operation"] for call in engineer.get_run(run_id).calls} == {"get_current_bill"}
        again = engineer.replay_run(run_id)
        assert again.same and again.difference.calls == [] and again.not_recorded == []


def test_operations_on_a_line_and_a_ticket(address: str) -> None:
    with TelekomClient(address) as telekom:
        telekom.login("musteri1@example.com", PASSWORD)
        package = telekom.get_package_details("Emekli Dostu Tarife")
        assert package.name == "Emekli Dostu Tarife" and telekom.get_payment_history(limit=2).payments
        assert telekom.setup_autopay(True, "credit_card").autopay_enabled
        assert telekom.enable_roaming(True).roaming_enabled and telekom.test_internet_speed().ping_ms > 0
        changed = telekom.update_customer_contact("address", "Atatürk Caddesi 1, Ankara")
        assert changed.new_value == "Atatürk Caddesi 1, Ankara"
        ticket = telekom.create_fault_ticket("modemin ışıkları yanmıyor", category="device")
        assert telekom.get_fault_ticket_status(ticket.ticket_id).status == "open"
        assert ticket.ticket_id in {one.ticket_id for one in telekom.list_tickets().tickets}
        assert telekom.close_ticket(ticket.ticket_id).status == "closed"
        line = telekom.suspend_line().line_number
        assert telekom.reactivate_line(line).line_number == line
        with pytest.raises(Conflict):
            telekom.reactivate_line(line)


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
        telekom.get_session("00000000-0000-4000-8000-000000000000")
    assert unknown.value.code == "SESSION_NOT_FOUND"
    with pytest.raises(ConnectionFailed), TelekomClient("http://127.0.0.1:9", retries=0) as nowhere:
        nowhere.check_chat_health()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_documents_examples_run(example: str, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example.replace("http://localhost:8000", address), "example", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()
