"""Accounts over REST and on the page ``/users``: only admins, and what they do holds at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from database.enums import AccountRole
from tests.api.conftest import PASSWORD, Login, Stage, bearer

ADMIN, CHOSEN = "yonetici@example.com", "uzun-bir-parola"
USERS = "/api/v1/users"
ORIGIN = {"Origin": "http://telekom.test"}
PAGE = {"Accept": "text/html"}


@pytest.fixture
async def client(stage: Stage) -> Any:
    """A client of an application that has an admin."""
    async with stage.running() as (app, client):
        await app.state.service.administration.add(
            login=ADMIN, role=AccountRole.ADMIN, name="Ada", password=CHOSEN, by="a test"
        )  # fmt: skip
        yield client


@pytest.fixture
async def admin(client: httpx.AsyncClient) -> dict[str, str]:
    return await bearer(client, ADMIN, CHOSEN)


async def id_of(client: httpx.AsyncClient, admin: dict[str, str], login: str) -> int:
    users = (await client.get(USERS, headers=admin)).json()["data"]["users"]
    return next(int(user["id"]) for user in users if user["login"] == login)


@pytest.mark.parametrize("who", [1, "muhendis@example.com", "temsilci@example.com"])
async def test_others_than_admins_are_refused(client: httpx.AsyncClient, login: Login, who: int | str) -> None:
    headers = await login(who)
    answers = [await client.get(path, headers=headers) for path in (USERS, f"{USERS}/1", "/users", "/users/1")]
    body = {"login": "x@example.com", "role": "admin"}
    answers.append(await client.post(USERS, json=body, headers=headers))
    for act in ("disable", "enable", "password-link"):
        answers.append(await client.post(f"{USERS}/1/{act}", headers=headers))
    assert {answer.status_code for answer in answers} == {403}
    assert (await client.get(USERS)).status_code == 401


async def test_new_colleague_chooses_a_password_by_the_link_and_logs_in(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    body = {"login": "selin@example.com", "role": "staff", "name": "Selin Kaya"}
    added = await client.post(USERS, json=body, headers=admin)
    assert added.status_code == 201
    link = added.json()["data"]["password_link"]
    path = link.removeprefix("http://127.0.0.1:8000")
    shown = await client.get(path)
    assert f"/language/en?next={quote(path)}" in shown.text  # the link is good in the other language, too
    assert "selin@example.com" in shown.text and shown.headers["referrer-policy"] == "no-referrer"
    token = path.partition("token=")[2]
    short = await client.post("/password", data={"token": token, "password": "short"}, headers=ORIGIN)
    assert "en az 12" in short.text
    done = await client.post("/password", data={"token": token, "password": CHOSEN}, headers=ORIGIN)
    assert "Şifreniz kaydedildi" in done.text
    me = await client.get("/api/v1/auth/me", headers=await bearer(client, "selin@example.com", CHOSEN))
    assert (me.json()["role"], me.json()["name"]) == ("staff", "Selin Kaya")
    assert (await client.get(path)).status_code == 410
    again = await client.post("/password", data={"token": token, "password": CHOSEN + "x"}, headers=ORIGIN)
    assert again.status_code == 410
    foreign = await client.post("/password", data={"token": token, "password": CHOSEN}, headers={"Origin": "http://x"})
    assert foreign.status_code == 403


async def test_disabled_customer_is_out_with_the_next_request(
    client: httpx.AsyncClient, admin: dict[str, str], login: Login
) -> None:
    customer = await login(1)
    number = await id_of(client, admin, "musteri1@example.com")
    answer = await client.post(f"{USERS}/{number}/disable", headers=admin)
    assert answer.json()["data"]["disabled_at"] is not None
    assert (await client.get("/api/v1/auth/me", headers=customer)).status_code == 401
    assert (await client.post("/api/v1/chat/", headers=customer, json={"message": "Merhaba"})).status_code == 401
    form = {"username": "musteri1@example.com", "password": PASSWORD}
    assert (await client.post("/api/v1/auth/token", data=form)).status_code == 401
    await client.post(f"{USERS}/{number}/enable", headers=admin)
    assert (await client.get("/api/v1/auth/me", headers=customer)).status_code == 401
    assert (await client.get("/api/v1/auth/me", headers=await login(1))).status_code == 200
    changes = (await client.get(f"{USERS}/{number}", headers=admin)).json()["data"]["changes"]
    assert [(each["change"], each["by"]) for each in changes] == [("disabled", ADMIN), ("enabled", ADMIN)]


async def test_refusals_have_codes(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    me = await id_of(client, admin, ADMIN)

    async def code(path: str, body: Any = None) -> tuple[int, str]:
        answer = await client.post(f"{USERS}{path}", json=body, headers=admin)
        return answer.status_code, answer.json()["error"]["code"]

    assert await code(f"/{me}/disable") == (409, "LAST_ADMIN")
    assert await code(f"/{me}/role", {"role": "staff"}) == (409, "LAST_ADMIN")
    assert await code("/9999/enable") == (404, "ACCOUNT_NOT_FOUND")
    assert await code("", {"login": ADMIN, "role": "staff"}) == (409, "LOGIN_TAKEN")
    assert await code("", {"login": "x@example.com", "role": "customer"}) == (422, "UNKNOWN_CUSTOMER")
    assert await code("", {"login": "x@example.com", "role": "owner"}) == (422, "VALIDATION_ERROR")
    assert await code("", {"login": "x@example.com", "role": "staff", "password": "p"}) == (422, "VALIDATION_ERROR")


async def test_page_adds_changes_and_disables(client: httpx.AsyncClient) -> None:
    entered = await client.post("/login", data={"username": ADMIN, "password": CHOSEN}, headers=ORIGIN)
    assert entered.headers["location"] == "/users"
    assert "musteri1@example.com" in (await client.get("/users", headers=PAGE)).text
    form = {"login": "selin@example.com", "name": "<b>Selin</b>", "role": "staff", "customer_id": ""}
    added = await client.post("/users", data=form, headers=ORIGIN)
    assert "/password?token=" in added.text and "<b>Selin" not in added.text
    assert "token=" not in (await client.get("/users")).text
    number = re.search(r'/users/(\d+)">selin@', added.text)
    assert number is not None
    page = f"/users/{number[1]}"
    changed = await client.post(page, data={"act": "role", "role": "engineer"}, headers=ORIGIN, follow_redirects=True)
    assert 'data-label="before">staff</td><td role="cell" data-label="after">engineer</td>' in changed.text
    link = await client.post(page, data={"act": "link", "role": "engineer"}, headers=ORIGIN)
    assert "/password?token=" in link.text
    disabled = await client.post(page, data={"act": "disable"}, headers=ORIGIN, follow_redirects=True)
    assert "disabled since" in disabled.text and ADMIN in disabled.text
    taken = await client.post("/users", data=form, headers=ORIGIN)
    assert (taken.status_code, "already" in taken.text or "There is an account" in taken.text) == (409, True)
    assert (await client.post(page, data={"act": "enable"}, headers={"Origin": "http://evil"})).status_code == 403
