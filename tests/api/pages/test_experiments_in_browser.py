"""From the list to a set, an experiment and its figures, in a real browser, as a prompt engineer goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from agent.prompt_files import load_prompts
from tests.api.pages.test_replay_page import MESSAGE, _keep_screenshot, _log_in, _say
from tests.conftest import ANSWER_MS, CHROMIUM

RESPOND = load_prompts()["respond"].source
WORDS = "Müşteri: {{ message }}"
SHOWN = f"{WORDS}\nTemsilci: Faturanız için ödemeniz gereken tutar {{amount}}; son ödeme tarihi {{due_date}} idi.\n"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def test_turns_of_the_list_become_a_set_on_which_a_version_is_tried(page: Page, address: str) -> None:
    _say(address, MESSAGE)
    _log_in(page)
    page.goto("/replay/texts/one?name=prompts/respond.md")
    page.locator("textarea[name=text]").fill(RESPOND.replace(WORDS, SHOWN * 2 + WORDS))
    page.get_by_role("button", name="Check and save").click()
    page.goto("/replay?text=bilgi verir misiniz")
    expect(page.locator("#rows tr").first).to_contain_text(MESSAGE)
    page.get_by_role("button", name="Make a set of these").click()
    page.locator("input[name=name]").fill("bills")
    page.get_by_role("button", name="Freeze the set").click()
    expect(page.locator("main")).to_contain_text(MESSAGE)
    other = page.locator("select[name=other]")
    newest = other.locator("option", has_text="prompts/respond.md@").first.inner_text()
    other.select_option(newest)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("status")).to_have_text("Done.", timeout=ANSWER_MS)
    expect(page.locator("h2").first).to_contain_text(f"served → {newest}")
    page.set_viewport_size({"width": 1280, "height": 900})
    _keep_screenshot(page, "replay-experiment")
    page.goto("/language/tr?next=/replay/over-time")
    expect(page.locator("#days")).to_contain_text("Gün")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/replay/over-time", "/replay/sets", "/replay/sets/bills"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
