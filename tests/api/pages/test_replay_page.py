"""The page for prompt engineers in a real browser: find a turn, change a prompt, run it again, see what differs."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ANSWER_MS, CHROMIUM

ROOT = Path(__file__).parents[3]
MESSAGE = "Faturam hakkında bilgi verir misiniz?"  # a subject as a whole, so that the chat model words the answer
WORDINGS = (
    "Ödemeniz gereken tutar {amount}; bu faturanın son ödeme tarihi {due_date} idi.",
    "Gecikmiş bir faturanız var: tutarı {amount}, son ödeme tarihi {due_date} idi.",
)
"""What the changed prompt shows as the answer to this very message: the one that was not recorded."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def _say(address: str, message: str) -> tuple[str, str]:
    """Take a turn as a customer whose bill no other test of this server pays; return its run's id and its answer."""
    with httpx.Client(base_url=address, timeout=ANSWER_MS / 1000) as client:
        form = {"username": "musteri3@example.com", "password": "demo-1234"}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        told = client.post("/api/v1/chat/", headers=headers, json={"message": message}).json()
    return str(told["metadata"]["run_id"]), str(told["response"])


def _log_in(page: Page, login: str = "muhendis@example.com") -> None:
    page.goto("/language/en?next=/replay")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill("demo-1234")
    page.get_by_role("button").click()


def _keep_screenshot(page: Page, name: str) -> None:
    if os.environ.get("KEEP_SCREENSHOTS") == "1":
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def test_only_engineers_see_the_page(page: Page) -> None:
    _log_in(page, "musteri1@example.com")
    page.goto("/language/tr?next=/replay")
    expect(page.locator("body")).to_contain_text("yetkiniz yok")


def test_find_a_turn_change_the_prompt_run_it_again_and_see_the_difference(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    run_id, answer = _say(address, MESSAGE)
    _say(address, "Merhaba")
    _log_in(page)
    rows = page.locator("#rows tr")
    expect(rows.filter(has_text="Merhaba").first).to_be_visible()
    page.locator("[name=tool]").select_option("get_current_bill")
    expect(rows.filter(has_text="Merhaba")).to_have_count(0)
    _keep_screenshot(page, "replay-list")
    page.locator(f'#rows a[href="/replay/{run_id}"]').click()

    expect(page.locator(".graph .node.lit text")).to_have_text(
        ["start", "detect_intent", "synthesize", "select_tools", "end", "execute_tools"]
    )
    step = page.locator(".timeline li").first
    step.locator("summary").click()
    expect(step.locator("pre").last).to_contain_text("get_current_bill")
    step.locator("summary").click()
    page.get_by_role("button", name="Re-run").click()
    expect(page.locator("#result")).to_contain_text("Same intent, calls and answer.")

    prompt = page.locator('textarea[name="prompt:respond"]')
    wanted = next(words for words in WORDINGS if not answer.startswith(words.partition("{")[0]))
    shown = f"Müşteri: {{{{ message }}}}\nTemsilci: {wanted}\n" * 2
    prompt.fill(prompt.input_value().replace("Müşteri: {{ message }}", shown + "Müşteri: {{ message }}"))
    page.get_by_role("button", name="Re-run").click()
    expect(page.locator("#result h3")).to_have_text("Changed: prompts")
    expect(page.locator("#result ins").first).to_be_visible()
    expect(page.locator("#result del").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#again").scroll_into_view_if_needed()
    _keep_screenshot(page, "replay-diff")
    page.evaluate("scrollTo(0, 0)")
    _keep_screenshot(page, "replay-run")

    page.reload()
    page.locator('a[href*="/reruns/"]').first.click()
    expect(page.locator("main")).to_contain_text("What was changed")
    expect(page.locator("main")).to_contain_text(wanted.partition("{")[0])
    expect(page.locator(".timeline li")).to_have_count(4)
    page.go_back()

    prompt.fill("no front matter")
    page.get_by_role("button", name="Re-run").click()
    expect(page.get_by_role("alert")).to_contain_text("respond.md:1")
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_a_bad_value_is_told_in_words(page: Page, address: str) -> None:
    run_id, _ = _say(address, MESSAGE)
    _log_in(page)
    page.goto(f"/replay/{run_id}")
    for name, value, said in (
        ("prompt:policy", "---\n\n---\n", "policy.md:2: patience: Field required"),
        ("result:get_current_bill", "{", "get_current_bill: the result is not JSON"),
        ("result:get_current_bill", '{"amount": "1"}', "get_current_bill: bill_id: Field required"),
    ):
        page.reload()
        field = page.locator(f'textarea[name="{name}"]')
        field.evaluate("each => each.closest('details').open = true")
        field.fill(value)
        page.get_by_role("button", name="Re-run").click()
        expect(page.get_by_role("alert")).to_contain_text(said)


def test_the_list_speaks_turkish_and_holds_a_long_message_on_every_screen(page: Page, address: str) -> None:
    _say(address, "uzun " * 300)
    _say(address, "a" * 900)
    _log_in(page)
    page.goto("/language/tr?next=/replay")
    expect(page.get_by_role("button", name="Seçilen ikisini karşılaştır")).to_be_visible()
    for width, most in ((1280, 110), (390, 260)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        heights = page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
        assert max(heights) < most, (width, heights)


def test_two_turns_are_compared(page: Page, address: str) -> None:
    first, second = _say(address, MESSAGE)[0], _say(address, "Merhaba")[0]
    _log_in(page)
    for run_id in (first, second):
        page.locator(f'input[name=run][value="{run_id}"]').check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("main")).to_contain_text("no longer ran get_current_bill")
