"""One conversation through each channel, with the embedded model behind a real server process.

The chat page has its own file (tests/chat), since it needs a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from langserve import RemoteRunnable

AMOUNT = re.compile(r"\d{1,3}(\.\d{3})*,\d{2} TL")
BILL = "Bu ayki faturam ne kadar?"
PAY = "faturamı kredi kartıyla öde"

pytestmark = pytest.mark.embedded


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


def token(client: httpx.Client, customer: int) -> str:
    form = {"username": f"musteri{customer}@example.com", "password": "demo-1234"}
    answer = client.post("/api/v1/auth/token", data=form)
    assert answer.status_code == 200
    return str(answer.json()["access_token"])


def headers(client: httpx.Client, customer: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(client, customer)}"}


def test_rest_conversation_asks_confirms_and_pays_once(client: httpx.Client) -> None:
    login = headers(client, 7)
    bill = client.post("/api/v1/chat/", json={"message": BILL}, headers=login).json()
    assert bill["success"] and AMOUNT.search(bill["response"])
    assert [call["arac_adi"] for call in bill["tool_calls"]] == ["get_current_bill"]
    assert bill["user_id"] == 7 and 0 < bill["confidence"] <= 1
    session = bill["session_id"]
    asked = client.post("/api/v1/chat/", json={"message": PAY, "session_id": session}, headers=login).json()
    assert asked["pending"]["kind"] == "confirmation" and asked["tool_calls"] == []
    paid = client.post("/api/v1/chat/", json={"message": "evet", "session_id": session}, headers=login).json()
    assert [call["arac_adi"] for call in paid["tool_calls"]] == ["pay_bill"]
    assert paid["metadata"]["tool_results"][0]["success"] and paid["pending"] is None
    again = {"session_id": session, "resume": {"approve": True}}
    repeated = client.post("/api/v1/chat/", json=again, headers=login).json()
    assert (repeated["metadata"]["intent"], repeated["tool_calls"]) == ("already_done", [])
    row = client.post("/api/v1/telekom/billing/current", json={}, headers=login).json()
    assert row["data"]["status"] == "paid"


def test_rest_stream_sends_steps_tokens_and_the_whole_answer(client: httpx.Client) -> None:
    body = {"message": "kalan internetim ne kadar"}
    events: list[tuple[str, dict[str, object]]] = []
    with client.stream("POST", "/api/v1/chat/stream", json=body, headers=headers(client, 4)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                events.append((name, json.loads(line.removeprefix("data:"))))
    text = "".join(str(data["text"]) for name, data in events if name == "token")
    assert any(name == "step" and data["name"] == "get_remaining_quotas" for name, data in events)
    assert events[-1][0] == "done" and events[-1][1]["response"] == text
    assert "GB" in text


def test_langserve_remote_runnable_invokes_and_streams(client: httpx.Client, address: str) -> None:
    agent = RemoteRunnable(f"{address}/agent", headers=headers(client, 5))
    first = agent.invoke({"message": "paketim ne zaman yenileniyor"})
    assert [call["name"] for call in first["tool_calls"]] == ["get_customer_package"]
    asked = agent.invoke({"message": "Süper Konuşma paketine geçmek istiyorum", "session_id": first["session_id"]})
    assert asked["pending"]["kind"] == "confirmation" and "cayma" in asked["pending"]["text"]
    declined = agent.invoke({"resume": {"approve": False}, "session_id": first["session_id"]})
    assert declined["tool_calls"] == [] and declined["pending"] is None
    pieces = list(agent.stream({"message": "merhaba"}))
    assert pieces


def test_understanding_of_plain_requests_is_far_above_chance(client: httpx.Client) -> None:
    login = headers(client, 6)
    wanted = {
        "arıza kaydım ne durumda": "get_fault_ticket_status",
        "internetim çok yavaş hız testi yapar mısın": "test_internet_speed",
        "hangi paketleriniz var": "get_available_packages",
        "geçmiş faturalarımı göster": "get_past_bills",
        "profil bilgilerimi göster": "get_customer_profile",
    }
    right = 0
    for message, operation in wanted.items():
        answer = client.post("/api/v1/chat/", json={"message": message}, headers=login).json()
        right += [call["arac_adi"] for call in answer["tool_calls"]] == [operation]
    assert right >= 4
