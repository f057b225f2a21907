"""The operations over REST: envelope, statuses, identity, idempotency."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from ports import Adapters
from ports.payment import SimulatedPayment
from tests.api.conftest import Login, Stage, bearer

BASE = "/api/v1/telekom"
PATHS = {
    "/billing/current", "/billing/history", "/billing/pay", "/billing/payments", "/billing/autopay",
    "/packages/current", "/packages/quotas", "/packages/change", "/packages/available", "/packages/details",
    "/services/roaming", "/network/status", "/support/tickets", "/support/tickets/status", "/diagnostics/speed-test",
    "/customers/profile", "/customers/contact", "/lines/suspend", "/lines/reactivate",
    "/support/tickets/list", "/support/tickets/close",
}  # fmt: skip


async def test_every_operation_has_its_route_and_documentation(client: httpx.AsyncClient) -> None:
    documented = (await client.get("/openapi.json")).json()
    ours = {path.removeprefix(BASE): item for path, item in documented["paths"].items() if path.startswith(BASE)}
    assert ours.keys() == PATHS
    pay = ours["/billing/pay"]["post"]
    schema = pay["requestBody"]["content"]["application/json"]["schema"]
    assert {"method", "bill_id", "user_id"} == schema["properties"].keys()
    assert "$ref" not in str(schema)
    assert "transaction_id" in str(documented["components"]["schemas"])


async def test_operation_without_login_gives_401_in_the_envelope(client: httpx.AsyncClient) -> None:
    for path in PATHS:
        response = await client.post(BASE + path)
        assert response.status_code == 401, path
        assert response.json()["success"] is False
        assert response.json()["error"]["code"] == "NOT_LOGGED_IN"


async def test_read_without_body_equals_empty_body(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    bodies: list[dict[str, Any]] = [{}, {"json": {}}, {"json": {"user_id": 1}}, {"json": {"user_id": "1"}}]
    for body in bodies:
        response = await client.post(f"{BASE}/billing/current", headers=headers, **body)
        assert response.status_code == 200, body
        data = response.json()["data"]
        assert data["status"] == "unpaid"
        assert isinstance(data["amount"], float)
        assert sum(service["amount"] for service in data["services"]) == pytest.approx(data["amount"])


async def test_foreign_user_id_gives_403(client: httpx.AsyncClient, login: Login) -> None:
    response = await client.post(f"{BASE}/billing/current", json={"user_id": 2}, headers=await login(1))
    assert (response.status_code, response.json()["error"]["code"]) == (403, "FOREIGN_CUSTOMER")


async def test_another_customers_bill_gives_404(client: httpx.AsyncClient, login: Login) -> None:
    theirs = await client.post(f"{BASE}/billing/current", headers=await login(2))
    body = {"bill_id": theirs.json()["data"]["bill_id"], "method": "credit_card"}
    response = await client.post(f"{BASE}/billing/pay", json=body, headers=await login(1))
    assert (response.status_code, response.json()["error"]["code"]) == (404, "BILL_NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/billing/pay", {"method": "altın"}, "INVALID_METHOD"),
        ("/billing/history", {"limit": 0}, "VALIDATION_ERROR"),
        ("/billing/history", {"customer_id": 2}, "VALIDATION_ERROR"),
        ("/packages/details", {}, "VALIDATION_ERROR"),
        ("/customers/contact", {"contact_type": "fax", "new_value": "1"}, "INVALID_CONTACT_TYPE"),
    ],
)
async def test_bad_value_gives_422_with_its_code(
    client: httpx.AsyncClient, login: Login, path: str, body: dict[str, Any], code: str
) -> None:
    response = await client.post(BASE + path, json=body, headers=await login(1))
    assert response.status_code == 422
    assert response.json()["success"] is False
    assert response.json()["error"].keys() == {"code", "message", "details"}
    assert response.json()["error"]["code"] == code


async def test_body_that_is_no_object_gives_422_in_the_envelope(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    for content in (b"{", b"[]", b'"text"', b"1", b"null", b"\xff", b"[" * 60_000):
        response = await client.post(f"{BASE}/billing/current", content=content, headers=headers)
        assert response.status_code == 422, content[:10]
        assert response.json()["error"]["code"] == "VALIDATION_ERROR"


async def test_older_clients_turkish_method_pays_and_shows_in_the_next_read(
    client: httpx.AsyncClient, login: Login
) -> None:
    headers = await login(1)
    paid = await client.post(f"{BASE}/billing/pay", json={"method": "kredi_karti"}, headers=headers)
    assert paid.json()["data"]["method"] == "credit_card"
    bill = await client.post(f"{BASE}/billing/current", headers=headers)
    assert bill.json()["data"]["status"] == "paid"
    again = await client.post(f"{BASE}/billing/pay", json={"method": "credit_card"}, headers=headers)
    assert again.status_code in (404, 409)


async def test_same_idempotency_key_gives_the_first_answer_again(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1) | {"Idempotency-Key": "order-1"}
    body = {"method": "credit_card"}
    answers = [await client.post(f"{BASE}/billing/pay", json=body, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["success"] is True
    other = await client.post(f"{BASE}/billing/pay", json={"method": "cash"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_key_of_another_customer_is_another_key(client: httpx.AsyncClient, login: Login) -> None:
    for who in (1, 2):
        headers = await login(who) | {"Idempotency-Key": "1"}
        paid = await client.post(f"{BASE}/billing/pay", json={"method": "cash"}, headers=headers)
        assert paid.json()["success"] is True


async def test_twenty_payments_at_once_pay_one_bill(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    pay = [client.post(f"{BASE}/billing/pay", json={"method": "cash"}, headers=headers) for _ in range(20)]
    answers = await asyncio.gather(*pay)
    assert sorted({answer.status_code for answer in answers}) in ([200, 404], [200, 409], [200, 404, 409])
    transactions = {answer.json()["data"]["transaction_id"] for answer in answers if answer.status_code == 200}
    assert len(transactions) == 1


async def test_declined_payment_gives_402(stage: Stage) -> None:
    stage.ports = Adapters(payment=SimulatedPayment(decline="CARD_DECLINED"))
    async with stage.running() as (_, client):
        headers = await bearer(client, "musteri1@example.com")
        response = await client.post(f"{BASE}/billing/pay", json={"method": "credit_card"}, headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (402, "CARD_DECLINED")


async def test_silent_payment_system_gives_503_with_retry_after(stage: Stage) -> None:
    stage.ports = Adapters(payment=SimulatedPayment(timeout=True))
    async with stage.running() as (_, client):
        headers = await bearer(client, "musteri1@example.com")
        response = await client.post(f"{BASE}/billing/pay", json={"method": "credit_card"}, headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "PAYMENT_SYSTEM_TIMEOUT")
        assert int(response.headers["retry-after"]) > 0


async def test_wrong_method_and_unknown_path_answer_in_the_envelope(client: httpx.AsyncClient) -> None:
    for response, expected in (
        (await client.get(f"{BASE}/billing/current"), (405, "METHOD_NOT_ALLOWED")),
        (await client.post(f"{BASE}/billing/nothing"), (404, "NOT_FOUND")),
    ):
        assert (response.status_code, response.json()["error"]["code"]) == expected


async def test_tickets_are_listed_and_closed(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(6)
    tickets = (await client.post(f"{BASE}/support/tickets/list", headers=headers)).json()["data"]["tickets"]
    unfinished = next(ticket for ticket in tickets if ticket["status"] in ("open", "in_progress"))
    body = {"ticket_id": unfinished["ticket_id"]}
    closed = await client.post(f"{BASE}/support/tickets/close", json=body, headers=headers)
    assert closed.json()["data"]["status"] == "closed"
    again = await client.post(f"{BASE}/support/tickets/close", json=body, headers=headers)
    assert again.status_code == 409
