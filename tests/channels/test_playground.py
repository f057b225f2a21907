"""The LangServe playground in a real browser: logged in by the cookie, one message, the streamed answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ANSWER_MS, CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.embedded,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def test_playground_answers_a_message_of_the_logged_in_customer(page: Page) -> None:
    page.goto("/login")
    page.locator("input[name=username]").fill("musteri0@example.com")
    page.locator("input[name=password]").fill("demo-1234")
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/agent/playground/")
    page.locator("textarea, input[type=text]").first.fill("Bu ayki faturam ne kadar?")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text('"intent": "get_current_bill"')).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text(" TL")).not_to_have_count(0)
