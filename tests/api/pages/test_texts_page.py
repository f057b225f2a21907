"""The page of everything that customers read, in a real browser: edit a sentence, serve it, roll it back."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from graph.answers.approved import own_texts
from tests.api.pages.test_replay_page import _keep_screenshot, _log_in
from tests.conftest import ANSWER_MS, CHROMIUM

WORDING = "prompts/wording.yaml"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def _greeting(address: str) -> str:
    with httpx.Client(base_url=address, timeout=ANSWER_MS / 1000) as client:
        form = {"username": "musteri5@example.com", "password": "demo-1234"}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        body = {"message": "Merhaba"}
        told = client.post("/api/v1/chat/", headers={"Authorization": f"Bearer {token}"}, json=body).json()
    return str(told["response"])


def test_a_sentence_is_edited_served_and_rolled_back(page: Page, address: str) -> None:
    _log_in(page)
    page.get_by_role("link", name="Texts and prompts").click()
    page.set_viewport_size({"width": 1280, "height": 900})
    _keep_screenshot(page, "replay-texts")
    page.get_by_role("link", name=WORDING).click()
    text = page.locator("textarea[name=text]")
    assert text.input_value().strip() == own_texts()["wording.yaml"].strip()

    text.fill(text.input_value().replace("{amount} tutarındaki ", "", 1))
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "wording.yaml:38: confirmations.pay_bill.tr: it leaves out amount"
    )

    text.fill(own_texts()["wording.yaml"].replace("Merhaba, ben", "Hoş geldiniz, ben"))
    page.locator("[name=note]").fill("warmer")
    page.get_by_role("button", name="Check and save").click()
    expect(page.locator("pre.diff ins").last).to_contain_text("Hoş geldiniz, ben")
    _keep_screenshot(page, "replay-text")
    assert _greeting(address).startswith("Merhaba, ben")  # nothing is served before a label is on it
    page.get_by_role("button", name="Serve this").first.click()
    expect(page.locator(".tag", has_text="production")).to_be_visible()
    assert _greeting(address).startswith("Hoş geldiniz, ben")

    page.get_by_role("button", name="Roll back production").click()
    expect(page.locator(".tag", has_text="production")).to_have_count(0)
    assert _greeting(address).startswith("Merhaba, ben")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
