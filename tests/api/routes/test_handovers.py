"""Hand-overs over REST: who may see and change them, paging, and the conversation that staff may read."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from database.enums import HandoverReason
from database.handover_records import Tried
from database.handovers import Handovers
from tests.api.conftest import NOW, Stage, bearer

BASE = "/api/v1/handovers"
CHAT = "/api/v1/chat/"
STAFF = "temsilci@example.com"
ENGINEER = "muhendis@example.com"
CUSTOMER = "musteri1@example.com"

Open = Callable[..., Awaitable[str]]


@pytest.fixture
async def started(stage: Stage) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    async with stage.running() as running:
        yield running


@pytest.fixture
def client(started: tuple[FastAPI, httpx.AsyncClient]) -> httpx.AsyncClient:
    return started[1]


@pytest.fixture
async def staff(client: httpx.AsyncClient) -> dict[str, str]:
    return await bearer(client, STAFF)


@pytest.fixture
def hand_over(stage: Stage, started: tuple[FastAPI, httpx.AsyncClient]) -> Open:
    """``await hand_over("t1")`` has customer 1 say hello in a thread, hands it over and gives the id."""
    app, client = started

    async def open_one(thread: str) -> str:
        headers = await bearer(client, CUSTOMER)
        said = await client.post(CHAT, json={"message": "Merhaba", "session_id": thread}, headers=headers)
        handovers: Handovers = app.state.service.handovers
        record = await handovers.open(
            thread_id=thread, run_id=said.json()["metadata"]["run_id"], customer_id=1, reason=HandoverReason.UNCLEAR,
            summary="Faturasını ödemek istiyor.", tried=[Tried("pay_bill", False, "CARD_DECLINED")], language="tr",
            now=stage.clock(),
        )  # fmt: skip
        return record.id

    return open_one


async def test_handovers_are_for_staff_only(client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]) -> None:
    id = await hand_over("t1")
    routes = [("GET", BASE), ("GET", f"{BASE}/{id}"), ("POST", f"{BASE}/{id}/take"), ("POST", f"{BASE}/{id}/hand-back")]
    foreign = {login: await bearer(client, login) for login in (CUSTOMER, ENGINEER)}
    for method, path in routes:
        nobody = await client.request(method, path)
        assert (nobody.status_code, nobody.json()["error"]["code"]) == (401, "NOT_LOGGED_IN"), path
        for headers in foreign.values():
            refused = await client.request(method, path, headers=headers)
            assert (refused.status_code, refused.json()["success"]) == (403, False), path
            assert refused.json()["error"]["code"] == "FORBIDDEN"
    for method, path in routes:
        response = await client.request(method, path, headers=staff)
        assert (response.status_code, response.json()["success"]) == (200, True), path


async def test_handover_is_taken_and_closed_once(
    stage: Stage, client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    path = f"{BASE}/{await hand_over('t1')}"
    waiting = (await client.get(path, headers=staff)).json()["data"]
    assert (waiting["status"], waiting["reason"], waiting["customer_id"]) == ("open", "unclear", 1)
    assert waiting["tried"] == [{"tool": "pay_bill", "success": False, "error": "CARD_DECLINED"}]
    assert waiting["created_at"] == NOW.isoformat() and waiting["run_id"]
    stage.clock.advance(timedelta(minutes=5))
    taken = (await client.post(f"{path}/take", headers=staff)).json()["data"]
    assert (taken["status"], taken["taken_by"]) == ("taken", STAFF)
    assert taken["taken_at"] == (NOW + timedelta(minutes=5)).isoformat()
    closed = await client.post(f"{path}/close", json={"note": " Geri arandı. "}, headers=staff)
    assert closed.json()["data"] == (await client.get(path, headers=staff)).json()["data"]
    assert (closed.json()["data"]["note"], closed.json()["data"]["closed_by"]) == ("Geri arandı.", STAFF)
    for action in ("close", "take"):
        again = await client.post(f"{path}/{action}", headers=staff)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "HANDOVER_CLOSED")


async def test_handover_of_a_colleague_gives_409(
    started: tuple[FastAPI, httpx.AsyncClient], hand_over: Open, staff: dict[str, str]
) -> None:
    app, client = started
    id = await hand_over("t1")
    await app.state.service.handovers.take(id, "colleague@example.com", NOW)
    response = await client.post(f"{BASE}/{id}/take", headers=staff)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "HANDOVER_TAKEN")
    assert (await client.post(f"{BASE}/{id}/close", headers=staff)).status_code == 200


async def test_handovers_are_paged_and_filtered(
    stage: Stage, client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    ids = []
    for number in range(3):
        ids.append(await hand_over(f"t{number}"))
        stage.clock.advance(timedelta(minutes=1))
    await client.post(f"{BASE}/{ids[0]}/close", headers=staff)

    async def page(**query: str | int) -> tuple[list[str], int]:
        data = (await client.get(BASE, params=query, headers=staff)).json()["data"]
        return [row["id"] for row in data["handovers"]], data["total"]

    assert await page() == ([ids[1], ids[2], ids[0]], 3)
    assert await page(limit=2, offset=2) == ([ids[0]], 3)
    assert await page(status="open", limit=1) == ([ids[1]], 2)
    assert await page(status="taken") == ([], 0)
    for query in ({"status": "lost"}, {"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 10**30}):
        response = await client.get(BASE, params=query, headers=staff)
        assert (response.status_code, response.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), query


async def test_unknown_handover_gives_404(client: httpx.AsyncClient, staff: dict[str, str]) -> None:
    for id in (str(uuid.uuid4()), "nonsense", "%00"):
        for method, action in (("GET", ""), ("POST", "/take"), ("POST", "/close")):
            response = await client.request(method, f"{BASE}/{id}{action}", headers=staff)
            assert (response.status_code, response.json()["error"]["code"]) == (404, "HANDOVER_NOT_FOUND")


async def test_bad_note_gives_422(client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]) -> None:
    path = f"{BASE}/{await hand_over('t1')}"
    for body in ({"note": "x" * 2001}, {"note": "a\0b"}, {"note": 1}, {"by": "somebody"}):
        response = await client.post(f"{path}/close", json=body, headers=staff)
        assert (response.status_code, response.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), body
    assert (await client.get(path, headers=staff)).json()["data"]["status"] == "open"


async def test_staff_reads_a_conversation_that_was_handed_over_and_no_other(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    id = await hand_over("t1")
    customer = await bearer(client, CUSTOMER)
    await client.post(CHAT, json={"message": "Merhaba", "session_id": "private"}, headers=customer)
    link = (await client.get(f"{BASE}/{id}", headers=staff)).json()["data"]["thread_url"]
    assert link == "/api/v1/chat/sessions/t1"
    detail = await client.get(link, headers=staff)
    assert detail.json() == (await client.get(link, headers=customer)).json()
    assert [message["role"] for message in detail.json()["messages"]] == ["user", "assistant"]
    assert (await client.get("/api/v1/chat/sessions/private", headers=staff)).status_code == 404
    assert (await client.get(link, headers=await bearer(client, ENGINEER))).status_code == 404
    assert (await client.get(link, headers=await bearer(client, "musteri2@example.com"))).status_code == 404


async def test_staff_neither_writes_in_nor_deletes_the_conversation_it_reads(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    await hand_over("t1")
    for path in (CHAT, "/api/v1/chat/stream"):
        turn = await client.post(path, json={"message": "Merhaba", "session_id": "t1"}, headers=staff)
        assert (turn.status_code, turn.json()["code"]) == (404, "SESSION_NOT_FOUND")
    assert (await client.delete("/api/v1/chat/sessions/t1", headers=staff)).status_code == 404
    assert (await client.get("/api/v1/chat/sessions", headers=staff)).json()["total"] == 0
    customer = await bearer(client, CUSTOMER)
    assert len((await client.get("/api/v1/chat/sessions/t1", headers=customer)).json()["messages"]) == 2


async def test_conversation_deleted_by_its_customer_is_gone_for_staff(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    id = await hand_over("t1")
    customer = await bearer(client, CUSTOMER)
    assert (await client.delete("/api/v1/chat/sessions/t1", headers=customer)).status_code == 204
    assert (await client.get("/api/v1/chat/sessions/t1", headers=staff)).status_code == 404
    row = (await client.get(f"{BASE}/{id}", headers=staff)).json()["data"]
    assert (row["summary"], row["status"]) == ("", "open")


async def test_customer_and_colleague_talk_over_rest(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    id, customer = await hand_over("t1"), await bearer(client, CUSTOMER)
    session = f"{CHAT}sessions/t1"
    waiting = (await client.get(session, headers=customer)).json()["handover"]
    assert waiting == {"status": "open", "colleague": None, "ahead": 0, "since": NOW.isoformat()}
    early = await client.post(f"{BASE}/{id}/messages", json={"text": "Merhaba"}, headers=staff)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "HANDOVER_NOT_TAKEN")
    taken = (await client.post(f"{BASE}/{id}/take", headers=staff)).json()["data"]
    assert taken["colleague"] == "Selin Arslan"
    written = await client.post(f"{BASE}/{id}/messages", json={"text": " Merhaba "}, headers=staff)
    assert (written.status_code, written.json()["data"]["text"]) == (201, "Merhaba")
    answer = await client.post(CHAT, json={"message": "Merhaba", "session_id": "t1"}, headers=customer)
    assert answer.json()["response"] == "Mesajınız Selin Arslan'a iletildi."
    pressed = {"resume": {"approve": True}, "session_id": "t1"}
    refused = await client.post(CHAT, json=pressed, headers=customer)
    assert (refused.status_code, refused.json()["code"]) == (409, "WITH_COLLEAGUE")
    back = await client.post(f"{BASE}/{id}/hand-back", json={"note": "Bakıldı."}, headers=staff)
    assert (back.json()["data"]["status"], back.json()["data"]["handed_back"]) == ("closed", True)
    read = (await client.get(session, headers=customer)).json()
    between = [(each["role"], each["author"]) for each in read["messages"] if each["role"] not in ("user", "assistant")]
    assert between == [("notice", "Selin Arslan"), ("colleague", "Selin Arslan"), ("notice", "Selin Arslan")]
    assert read["handover"] is None and "Bakıldı." in read["messages"][-1]["text"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b"])
async def test_bad_message_to_a_customer_gives_422(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str], text: str
) -> None:
    id = await hand_over("t1")
    await client.post(f"{BASE}/{id}/take", headers=staff)
    assert (await client.post(f"{BASE}/{id}/messages", json={"text": text}, headers=staff)).status_code == 422


async def test_nobody_follows_somebody_elses_conversation(
    client: httpx.AsyncClient, hand_over: Open, staff: dict[str, str]
) -> None:
    await hand_over("t1")
    for login in ("musteri2@example.com", ENGINEER):
        refused = await client.get(f"{CHAT}sessions/t1/events", headers=await bearer(client, login))
        assert refused.status_code == 404, login
    await client.post(CHAT, json={"message": "Merhaba", "session_id": "t2"}, headers=await bearer(client, CUSTOMER))
    assert (await client.get(f"{CHAT}sessions/t2/events", headers=staff)).status_code == 404
