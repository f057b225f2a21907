"""The page for staff, without a browser: who may open it, what the forms do and refuse, what is asked for again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import PASSWORD, Stage, bearer

ORIGIN = {"Origin": "http://telekom.test", "Accept": "text/html"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
async def desk(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A colleague who is logged in by cookie; customer 1 waits for a person in the conversation t1."""
    async with stage.running() as (_, client):
        said = {"message": "Temsilci istiyorum", "session_id": "t1"}
        await client.post("/api/v1/chat/", json=said, headers=await bearer(client, "musteri1@example.com"))
        form = {"username": "temsilci@example.com", "password": PASSWORD, "next": "/desk"}
        await client.post("/login", data=form, headers=ORIGIN)
        client.headers.update(ORIGIN)
        yield client


async def case_of(desk: httpx.AsyncClient) -> str:
    page = await desk.get("/desk")
    return page.text.partition('href="/desk/')[2].partition('"')[0]


async def test_list_shows_who_waits_and_why_and_is_sent_again_only_when_it_changed(desk: httpx.AsyncClient) -> None:
    page = await desk.get("/desk")
    assert "temsilci istedi" in page.text and "«Temsilci istiyorum»" in page.text and 'data-waiting="1"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    seen = page.text.partition("seen=")[2].partition('"')[0]
    assert (await desk.get("/desk", params={"status": "open", "seen": seen}, headers=HTMX)).status_code == 204
    assert 'Bekleyenler <span class="count">1</span>' in page.text
    await desk.post(f"/desk/{await case_of(desk)}/close")
    emptied = await desk.get("/desk", params={"status": "open", "seen": seen}, headers=HTMX)
    assert 'Bekleyenler <span class="count">0</span>' in emptied.text, "the counts come with the rows"
    rows = await desk.get("/desk", params={"status": "taken"}, headers=HTMX)
    assert rows.status_code == 200 and "<html" not in rows.text and "Burada görüşme yok." in rows.text


async def test_forms_take_write_and_close(desk: httpx.AsyncClient) -> None:
    path = f"/desk/{await case_of(desk)}"
    assert "Görüşmeyi üstlen" in (await desk.get(path)).text
    for action, form in (
        ("take", {}),
        ("messages", {"text": " <b>Merhaba</b>\r\nben Selin "}),
        ("close", {"note": "Tamam."}),
    ):
        done = await desk.post(f"{path}/{action}", data=form)
        assert (done.status_code, done.headers["location"]) == (303, path), action
    page = (await desk.get(path)).text
    assert "&lt;b&gt;Merhaba&lt;/b&gt;\nben Selin" in page and "<b>Merhaba" not in page
    assert "Not: Tamam." in page and "/take" not in page and 'id="write"' not in page


async def test_refusals_are_told_on_the_page_and_the_words_are_kept(desk: httpx.AsyncClient, stage: Stage) -> None:
    path = f"/desk/{await case_of(desk)}"
    early = await desk.post(f"{path}/messages", data={"text": "Merhaba"})
    assert early.status_code == 409 and "Yazmadan önce görüşmeyi üstlenin." in early.text
    await desk.post(f"{path}/take")
    for text in ("  ", "x" * 2001):
        refused = await desk.post(f"{path}/messages", data={"text": text})
        assert refused.status_code == 422 and "Mesaj boş ya da 2000 karakterden uzun." in refused.text
        assert text.strip() in refused.text
    await desk.post(f"{path}/hand-back")
    late = await desk.post(f"{path}/take")
    assert late.status_code == 409 and "Bu görüşme kapanmış." in late.text
    assert (await desk.get("/desk/yok")).status_code == (await desk.post("/desk/yok/take")).status_code == 404


async def test_messages_are_sent_again_when_there_are_new_ones_and_the_page_when_the_state_changed(
    desk: httpx.AsyncClient,
) -> None:
    path = f"/desk/{await case_of(desk)}"
    first = await desk.get(path, params={"seen": 0, "status": "open"}, headers=HTMX)
    assert "Temsilci istiyorum" in first.text and "<html" not in first.text
    seen = first.text.partition("seen=")[2].partition("&")[0]
    assert (await desk.get(path, params={"seen": seen, "status": "open"}, headers=HTMX)).status_code == 204
    await desk.post(f"{path}/take")
    changed = await desk.get(path, params={"seen": seen, "status": "open"}, headers=HTMX)
    assert (changed.status_code, changed.headers["hx-refresh"]) == (204, "true")


async def test_page_is_for_staff_and_for_forms_of_its_own(desk: httpx.AsyncClient) -> None:
    path = f"/desk/{await case_of(desk)}"
    foreign = await desk.post(f"{path}/take", headers={"Origin": "https://evil.test"})
    assert foreign.status_code == 403
    desk.cookies.clear()
    for method, where in (("GET", "/desk"), ("GET", path), ("POST", f"{path}/take")):
        assert (await desk.request(method, where)).status_code == 401, where
        engineer = await bearer(desk, "muhendis@example.com")
        assert (await desk.request(method, where, headers=engineer)).status_code == 403, where
    polled = await desk.get(path, headers={**HTMX, "Accept": "*/*"})
    assert (polled.status_code, polled.headers["hx-refresh"]) == (204, "true"), "the page comes back as the login"


async def test_desk_speaks_english(desk: httpx.AsyncClient) -> None:
    desk.cookies.set("telekom_language", "en")
    path = f"/desk/{await case_of(desk)}"
    assert "asked for a person" in (await desk.get("/desk")).text
    assert "Take the conversation" in (await desk.get(path)).text


async def test_page_of_a_refused_form_can_be_loaded_again(desk: httpx.AsyncClient) -> None:
    path = f"/desk/{await case_of(desk)}"
    for action in ("take", "messages", "close", "hand-back"):
        again = await desk.get(f"{path}/{action}")
        assert (again.status_code, again.headers["location"]) == (303, path)
    assert (await desk.post("/desk/yok/messages", data={"text": " "})).status_code == 404
