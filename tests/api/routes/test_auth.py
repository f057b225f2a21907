"""Signing up, logging in, tokens and the browser's cookie."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
import time_machine

from core.settings import DEFAULT_SECRET, Settings
from tests.api.conftest import PASSWORD, Login, Stage, bearer

ME = "/api/v1/auth/me"
TOKEN = "/api/v1/auth/token"
REGISTER = "/api/v1/auth/register"
ORIGIN = {"Origin": "http://telekom.test"}
NEWCOMER = {
    "name": "Deniz Yıldız",
    "email": "deniz@example.com",
    "password": "uzun-parola-1",
    "phone": "0532 000 00 01",
}


async def cookie_login(client: httpx.AsyncClient, next_path: str = "/") -> httpx.Response:
    form = {"username": "musteri1@example.com", "password": PASSWORD, "next": next_path}
    return await client.post("/login", data=form, headers=ORIGIN)


async def test_token_of_each_demo_account_names_its_customer_and_role(client: httpx.AsyncClient, login: Login) -> None:
    for number in range(8):
        me = (await client.get(ME, headers=await login(number))).json()
        assert (me["customer_id"], me["role"]) == (number, "customer")
    assert (await client.get(ME, headers=await login("muhendis@example.com"))).json()["role"] == "engineer"
    assert (await client.get(ME, headers=await login("temsilci@example.com"))).json()["role"] == "staff"


async def test_token_answer_has_the_form_of_oauth2(client: httpx.AsyncClient) -> None:
    response = await client.post(TOKEN, data={"username": "musteri0@example.com", "password": PASSWORD})
    assert response.json().keys() == {"access_token", "token_type", "expires_in"}
    assert response.json()["token_type"] == "bearer"
    assert response.headers["cache-control"] == "no-store"


async def test_login_ignores_case_and_turkish_capital(client: httpx.AsyncClient, login: Login) -> None:
    assert (await client.get(ME, headers=await login(" MUSTERİ1@Example.COM "))).json()["customer_id"] == 1


async def test_wrong_credentials_give_401_that_tells_nothing(client: httpx.AsyncClient) -> None:
    bodies = []
    for username in ("musteri0@example.com", "nobody@example.com"):
        response = await client.post(TOKEN, data={"username": username, "password": "wrong"})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        bodies.append(response.json())
    assert bodies[0] == bodies[1]


async def test_wrong_user_and_wrong_password_take_equally_long(client: httpx.AsyncClient) -> None:
    async def seconds(username: str) -> float:
        took = []
        for _ in range(5):
            start = time.perf_counter()
            await client.post(TOKEN, data={"username": username, "password": "wrong"})
            took.append(time.perf_counter() - start)
        return min(took)

    known, unknown = await seconds("musteri0@example.com"), await seconds("nobody@example.com")
    assert unknown > known * 0.6, "an unknown login must cost a hash, too"


async def test_me_without_good_token_gives_401(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}):
        response = await client.get(ME, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "NOT_LOGGED_IN")


async def test_expired_token_gives_401(stage: Stage, client: httpx.AsyncClient, login: Login) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=stage.settings.token_minutes + 1)):
        headers = await login(1)
    assert (await client.get(ME, headers=headers)).status_code == 401


async def test_forged_token_gives_401(client: httpx.AsyncClient) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    forged = {
        "foreign secret": jwt.encode({"sub": "1", "exp": soon}, "another secret, long enough for the algorithm"),
        "no expiry": jwt.encode({"sub": "1"}, DEFAULT_SECRET),
        "no such account": jwt.encode({"sub": "4711", "exp": soon}, DEFAULT_SECRET),
        "no number": jwt.encode({"sub": "one", "exp": soon}, DEFAULT_SECRET),
        "unsigned": jwt.encode({"sub": "1", "exp": soon}, None, algorithm="none"),
    }
    for reason, token in forged.items():
        response = await client.get(ME, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 401, reason


async def test_register_makes_customer_with_starter_package(client: httpx.AsyncClient, login: Login) -> None:
    response = await client.post(REGISTER, json=NEWCOMER)
    assert response.status_code == 201
    headers = await login("deniz@example.com", NEWCOMER["password"])
    assert (await client.get(ME, headers=headers)).json() == response.json()
    package = await client.post("/api/v1/telekom/packages/current", headers=headers)
    assert package.json()["success"] is True
    no_bill = await client.post("/api/v1/telekom/billing/current", headers=headers)
    assert (no_bill.status_code, no_bill.json()["error"]["code"]) == (404, "NO_BILL")


async def test_register_twice_gives_409(client: httpx.AsyncClient) -> None:
    await client.post(REGISTER, json=NEWCOMER)
    again = await client.post(REGISTER, json=NEWCOMER | {"email": "DENİZ@example.com".replace("İ", "I")})
    assert (again.status_code, again.json()["code"]) == (409, "LOGIN_TAKEN")


@pytest.mark.parametrize(
    "change",
    [
        {"password": "short"},
        {"email": "no address"},
        {"phone": "abc"},
        {"phone": "(((((((((((("},
        {"name": " "},
        {"role": "staff"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_register_with_bad_field_gives_422_without_the_password(
    client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    response = await client.post(REGISTER, json=NEWCOMER | change)
    assert response.status_code == 422
    assert NEWCOMER["password"] not in response.text
    assert "short" not in response.text


async def test_changing_contact_email_keeps_the_login(client: httpx.AsyncClient, login: Login) -> None:
    change = {"contact_type": "email", "new_value": "yeni@example.com"}
    response = await client.post("/api/v1/telekom/customers/contact", json=change, headers=await login(1))
    assert response.json()["success"] is True, response.text
    assert (await client.get(ME, headers=await login(1))).json()["login"] == "musteri1@example.com"
    refused = await client.post(TOKEN, data={"username": "yeni@example.com", "password": PASSWORD})
    assert refused.status_code == 401


async def test_login_page_sets_cookie_that_scripts_cannot_read(client: httpx.AsyncClient) -> None:
    page = await client.get("/login", params={"next": "/docs"})
    assert 'value="/docs"' in page.text
    response = await cookie_login(client, "/docs")
    assert (response.status_code, response.headers["location"]) == (303, "/docs")
    cookie = response.headers["set-cookie"].lower()
    assert "telekom_token=" in cookie and "httponly" in cookie and "samesite=lax" in cookie
    assert (await client.get(ME)).json()["customer_id"] == 1


async def test_login_never_redirects_to_another_site(client: httpx.AsyncClient) -> None:
    for next_path in ("https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "evil"):
        assert (await cookie_login(client, next_path)).headers["location"] == "/"


async def test_login_without_a_page_leads_an_engineer_to_the_recorded_turns(client: httpx.AsyncClient) -> None:
    form = {"username": "muhendis@example.com", "password": PASSWORD, "next": "/"}
    assert (await client.post("/login", data=form, headers=ORIGIN)).headers["location"] == "/replay"
    assert (await cookie_login(client, "/")).headers["location"] == "/"


async def test_login_page_with_wrong_password_says_so_and_escapes(client: httpx.AsyncClient) -> None:
    form = {"username": '"><script>', "password": "wrong"}
    response = await client.post("/login", data=form, headers=ORIGIN)
    assert response.status_code == 401
    assert "hatalı" in response.text and "<script>" not in response.text


async def test_login_from_another_sites_page_gives_403(client: httpx.AsyncClient) -> None:
    form = {"username": "musteri1@example.com", "password": PASSWORD}
    response = await client.post("/login", data=form, headers={"Origin": "https://evil.test"})
    assert response.status_code == 403


async def test_unsafe_method_with_cookie_needs_own_page(client: httpx.AsyncClient) -> None:
    await cookie_login(client)
    foreign = [
        {},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", **ORIGIN},
    ]
    for headers in foreign:
        response = await client.post("/api/v1/telekom/billing/current", headers=headers)
        assert (response.status_code, response.json()["success"]) == (403, False), headers
    for headers in (ORIGIN, {"Sec-Fetch-Site": "same-origin"}):
        response = await client.post("/api/v1/telekom/billing/current", headers=headers)
        assert (response.status_code, response.json()["success"]) == (200, True), headers


async def test_header_counts_before_cookie(client: httpx.AsyncClient) -> None:
    await cookie_login(client)
    assert (await client.get(ME, headers=await bearer(client, "musteri5@example.com"))).json()["customer_id"] == 5
    assert (await client.get(ME, headers={"Authorization": "Bearer x"})).status_code == 401


async def test_logout_takes_the_cookie_away(client: httpx.AsyncClient) -> None:
    await cookie_login(client)
    assert (await client.post("/logout", headers=ORIGIN)).status_code == 303
    assert (await client.get(ME)).status_code == 401


async def test_browser_without_login_gets_the_form_with_401(client: httpx.AsyncClient) -> None:
    response = await client.get("/agent/playground/", headers={"Accept": "text/html"})
    assert response.status_code == 401
    assert 'action="/login"' in response.text and 'value="/agent/playground/"' in response.text


def test_production_with_default_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="TELEKOM_SECRET_KEY"):
        Settings(_env_file=None, env="production")
