"""The chat page's web socket, log-in and log-out of a real server process, asked from pages of other origins."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.conftest import CHROMIUM, server_process

ALLOWED = "https://portal.example"
CUSTOMER = {"username": "musteri1@example.com", "password": "demo-1234"}


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server process whose models are scripted."""
    folder = tmp_path_factory.mktemp("scripted")
    path = os.pathsep.join([".", "clients/python"])
    with server_process(
        "tests.chat.scripted_server", folder, TELEKOM_ALLOWED_ORIGINS=ALLOWED, PYTHONPATH=path
    ) as address:
        yield address


def socket_of(address: str) -> str:
    return f"{address.replace('http', 'ws', 1)}/chat/ws/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("origin", [None, "own", ALLOWED])
def test_socket_opens_for_own_and_allowed_pages(scripted: str, origin: str | None) -> None:
    sent = scripted if origin == "own" else origin
    with connect(socket_of(scripted), origin=sent, proxy=None) as opened:  # type: ignore[arg-type]
        assert str(opened.recv(10)).startswith("0{")  # engine.io's "open"


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "https://evil.example", "null"])
def test_socket_is_refused_to_a_foreign_page(scripted: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(socket_of(scripted), origin=origin, proxy=None)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_socket_behind_a_proxy_takes_the_address_that_the_browser_saw(scripted: str) -> None:
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "telekom.example"}
    with connect(
        socket_of(scripted), origin="https://telekom.example", additional_headers=proxied, proxy=None
    ) as opened:  # type: ignore[arg-type]
        assert str(opened.recv(10)).startswith("0{")
    with pytest.raises(InvalidStatus):
        connect(socket_of(scripted), origin="http://telekom.example", additional_headers=proxied, proxy=None)  # type: ignore[arg-type]


def test_foreign_page_logs_nobody_in_or_out(scripted: str) -> None:
    for path, status in (("/login", 303), ("/chat/logout", 200), ("/logout", 303)):
        refused = httpx.post(scripted + path, data=CUSTOMER, headers={"Origin": "http://127.0.0.1:1"})
        assert (refused.status_code, refused.json()["code"]) == (403, "FOREIGN_ORIGIN")
        assert "set-cookie" not in refused.headers
        own = httpx.post(scripted + path, data=CUSTOMER, headers={"Origin": scripted})
        assert own.status_code == status, own.text
    assert httpx.post(f"{scripted}/chat/login", data=CUSTOMER, headers={"Origin": scripted}).status_code == 400


def test_one_login_opens_the_whole_site_and_one_logout_closes_it(scripted: str) -> None:
    with httpx.Client(base_url=scripted, headers={"Origin": scripted}) as visitor:
        assert visitor.get("/chat/user").status_code == 401
        away = visitor.get("/chat/login", headers={"Referer": f"{scripted}/chat/thread/t1"})
        assert (away.status_code, away.headers["location"]) == (303, "/login?next=/chat/thread/t1")
        visitor.post("/login", data=CUSTOMER)
        assert sorted(visitor.cookies) == ["telekom_device", "telekom_token"]
        assert visitor.get("/chat/user").json()["identifier"] == CUSTOMER["username"]
        visitor.post("/chat/logout")
        assert visitor.get("/chat/user").status_code == visitor.get("/api/v1/auth/me").status_code == 401
        visitor.post("/login", data=CUSTOMER)
        visitor.post("/logout")
        assert visitor.get("/chat/user").status_code == 401


@pytest.mark.parametrize("cookie", ["telekom_token=x", "telekom_chat=x", "telekom_chat_0=x; telekom_token", ';=;"'])
def test_bad_cookie_logs_nobody_in(scripted: str, cookie: str) -> None:
    assert httpx.get(f"{scripted}/chat/user", headers={"Cookie": cookie}).status_code == 401


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    """A page on another port of the same host, which gets the customer's cookies."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return

    (tmp_path / "index.html").write_text("<title>evil</title>", encoding="utf-8")
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *given: Quiet(*given, directory=str(tmp_path))
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


OPENS = """url => new Promise(tell => {
    const socket = new WebSocket(url);
    socket.onmessage = event => tell("opened: " + event.data);
    socket.onerror = () => tell("refused");
})"""


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)")
def test_page_on_another_port_opens_no_socket_with_the_cookie(browser: Browser, scripted: str, foreign: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{scripted}/chat/")
    page.locator("#username").fill(CUSTOMER["username"])
    page.locator("#password").fill(CUSTOMER["password"])
    page.get_by_role("button", name="Giriş yap").click()
    page.locator("#chat-input").wait_for()
    assert str(page.evaluate(OPENS, socket_of(scripted))).startswith("opened: 0{")
    page.goto(foreign)
    assert page.evaluate(OPENS, socket_of(scripted)) == "refused"
    context.close()
