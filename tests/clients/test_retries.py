"""When a call is sent again, and when it must not be: failures that a real server cannot be made to show in order."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from telekom_client import (
    BadAnswer,
    Conflict,
    ConnectionFailed,
    NotLoggedIn,
    PaymentRefused,
    ServerFault,
    TelekomError,
    Unavailable,
)

from tests.clients.conftest import Server, async_client, sync_client

PAID = {
    "transaction_id": "T-1", "bill_id": "F-1", "amount": 450.1, "method": "credit_card", "status": "completed",
    "timestamp": "2026-11-26T10:00:00+03:00",
}  # fmt: skip
LOST = httpx.ReadTimeout("no answer")
UNREACHED = httpx.ConnectError("refused")


def paid() -> httpx.Response:
    return httpx.Response(200, json={"success": True, "data": PAID})


def refused(status: int, code: str, headers: dict[str, str] | None = None) -> httpx.Response:
    error = {"code": code, "message": "Olmadı.", "details": {"next_step": "Bekleyiniz."}}
    return httpx.Response(status, json={"success": False, "error": error}, headers=headers or {})


def test_a_payment_whose_answer_was_lost_is_sent_again_under_the_same_key(no_pause: list[float]) -> None:
    server = Server(LOST, refused(503, "PAYMENT_SYSTEM_TIMEOUT", {"Retry-After": "2"}), paid())
    assert sync_client(server).pay_bill("credit_card").transaction_id == "T-1"
    keys = {request.headers["idempotency-key"] for request in server.seen}
    assert len(server.seen) == 3 and len(keys) == 1
    assert 0.25 <= no_pause[0] <= 0.5 and no_pause[1] == 2.0


def test_two_payments_have_two_keys_and_a_given_key_is_kept() -> None:
    server = Server(paid(), paid(), paid())
    client = sync_client(server)
    client.pay_bill("cash")
    client.pay_bill("cash")
    client.pay_bill("cash", idempotency_key="mine")
    first, second, third = (request.headers["idempotency-key"] for request in server.seen)
    assert first != second and third == "mine"


def test_attempts_are_bounded(no_pause: list[float]) -> None:
    server = Server(*[LOST] * 9)
    with pytest.raises(ConnectionFailed) as failed:
        sync_client(server, retries=2).get_current_bill()
    assert failed.value.sent and len(server.seen) == 3


def test_a_long_wait_is_left_to_the_caller(no_pause: list[float]) -> None:
    server = Server(refused(503, "OUTSIDE_SYSTEM_UNAVAILABLE", {"Retry-After": "60"}))
    with pytest.raises(Unavailable) as failed:
        sync_client(server).check_network_status()
    assert failed.value.retry_after == 60 and no_pause == []


def test_a_turn_is_sent_again_only_where_it_cannot_have_arrived(no_pause: list[float]) -> None:
    server = Server(UNREACHED, LOST)
    with pytest.raises(ConnectionFailed):
        sync_client(server).send_chat_message("faturamı öde")
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "NOT_AUTHENTICATED", NotLoggedIn),
        (402, "CARD_DECLINED", PaymentRefused),
        (409, "BILL_ALREADY_PAID", Conflict),
    ],
)
def test_a_refusal_is_not_repeated_and_says_what_it_is(status: int, code: str, kind: type[Any]) -> None:
    server = Server(refused(status, code))
    with pytest.raises(kind) as failed:
        sync_client(server).pay_bill("credit_card")
    assert (failed.value.code, failed.value.status, failed.value.message) == (code, status, "Olmadı.")
    assert failed.value.next_step == "Bekleyiniz." and len(server.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>proxy</html>"),
        httpx.Response(502, text="<html>bad gateway</html>"),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(200, json={"success": True, "data": {"bill_id": 1}}),
        httpx.Response(200, json=[]),
    ],
    ids=["page", "gateway", "other service", "other form", "list"],
)
def test_what_is_no_answer_of_the_service_is_told_as_that(answer: httpx.Response) -> None:
    with pytest.raises(BadAnswer):
        sync_client(Server(answer), retries=0).get_current_bill()


def test_a_gateway_that_has_lost_the_server_is_asked_again(no_pause: list[float]) -> None:
    server = Server(httpx.Response(502, text="<html>bad gateway</html>"), paid())
    assert sync_client(server).pay_bill("cash").transaction_id == "T-1" and len(server.seen) == 2


def test_a_stream_that_breaks_off_is_no_answer() -> None:
    text = 'event: token\ndata: {"text": "Fatura"}\n\n'
    server = Server(httpx.Response(200, text=text, headers={"content-type": "text/event-stream"}))
    events = sync_client(server).stream_chat_message("faturam")
    assert next(events).text == "Fatura"  # type: ignore[union-attr]
    with pytest.raises(BadAnswer):
        next(events)


def test_a_fault_in_the_stream_is_raised_with_its_reference() -> None:
    text = 'event: error\ndata: {"code": "INTERNAL_ERROR", "detail": "Olmadı.", "details": {"reference": "ab12"}}\n\n'
    server = Server(httpx.Response(200, text=text, headers={"content-type": "text/event-stream"}))
    with pytest.raises(ServerFault) as failed:
        list(sync_client(server).stream_chat_message("faturam"))
    assert failed.value.details["reference"] == "ab12"


def test_a_turn_is_a_message_or_an_answer_never_both() -> None:
    client = sync_client(Server())
    for arguments in ({}, {"message": "evet", "approve": True}):
        with pytest.raises(ValueError, match="either"):
            client.send_chat_message(**arguments)  # type: ignore[arg-type]


async def test_the_other_client_repeats_and_refuses_alike(no_pause: list[float]) -> None:
    server = Server(LOST, paid(), UNREACHED, LOST)
    client = async_client(server)
    assert (await client.pay_bill("credit_card")).bill_id == "F-1"
    with pytest.raises(TelekomError):
        await client.send_chat_message("faturamı öde")
    assert len(server.seen) == 4
