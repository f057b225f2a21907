"""Refusals as pages for browsers, the language of the pages, and where a login leads."""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import PASSWORD

ORIGIN = {"Origin": "http://telekom.test"}
BROWSER = {"Accept": "text/html"}


async def log_in(client: httpx.AsyncClient, login: str, next_path: str = "/") -> httpx.Response:
    form = {"username": login, "password": PASSWORD, "next": next_path}
    return await client.post("/login", data=form, headers=ORIGIN)


@pytest.fixture
async def client(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.headers.update(BROWSER)
    return client


async def test_missing_page_is_a_page_for_browsers_and_data_for_programs(client: httpx.AsyncClient) -> None:
    page = await client.get("/yok")
    assert (page.status_code, "Bu sayfa bulunamadı" in page.text) == (404, True)
    for path, accept in (("/yok", "application/json"), ("/api/v1/yok", "text/html")):
        data = await client.get(path, headers={"Accept": accept})
        assert (data.status_code, data.json()["code"]) == (404, "NOT_FOUND")


async def test_page_for_others_is_refused_as_a_page_that_offers_another_login(client: httpx.AsyncClient) -> None:
    await log_in(client, "musteri1@example.com")
    for path in ("/desk", "/replay"):
        page = await client.get(path)
        assert page.status_code == 403 and "yetkiniz yok" in page.text and 'action="/logout"' in page.text


async def test_pages_speak_the_chosen_language(client: httpx.AsyncClient) -> None:
    assert "Hoş geldiniz" in (await client.get("/login", params={"next": "/desk"})).text
    chosen = await client.get("/language/en", params={"next": "/login?next=/desk"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/login?next=/desk")
    page = await client.get("/login", params={"next": "/desk"})
    assert '<html lang="en">' in page.text and "Welcome" in page.text and 'value="/desk"' in page.text
    assert 'href="/language/tr?next=/login%3Fnext%3D/desk"' in page.text
    assert "This page was not found" in (await client.get("/yok")).text
    assert (await client.get("/language/fr")).status_code == 422
    assert (await client.get("/language/tr", params={"next": "//evil.test"})).headers["location"] == "/"


async def test_login_leads_staff_to_the_desk_and_the_front_page_knows_who_is_there(client: httpx.AsyncClient) -> None:
    assert 'action="/logout"' not in (await client.get("/")).text
    assert (await log_in(client, "temsilci@example.com")).headers["location"] == "/desk"
    front = await client.get("/")
    assert "Selin Arslan olarak giriş yaptınız." in front.text and 'href="/login"' not in front.text
    await client.post("/logout", headers=ORIGIN)
    assert (await client.get("/desk")).status_code == 401


async def test_styles_come_from_this_server_and_nothing_else_may(client: httpx.AsyncClient) -> None:
    page = await client.get("/login")
    assert "style-src 'self'" in page.headers["content-security-policy"] and "<style" not in page.text
    assert (await client.get("/assets/site.css")).status_code == 200
