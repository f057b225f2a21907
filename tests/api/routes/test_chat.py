"""Conversations over REST, with scripted models and everything else real."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from agent.decision.model import Answers, DecisionRequest
from evaluation.scripted import ScriptedDecisionModel
from tests.api.conftest import MEANINGS, PASSWORD, Login, Stage, bearer, real_server
from tests.api.events import named, parsed
from tests.doubles import meanings_of

CHAT = "/api/v1/chat/"
STREAM = "/api/v1/chat/stream"
SESSIONS = "/api/v1/chat/sessions"
BILL = {"message": "Faturam ne kadar?"}
PAY = {"message": "Faturamı kredi kartıyla öde"}


class Exploding(ScriptedDecisionModel):
    """A fault that nobody foresaw."""

    def _classify(self, request: DecisionRequest) -> Answers:
        raise RuntimeError("a secret detail")


class Held(ScriptedDecisionModel):
    """Reads nothing until it may: the client has gone away by then."""

    free = threading.Event()

    def _classify(self, request: DecisionRequest) -> Answers:
        self.free.wait()
        return super()._classify(request)


@pytest.fixture
async def headers(login: Login) -> AsyncIterator[dict[str, str]]:
    yield await login(1)


async def test_question_gives_the_whole_answer(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post(CHAT, json=BILL | {"user_id": 1}, headers=headers)
    answer = response.json()
    assert response.status_code == 200, answer
    assert answer.keys() == {
        "success", "response", "user_id", "session_id", "confidence", "tool_calls", "pending", "metadata",
    }  # fmt: skip
    assert answer["metadata"].keys() == {"run_id", "intent", "tool_results", "processing_time_ms", "model"}
    assert (answer["success"], answer["user_id"], answer["pending"]) == (True, 1, None)
    assert [call["arac_adi"] for call in answer["tool_calls"]] == ["get_current_bill"]
    [result] = answer["metadata"]["tool_results"]
    assert result["success"] and result["tool_name"] == "get_current_bill" and result["result"]["bill_id"]
    assert 0 < answer["confidence"] < 1
    assert answer["response"]


async def test_address_without_slash_works_without_redirect(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post(CHAT.rstrip("/"), json=BILL, headers=headers)).status_code == 200


async def test_payment_waits_for_approval_and_happens_once(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    asked = (await client.post(CHAT, json=PAY, headers=headers)).json()
    assert asked["pending"]["kind"] == "confirmation"
    assert [call["arac_adi"] for call in asked["pending"]["calls"]] == ["pay_bill"]
    assert asked["tool_calls"] == []
    resume = {"session_id": asked["session_id"], "resume": {"approve": True}}
    done = (await client.post(CHAT, json=resume, headers=headers)).json()
    assert [call["arac_adi"] for call in done["tool_calls"]] == ["pay_bill"]
    again = await client.post(CHAT, json=resume, headers=headers)
    assert (again.json()["metadata"]["intent"], again.json()["tool_calls"]) == ("already_done", [])
    payments = await client.post("/api/v1/telekom/billing/current", headers=headers)
    assert payments.json()["data"]["status"] == "paid"


@pytest.mark.parametrize("answer", [{"message": "hayır"}, {"resume": {"approve": False}}], ids=["message", "resume"])
async def test_declined_payment_leaves_the_bill(
    client: httpx.AsyncClient, headers: dict[str, str], answer: dict[str, Any]
) -> None:
    asked = (await client.post(CHAT, json=PAY, headers=headers)).json()
    told = await client.post(CHAT, json={"session_id": asked["session_id"], **answer}, headers=headers)
    assert told.json()["tool_calls"] == []
    bill = await client.post("/api/v1/telekom/billing/current", headers=headers)
    assert bill.json()["data"]["status"] == "unpaid"


async def test_twenty_approvals_at_once_pay_once(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    asked = (await client.post(CHAT, json=PAY, headers=headers)).json()
    yes = {"session_id": asked["session_id"], "resume": {"approve": True}}
    answers = await asyncio.gather(*(client.post(CHAT, json=yes, headers=headers) for _ in range(20)))
    told = [answer.json()["metadata"]["intent"] for answer in answers]
    assert sorted(told) == ["already_done"] * 19 + ["pay_bill"]
    payments = await client.post("/api/v1/telekom/billing/payments", json={"limit": 100}, headers=headers)
    bill = asked["pending"]["calls"][0]["parametreler"]["bill_id"]
    assert [paid["bill_id"] for paid in payments.json()["data"]["payments"]].count(bill) == 1


async def test_malformed_turn_gives_422(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    bodies: list[dict[str, Any]] = [
        {},
        {"message": ""},
        {"message": "   "},
        {"message": "x" * 2001},
        {"message": "a", "resume": {"approve": True}},
        {"message": "a", "session_id": "with space"},
        {"message": "a", "session_id": "x" * 65},
        {"message": "a", "customer_id": 2},
        {"resume": {"approve": True, "method": "cash"}},
    ]
    for body in bodies:
        for path in (CHAT, STREAM):
            response = await client.post(path, json=body, headers=headers)
            assert response.status_code == 422, (body, response.text)
            assert response.json()["code"] in ("INVALID_REQUEST", "VALIDATION_ERROR")


async def test_chat_without_login_gives_401(client: httpx.AsyncClient) -> None:
    for path in (CHAT, STREAM):
        assert (await client.post(path, json=BILL)).status_code == 401
    assert (await client.get(SESSIONS)).status_code == 401


async def test_foreign_user_id_gives_403(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path in (CHAT, STREAM):
        assert (await client.post(path, json=BILL | {"user_id": 2}, headers=headers)).status_code == 403


async def test_session_of_another_customer_gives_404(
    client: httpx.AsyncClient, headers: dict[str, str], login: Login
) -> None:
    mine = f"client-{uuid.uuid4()}"
    assert (await client.post(CHAT, json=PAY | {"session_id": mine}, headers=headers)).json()["session_id"] == mine
    stranger = await login(2)
    for path in (CHAT, STREAM):
        for turn in (BILL, {"resume": {"approve": True}}):
            response = await client.post(path, json=turn | {"session_id": mine}, headers=stranger)
            assert (response.status_code, response.json()["code"]) == (404, "SESSION_NOT_FOUND")
    assert (await client.get(f"{SESSIONS}/{mine}", headers=stranger)).status_code == 404
    assert (await client.delete(f"{SESSIONS}/{mine}", headers=stranger)).status_code == 404
    assert (await client.get(f"{SESSIONS}/{mine}", headers=headers)).json()["pending"]["kind"] == "confirmation"


async def test_stream_sends_steps_tokens_and_the_whole_answer(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post(STREAM, json=BILL, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = parsed(response.text)
    [done] = named(events, "done")
    assert events[-1][0] == "done"
    assert "".join(token["text"] for token in named(events, "token")) == done["response"]
    steps = named(events, "step")
    assert {"name", "status", "input", "output", "ms"} <= steps[0].keys()
    assert {"detect_intent", "get_current_bill", "synthesize"} <= {step["name"] for step in steps}
    assert {step["status"] for step in steps} == {"started", "finished"}
    assert done["success"] is True and done["metadata"]["run_id"]


async def test_stream_of_a_write_sends_its_question(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    events = parsed((await client.post(STREAM, json=PAY, headers=headers)).text)
    [pending], [done] = named(events, "pending"), named(events, "done")
    assert pending == done["pending"]
    assert pending["kind"] == "confirmation" and len(pending["options"]) == 2


async def test_stream_of_resume_without_question_gives_409(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post(STREAM, json={"session_id": "fresh", "resume": {"approve": True}}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (409, "NOTHING_PENDING")


async def test_sessions_are_paged_newest_first(
    stage: Stage, client: httpx.AsyncClient, headers: dict[str, str], login: Login
) -> None:
    for number in range(3):
        stage.clock.now = stage.clock.now.replace(minute=number)
        await client.post(CHAT, json={"message": "Merhaba", "session_id": f"s{number}"}, headers=headers)
    page = (await client.get(SESSIONS, params={"limit": 2}, headers=headers)).json()
    assert ([entry["session_id"] for entry in page["sessions"]], page["total"]) == (["s2", "s1"], 3)
    rest = (await client.get(SESSIONS, params={"limit": 2, "offset": 2}, headers=headers)).json()
    assert [entry["session_id"] for entry in rest["sessions"]] == ["s0"]
    assert (await client.get(SESSIONS, headers=await login(2))).json()["total"] == 0
    assert (await client.get(SESSIONS, params={"limit": 0}, headers=headers)).status_code == 422


async def test_deleted_session_is_forgotten(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await client.post(CHAT, json=BILL | {"session_id": "mine"}, headers=headers)
    detail = (await client.get(f"{SESSIONS}/mine", headers=headers)).json()
    assert [message["role"] for message in detail["messages"]] == ["user", "assistant"]
    assert (await client.delete(f"{SESSIONS}/mine", headers=headers)).status_code == 204
    assert (await client.get(f"{SESSIONS}/mine", headers=headers)).status_code == 404
    assert (await client.delete(f"{SESSIONS}/mine", headers=headers)).status_code == 404


async def test_model_failure_is_told_and_the_session_goes_on(
    stage: Stage, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    stage.decision_model.broken = True
    failed = await client.post(CHAT, json=BILL | {"session_id": "s"}, headers=headers)
    assert failed.status_code == 200
    assert failed.json()["response"]
    stage.decision_model.broken = False
    again = (await client.post(CHAT, json=BILL | {"session_id": "s"}, headers=headers)).json()
    assert [call["arac_adi"] for call in again["tool_calls"]] == ["get_current_bill"]


async def test_unforeseen_fault_gives_a_friendly_500_with_a_reference(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.decision_model = Exploding(meanings_of(MEANINGS))
    async with stage.running() as (_, client):
        headers = await bearer(client, "musteri1@example.com")
        response = await client.post(CHAT, json=BILL, headers=headers)
        assert response.status_code == 500
        assert "Başvuru numarası" in response.json()["detail"] and "secret" not in response.text
        assert response.json()["details"]["reference"] in caplog.text
        assert "a secret detail" in caplog.text


async def test_unforeseen_fault_in_a_stream_is_its_last_event(stage: Stage) -> None:
    stage.decision_model = Exploding(meanings_of(MEANINGS))
    async with stage.running() as (_, client):
        response = await client.post(STREAM, json=BILL, headers=await bearer(client, "musteri1@example.com"))
        events = parsed(response.text)
        assert events[-1][0] == "error" and events[-1][1]["details"]["reference"]
        assert "secret" not in response.text


def test_client_that_goes_away_frees_its_session(stage: Stage) -> None:
    stage.decision_model = Held(meanings_of(MEANINGS))
    with real_server(stage) as address, httpx.Client(base_url=address, timeout=20) as client:
        form = {"username": "musteri1@example.com", "password": PASSWORD}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        body = BILL | {"session_id": "s"}
        with client.stream("POST", STREAM, json=body, headers=headers) as response:
            next(response.iter_lines())
        Held.free.set()
        answer = client.post(CHAT, json=body, headers=headers).json()
        assert [call["arac_adi"] for call in answer["tool_calls"]] == ["get_current_bill"]


async def test_health_tells_about_the_model_without_login(client: httpx.AsyncClient) -> None:
    health = (await client.get("/api/v1/chat/health")).json()
    assert health == {"status": "healthy", "model_loaded": True, "model_name": "scripted", "device": "cpu"}
