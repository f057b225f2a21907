"""What ends a login, and how it is renewed."""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from tests.api.conftest import PASSWORD, Login, Stage

AYSE = "musteri1@example.com"
ME, TOKEN, REFRESH, LOGOUT = (f"/api/v1/auth/{name}" for name in ("me", "token", "refresh", "logout"))
NEWCOMER = {
    "name": "Deniz Yıldız",
    "email": "deniz.yildiz@example.com",
    "password": "uzun-parola-1",
    "phone": "0532 000 00 01",
}
ORIGIN = {"Origin": "http://telekom.test"}


async def status_of(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get(ME, headers={"Authorization": f"Bearer {token}"})).status_code


async def renewable(client: httpx.AsyncClient) -> dict[str, str]:
    form = {"username": AYSE, "password": PASSWORD, "scope": "offline_access"}
    answer = await client.post(TOKEN, data=form)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    issued: dict[str, str] = answer.json()
    return issued


async def renew(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    return await client.post(REFRESH, json={"refresh_token": refresh_token})


async def test_log_out_ends_the_token_and_no_other(client: httpx.AsyncClient, login: Login) -> None:
    mine, other = await login(1), await login(1)
    assert (await client.post(LOGOUT, headers=mine)).status_code == 204
    assert (await client.get(ME, headers=mine)).status_code == 401
    assert (await client.get(ME, headers=other)).status_code == 200


async def test_log_out_of_a_browser_ends_a_copy_of_its_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/login", data={"username": AYSE, "password": PASSWORD}, headers=ORIGIN)
    copy = client.cookies["telekom_token"]
    assert await status_of(client, copy) == 200
    assert (await client.post("/logout", headers=ORIGIN)).status_code == 303
    assert await status_of(client, copy) == 401


async def test_short_token_is_renewed_without_a_password(stage: Stage, client: httpx.AsyncClient) -> None:
    first = await renewable(client)
    assert first["expires_in"] == stage.settings.access_minutes * 60
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=stage.settings.access_minutes + 1)):
        assert await status_of(client, first["access_token"]) == 401
        second = (await renew(client, first["refresh_token"])).json()
        assert await status_of(client, second["access_token"]) == 200
        assert second["refresh_token"] != first["refresh_token"]
        third = await renew(client, second["refresh_token"])
        assert third.status_code == 200 and third.headers["Cache-Control"] == "no-store"


async def test_refresh_token_that_comes_twice_ends_the_login(client: httpx.AsyncClient) -> None:
    first = await renewable(client)
    second = (await renew(client, first["refresh_token"])).json()
    again = await renew(client, first["refresh_token"])
    assert (again.status_code, again.json()["code"]) == (401, "REFRESH_REFUSED")
    assert await status_of(client, second["access_token"]) == 401, "whoever copied it is out, too"
    assert (await renew(client, second["refresh_token"])).status_code == 401


async def test_refresh_token_sent_twenty_times_at_once_gives_one_token(client: httpx.AsyncClient) -> None:
    first = await renewable(client)
    answers = await asyncio.gather(*(renew(client, first["refresh_token"]) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


@pytest.mark.parametrize("end", ["logout", "logout-everywhere"])
async def test_ended_login_is_not_renewed(client: httpx.AsyncClient, end: str) -> None:
    issued = await renewable(client)
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    assert (await client.post(f"/api/v1/auth/{end}", headers=headers)).status_code == 204
    assert (await renew(client, issued["refresh_token"])).status_code == 401


async def test_new_password_ends_what_would_be_renewed(client: httpx.AsyncClient) -> None:
    issued = await renewable(client)
    changed = {"present": PASSWORD, "chosen": "another-long-one"}
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    assert (await client.post("/account/password", data=changed, headers=headers)).status_code == 200
    assert (await renew(client, issued["refresh_token"])).status_code == 401


async def test_login_that_nobody_renews_ends(stage: Stage, client: httpx.AsyncClient) -> None:
    issued = await renewable(client)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=stage.settings.refresh_days, minutes=1)):
        assert (await renew(client, issued["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["", ".", "x", "\x00.\x00", "\ud800", "a" * 200])
async def test_text_that_is_no_refresh_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    body = '{"refresh_token": "' + token.encode("unicode_escape").decode().replace("\\x", "\\u00") + '"}'
    answer = await client.post(REFRESH, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (401, 422)


async def test_plain_token_has_no_refresh_token(client: httpx.AsyncClient) -> None:
    answer = await client.post(TOKEN, data={"username": AYSE, "password": PASSWORD})
    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}


async def test_cookies_are_for_tls_only_where_people_come_by_tls(stage: Stage) -> None:
    stage.settings.public_url = "https://telekom.example"
    async with stage.running() as (_, client):
        answer = await client.post("/login", data={"username": AYSE, "password": PASSWORD}, headers=ORIGIN)
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2 and all("secure" in cookie.lower() for cookie in cookies)


@pytest.mark.parametrize("password", ["  blanks at both ends  ", "şifre-ğüç-uzun"])
async def test_password_of_the_sign_up_is_that_of_the_login(client: httpx.AsyncClient, password: str) -> None:
    newcomer = {
        "name": " Deniz Yıldız ",
        "email": " deniz@example.com ",
        "password": password,
        "phone": "0532 000 00 01",
    }
    assert (await client.post("/api/v1/auth/register", json=newcomer)).status_code == 201
    typed = unicodedata.normalize("NFD", password)
    answer = await client.post(TOKEN, data={"username": "deniz@example.com", "password": typed})
    assert answer.status_code == 200


@pytest.mark.parametrize("change", [{"password": "password1"}, {"password": "deniz.yildiz"}, {"name": "😀😀"}])
async def test_first_guesses_and_names_without_letters_are_refused(
    client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    refused = await client.post("/api/v1/auth/register", json=NEWCOMER | change)
    assert refused.status_code == 422 and refused.json()["details"]["errors"][0]["field"].endswith(next(iter(change)))
