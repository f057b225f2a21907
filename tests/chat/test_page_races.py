"""What comes at the wrong moment on the chat page: notes that are late, two presses at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.chat.test_chat_page import PHONE, answer_of, log_in, say
from tests.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
MINE, ANSWERS = '[data-step-type="user_message"]', '[data-step-type="assistant_message"]'
BLANK_MS = 2500
"""As in chat/assets/public/page/thread.js."""


def hold_back(page: Page, which: str) -> Callable[[], None]:
    """Hold back what the server says with these words in it; the result waits for it and lets it go."""
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_held = True

    def between(socket: WebSocketRoute) -> None:
        def said(words: str | bytes) -> None:
            held.append((socket, words)) if is_held and which in str(words) else socket.send(words)

        socket.connect_to_server().on_message(said)

    def let_go() -> None:
        nonlocal is_held
        for _ in range(600):
            if held:
                break
            page.wait_for_timeout(100)
        is_held = False
        assert held, f"the server never said {which}"
        for socket, words in held:
            socket.send(words)

    page.route_web_socket(re.compile("/ws/socket.io"), between)
    return let_go


def test_last_conversation_named_late_is_not_opened_over_a_message_that_was_just_sent(page: Page) -> None:
    log_in(page, "musteri4@example.com")
    say(page, "Merhaba")
    answer_of(page, 1)
    first = page.url
    second = page.context.new_page()  # a tab without the wish for an empty page
    let_go = hold_back(second, '"telekom":"last"')
    second.goto("/chat/")
    say(second, "Paketim nedir?")
    expect(second.locator(MINE)).to_have_text(["Paketim nedir?"])
    let_go()
    answer_of(second, 1)
    expect(second.locator(MINE)).to_have_text(["Paketim nedir?"])
    expect(second).not_to_have_url(first)
    expect(second).to_have_url(re.compile("/chat/thread/"))


def test_box_that_a_phone_writes_in_keeps_the_keyboard_when_the_last_conversation_is_opened(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    log_in(page, "musteri4@example.com")
    say(page, "Merhaba")
    answer_of(page, 1)
    second = context.new_page()
    let_go = hold_back(second, '"telekom":"last"')
    second.goto("/chat/")
    expect(second.locator("#chat-submit")).to_be_visible()
    second.locator("#chat-input").tap()
    let_go()
    expect(second.locator(MINE)).to_contain_text(["Merhaba"])
    expect(second.locator("#chat-input")).to_be_focused()
    second.keyboard.type("Paketim nedir?")
    expect(second.locator("#chat-input")).to_have_value("Paketim nedir?")
    context.close()


def test_last_conversation_that_takes_its_time_is_waited_for(page: Page) -> None:
    log_in(page, "musteri3@example.com")
    say(page, "Merhaba")
    answer_of(page, 1)
    first = page.url
    second = page.context.new_page()
    let_go = hold_back(second, '"resume_thread"')
    second.goto("/chat/")
    expect(second).to_have_url(first)
    second.evaluate("window.isSamePage = true")
    second.wait_for_timeout(BLANK_MS + 500)
    let_go()
    expect(second.locator(MINE)).to_have_text(["Merhaba"])
    assert second.evaluate("window.isSamePage"), "the page was loaded again"


def test_two_presses_at_once_are_one_turn(page: Page) -> None:
    log_in(page, "musteri2@example.com")
    say(page, "faturamı kredi kartıyla öde")
    answer_of(page, 1)
    decline = page.get_by_role("button", name="Vazgeç")
    decline.evaluate("button => [1, 2, 3].forEach(() => button.click())")
    answer_of(page, 2)
    page.wait_for_load_state("networkidle")
    expect(page.locator(MINE)).to_have_count(2)
    expect(page.locator(ANSWERS)).to_have_count(2)
