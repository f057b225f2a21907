"""Photos of a fault over REST: sent, given to a ticket, shown to whom they concern, deleted."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from core.photos import MOST_BYTES
from database.photos import MOST_PHOTOS
from tests.api.conftest import Login, Stage, bearer
from tests.photo_files import photo_file

PHOTOS, TICKETS = "/api/v1/photos", "/api/v1/telekom/support/tickets"
FAULT = {"issue_description": "Modemin ışıkları yanmıyor", "category": "device"}
SAID = "Modemimin ışıkları yanmıyor"


async def send(
    client: httpx.AsyncClient, headers: dict[str, str], photo: bytes | None = None, **place: str
) -> httpx.Response:
    return await client.post(PHOTOS, params=place, files={"photo": photo or photo_file()}, headers=headers)


async def open_ticket(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    answer = await client.post(TICKETS, json=FAULT, headers=headers)
    return str(answer.json()["data"]["ticket_id"])


async def say(client: httpx.AsyncClient, headers: dict[str, str], message: str, session: str) -> httpx.Response:
    body = {"message": message, "session_id": session}
    return await client.post("/api/v1/chat/", json=body, headers=headers)


async def notices(client: httpx.AsyncClient, headers: dict[str, str], session: str) -> list[str]:
    answer = await client.get(f"/api/v1/chat/sessions/{session}", headers=headers)
    return [each["text"] for each in answer.json()["messages"] if each["role"] == "notice"]


async def test_a_photo_goes_to_the_ticket_and_is_seen_by_its_owner_only(
    client: httpx.AsyncClient, login: Login
) -> None:
    mine, other = await login(1), await login(2)
    ticket = await open_ticket(client, mine)
    sent = await send(client, mine, ticket_id=ticket)
    assert sent.status_code == 201 and sent.json()["ticket_id"] == ticket
    shown = await client.get(sent.json()["url"], headers=mine)
    assert shown.headers["content-type"] == "image/jpeg" and shown.content.startswith(b"\xff\xd8")
    assert shown.headers["cache-control"] == "private, no-store" and shown.headers["x-content-type-options"]
    assert (await client.get(sent.json()["url"], headers=other)).status_code == 404
    assert (await client.get(sent.json()["url"])).status_code == 401
    assert (await client.delete(f"{PHOTOS}/{sent.json()['photo_id']}", headers=other)).status_code == 404
    assert (await send(client, other, ticket_id=ticket)).json()["code"] == "TICKET_NOT_FOUND"
    assert (await client.get(PHOTOS, headers=other)).json() == {"photos": []}
    listed = (await client.get(PHOTOS, params={"ticket_id": ticket}, headers=mine)).json()["photos"]
    assert listed == [sent.json()]


async def test_a_photo_waits_with_its_conversation_and_goes_to_the_ticket_that_is_opened_in_it(stage: Stage) -> None:
    stage.decision_model.meanings[SAID] = stage.decision_model.meanings["Merhaba"].model_copy(
        update={"operations": ["create_fault_ticket"], "topic": "request", "arguments": {**FAULT}}
    )
    async with stage.running() as (app, client):
        mine = await bearer(client, "musteri1@example.com")
        sent = await send(client, mine, session_id="s-photo")
        assert sent.json()["ticket_id"] is None
        asked = await say(client, mine, SAID, "s-photo")
        assert asked.json()["pending"] is not None, asked.text
        assert (await client.get(PHOTOS, headers=mine)).json()["photos"][0]["ticket_id"] is None
        yes = {"resume": {"approve": True}, "session_id": "s-photo"}
        done = await client.post("/api/v1/chat/", json=yes, headers=mine)
        [photo] = (await client.get(PHOTOS, headers=mine)).json()["photos"]
        ticket = photo["ticket_id"]
        assert photo["photo_id"] == sent.json()["photo_id"] and ticket in done.json()["response"]
        waits, added = await notices(client, mine, "s-photo")
        assert "açılırsa ona eklenecek" in waits and ticket in added
        await _deleting_the_conversation_leaves_the_ticket_its_photo(app, client, mine)


async def _deleting_the_conversation_leaves_the_ticket_its_photo(
    app: FastAPI, client: httpx.AsyncClient, mine: dict[str, str]
) -> None:
    await send(client, mine, photo_file(colour=(0, 0, 0)), session_id="s-other")
    for session in ("s-photo", "s-other"):
        assert (await client.delete(f"/api/v1/chat/sessions/{session}", headers=mine)).status_code == 204
    left = (await client.get(PHOTOS, headers=mine)).json()["photos"]
    assert [(each["session_id"], each["ticket_id"] is None) for each in left] == [(None, False), (None, False)]


async def test_a_photo_of_a_conversation_goes_to_the_open_ticket_and_is_told_once(
    client: httpx.AsyncClient, login: Login
) -> None:
    mine = await login(1)
    ticket = await open_ticket(client, mine)
    for _ in range(2):
        assert (await send(client, mine, session_id="s-1")).json()["ticket_id"] == ticket
    assert len((await client.get(PHOTOS, headers=mine)).json()["photos"]) == 1
    assert await notices(client, mine, "s-1") == [f"Fotoğrafınız {ticket} numaralı arıza kaydınıza eklendi."]


async def test_a_photo_opens_no_ticket_and_a_conversation_of_another_takes_none(
    client: httpx.AsyncClient, login: Login
) -> None:
    mine, other = await login(1), await login(2)
    before = await client.get("/api/v1/chat/sessions", headers=mine)
    assert (await send(client, mine, session_id="s-2")).status_code == 201
    assert (await send(client, other, session_id="s-2")).json()["code"] == "SESSION_NOT_FOUND"
    assert (await client.get(PHOTOS, headers=mine)).json()["photos"][0]["ticket_id"] is None
    assert (await client.get("/api/v1/chat/sessions", headers=mine)).json()["total"] == before.json()["total"] + 1


@pytest.mark.parametrize(
    ("photo", "status", "code"),
    [
        (b"%PDF-1.7 no photo", 415, "NOT_A_PHOTO"),
        (photo_file() + bytes(MOST_BYTES), 413, "PHOTO_TOO_LARGE"),
        (bytes(12 * 1024 * 1024), 413, "BODY_TOO_LARGE"),
    ],
)
async def test_what_is_no_photo_or_too_large_is_refused_in_turkish(
    client: httpx.AsyncClient, login: Login, photo: bytes, status: int, code: str
) -> None:
    answer = await send(client, await login(1), photo, session_id="s-3")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "büyük" in answer.json()["detail"] or "fotoğraf" in answer.json()["detail"]


async def test_a_day_has_room_for_some_photos_and_a_deleted_one_is_gone(stage: Stage) -> None:
    async with stage.running() as (_, client):
        mine = await bearer(client, "musteri1@example.com")
        for shade in range(MOST_PHOTOS):
            sent = await send(client, mine, photo_file((16, 16), colour=(shade * 10, 0, 0)), session_id="s-4")
            assert sent.status_code == 201, sent.text
        refused = await send(client, mine, photo_file((16, 16), colour=(255, 255, 255)), session_id="s-4")
        assert (refused.status_code, refused.json()["code"]) == (409, "TOO_MANY_PHOTOS")
        assert (await client.delete(f"{PHOTOS}/{sent.json()['photo_id']}", headers=mine)).status_code == 204
        assert (await client.get(sent.json()["url"], headers=mine)).status_code == 404
        stage.clock.advance(timedelta(days=2))
        mine = await bearer(client, "musteri1@example.com")
        later = await send(client, mine, photo_file((16, 16), colour=(255, 255, 255)), session_id="s-4")
        assert later.status_code == 201


async def test_neither_or_both_places_are_refused(client: httpx.AsyncClient, login: Login) -> None:
    mine = await login(1)
    for place in ({}, {"session_id": "s", "ticket_id": "TKT-1"}):
        assert (await send(client, mine, **place)).json()["code"] == "INVALID_REQUEST"


async def test_staff_see_the_photos_of_a_conversation_that_was_handed_over_and_no_other(
    client: httpx.AsyncClient, login: Login
) -> None:
    mine, staff = await login(1), await login("temsilci@example.com")
    await say(client, mine, "Temsilci istiyorum", "s-5")
    handed = (await send(client, mine, session_id="s-5")).json()["url"]
    other = (await send(client, mine, session_id="s-6")).json()["url"]
    assert (await client.get(handed, headers=staff)).status_code == 200
    assert (await client.get(other, headers=staff)).status_code == 404
    engineer = await login("muhendis@example.com")
    assert (await client.get(handed, headers=engineer)).status_code == 404
