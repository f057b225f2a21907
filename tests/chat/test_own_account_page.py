"""The account from the chat page, in a real browser: the panel on a phone, the bill as a file, log-out everywhere."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.chat.test_chat_page import PHONE, log_in, say
from tests.conftest import ANSWER_MS, CHROMIUM, keep_screenshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


NEWCOMER = {
    "name": "Deniz Yıldız",
    "email": "deniz@example.com",
    "phone": "0532 000 00 01",
    "password": "uzun-parola-1",
}


def test_phone_shows_the_foot_of_the_panel_and_opens_the_bill_of_its_customer_only(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto("/demo")
    page.evaluate("sessionStorage.setItem('telekom-new-conversation', '1')")  # another test may have begun one
    page.get_by_role("button", name=re.compile("Kotası bitmek üzere")).click()
    expect(page.locator("#chat-input")).to_be_visible()
    say(page, "Faturamı göster")
    link = page.get_by_role("link", name="Faturayı PDF olarak aç").last
    expect(link).to_be_visible(timeout=ANSWER_MS)
    path = link.get_attribute("href") or ""
    assert re.fullmatch(r"/bills/F-[\w-]+\.pdf", path) and link.get_attribute("target") == "_blank"
    mine = page.request.get(path)
    assert (mine.status, mine.headers["content-type"], mine.body()[:5]) == (200, "application/pdf", b"%PDF-")
    link.scroll_into_view_if_needed()
    keep_screenshot(page, "chat_phone_bill")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []

    page.locator("#sidebar-trigger-button").click()
    panel = page.locator("#telekom-tools")
    for name in ("Durumu kontrol et", "English"):
        expect(panel.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(panel.get_by_role("link", name="Hesabım")).to_be_in_viewport(ratio=1)
    keep_screenshot(page, "chat_phone_panel")
    panel.get_by_role("link", name="Demo müşterisi").click()
    page.get_by_role("button", name=re.compile("Faturası ödenmiş")).click()
    expect(page.locator("#chat-input")).to_be_visible()
    assert page.request.get(path).status == 404
    context.close()


def test_log_out_on_all_devices_ends_the_open_chat_of_a_newcomer_who_is_asked_something(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto("/signup?next=/chat/")
    for name, value in NEWCOMER.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Hesap aç").click()
    expect(page.get_by_text("Merhaba, Deniz Yıldız")).to_be_visible()
    say(page, "hattımı dondur")
    expect(page.get_by_role("button", name="Vazgeç")).to_be_visible(timeout=ANSWER_MS)
    elsewhere = browser.new_context(base_url=address)
    other = elsewhere.new_page()
    log_in(other, NEWCOMER["email"], NEWCOMER["password"], anew=False)
    expect(other.get_by_role("button", name="Vazgeç")).to_be_visible()
    other.locator("#user-nav-button").click()
    other.get_by_role("menuitem", name="Hesabım").click()
    other.get_by_role("button", name="Bütün cihazlarımda çıkış yap").click()
    expect(other.get_by_text("Bütün cihazlarınızda çıkış yapıldı.")).to_be_visible()
    expect(page.locator("#username")).to_be_visible()  # by itself: a question was open, so the page looks
    elsewhere.close()


def test_staff_who_open_the_chat_come_to_the_desk(page: Page) -> None:
    log_in(page, "temsilci@example.com")
    expect(page).to_have_url(re.compile("/desk$"))
    page.goto("/chat/thread/x")
    expect(page).to_have_url(re.compile("/desk$"))
