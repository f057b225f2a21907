"""Light and dark on the chat page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chat.test_chat_page import log_in
from tests.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
BRIGHTNESS = """(element, of) => {
  const parts = getComputedStyle(element)[of].match(/\\d+/g).slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part) / 3;
}"""


def menu_is_readable(page: Page) -> bool:
    """Open the visitor's menu and tell whether its words stand out from its paper."""
    page.locator("#user-nav-button").click()
    menu = page.get_by_role("menu")
    words, paper = (menu.evaluate(BRIGHTNESS, of) for of in ("color", "backgroundColor"))
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    return bool(abs(words - paper) > 120)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_the_device_until_the_visitor_chooses(browser: Browser, address: str, scheme: str) -> None:
    other = "light" if scheme == "dark" else "dark"
    context = browser.new_context(base_url=address, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, "musteri0@example.com")
    expect(page.locator("html")).to_have_class(re.compile(scheme))
    assert menu_is_readable(page)
    page.locator("#theme-toggle").click()
    page.get_by_role("menuitem", name="Açık tema" if other == "light" else "Koyu tema").click()
    expect(page.locator("html")).to_have_class(re.compile(other))
    assert menu_is_readable(page)
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile(other))
    assert menu_is_readable(page)
    context.close()
