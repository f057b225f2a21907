"""The chat as a widget in a page of another site, in a real browser: ``localhost`` shows what 127.0.0.1 serves."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.conftest import CHROMIUM, free_port, server_process

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
LOGIN, PASSWORD = "musteri1@example.com", "demo-1234"


@contextmanager
def portal(folder: Path, port: int) -> Iterator[None]:
    """Serve an operator's own page."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: object) -> None:
            super().__init__(*given, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Ports of a site that may show the widget, and of one that may not."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory, ports: tuple[int, int]) -> Iterator[str]:
    """Address of a server whose short tokens end a minute after they were made: the page renews each at once."""
    folder = tmp_path_factory.mktemp("scripted")
    settings = {
        "TELEKOM_EMBED_ORIGINS": f"http://localhost:{ports[0]}", "TELEKOM_ACCESS_MINUTES": "1",
        "PYTHONPATH": os.pathsep.join([".", "clients/python"]),
    }  # fmt: skip
    with server_process("tests.chat.scripted_server", folder, **settings) as address:
        yield address


@pytest.fixture(scope="module")
def sites(scripted: str, ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of both sites' pages; they say the same."""
    folder = tmp_path_factory.mktemp("portal")
    script = f'<script src="{scripted}/widget.js" async></script>'
    page = f'<!doctype html><html lang="tr"><title>Portal</title><h1>Portal</h1>{script}'
    (folder / "index.html").write_text(page, encoding="utf-8")
    with portal(folder, ports[0]), portal(folder, ports[1]):
        yield f"http://localhost:{ports[0]}/", f"http://localhost:{ports[1]}/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, site: str) -> FrameLocator:
    page.goto(site)
    page.get_by_role("button", name="Müşteri asistanını aç").click()
    return page.frame_locator("iframe")


def logged_in(page: Page, site: str) -> FrameLocator:
    frame = opened(page, site)
    frame.get_by_label("E-posta").fill(LOGIN)
    frame.get_by_label("Şifre", exact=True).fill(PASSWORD)
    frame.get_by_role("button", name="Giriş yap").click()
    expect(frame.locator("#chat-input")).to_be_visible()
    return frame


def say(frame: FrameLocator, words: str) -> None:
    frame.locator("#chat-input").fill(words)
    frame.locator("#chat-submit").click()
    expect(frame.locator('[data-step-type="user_message"]').last).to_contain_text(words)
    expect(frame.locator('[data-step-type="assistant_message"]').last).to_be_visible()


def test_customer_talks_to_the_assistant_inside_the_operators_page(page: Page, sites: tuple[str, str]) -> None:
    frame = logged_in(page, sites[0])
    say(frame, "Merhaba")
    expect(frame.locator('[data-step-type="assistant_message"]')).to_have_count(1)
    assert all(each["name"] != "telekom_token" for each in page.context.cookies())
    page.get_by_role("button", name="Kapat").click()
    page.get_by_role("button", name="Müşteri asistanını aç").click()
    expect(frame.locator('[data-step-type="user_message"]')).to_contain_text("Merhaba")


def test_wrong_password_is_told_in_the_frame(page: Page, sites: tuple[str, str]) -> None:
    frame = opened(page, sites[0])
    frame.get_by_label("E-posta").fill(LOGIN)
    frame.get_by_label("Şifre", exact=True).fill("wrong-1234")
    frame.get_by_role("button", name="Giriş yap").click()
    expect(frame.locator("#telekom-login [role=alert]")).to_have_text("E-posta ya da şifre hatalı.")


def test_log_out_in_the_frame_ends_the_login(page: Page, scripted: str, sites: tuple[str, str]) -> None:
    frame = logged_in(page, sites[0])
    kept = "JSON.parse(sessionStorage.getItem('telekom-widget')).access"
    token = page.frames[1].evaluate(kept)
    own = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{scripted}/api/v1/auth/me", headers=own).status_code == 200
    frame.locator("#user-nav-button").click()
    frame.get_by_role("menuitem", name="Çıkış").click()
    expect(frame.get_by_label("E-posta")).to_be_visible()
    assert httpx.get(f"{scripted}/api/v1/auth/me", headers=own).status_code == 401


def test_dialogue_is_closed_by_escape_and_the_button_has_the_focus_again(page: Page, sites: tuple[str, str]) -> None:
    opened(page, sites[0])
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    page.get_by_role("button", name="Kapat").press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Müşteri asistanını aç")).to_be_focused()


def test_site_that_is_not_allowed_shows_nothing_of_the_page(page: Page, sites: tuple[str, str]) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    frame = opened(page, sites[1])
    page.wait_for_timeout(500)
    expect(frame.get_by_label("E-posta")).to_have_count(0)
    assert any("frame-ancestors" in text for text in refused), refused


def test_socket_needs_an_allowed_page_and_a_good_token(scripted: str, ports: tuple[int, int]) -> None:
    url = f"{scripted.replace('http', 'ws', 1)}/chat/ws/socket.io/?EIO=4&transport=websocket"
    own = f"http://localhost:{ports[0]}"
    with connect(url, origin=own, subprotocols=["telekom", "telekom.token.none"], proxy=None) as socket:  # type: ignore[arg-type]
        assert socket.subprotocol == "telekom" and str(socket.recv(10)).startswith("0{")
        socket.send('40{"sessionId":"s","clientType":"webapp","userEnv":"{}"}')
        assert str(socket.recv(10)).startswith("44"), "no connection without a login"
    with pytest.raises(InvalidStatus):
        connect(url, origin=f"http://localhost:{ports[1]}", proxy=None)  # type: ignore[arg-type]


def test_without_an_origin_there_is_no_widget(address: str) -> None:
    for path in ("/widget.js",):
        assert httpx.get(f"{address}{path}").status_code == 404
    assert "frame-ancestors 'none'" in httpx.get(f"{address}/chat/").headers["Content-Security-Policy"]
