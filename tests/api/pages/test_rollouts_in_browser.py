"""From a changed sentence to a roll-out, its live figures and its return with one click, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from graph.answers.approved import own_texts
from service.trial import is_new
from tests.api.pages.test_replay_page import _keep_screenshot, _log_in
from tests.conftest import ANSWER_MS, CHROMIUM

WORDING = "prompts/wording.yaml"
GREETING = "Hoş geldiniz, ben"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


class Customer:
    """A customer over REST."""

    def __init__(self, client: httpx.Client) -> None:
        form = {"username": "musteri5@example.com", "password": "demo-1234"}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        self._client = client
        client.headers["Authorization"] = f"Bearer {token}"

    def greet(self, session: str, score: int | None = None) -> str:
        told = self._client.post("/api/v1/chat/", json={"message": "Merhaba", "session_id": session}).json()
        if score is not None:
            path = f"/api/v1/runs/{told['metadata']['run_id']}/feedback"
            assert self._client.post(path, json={"score": score}).status_code == 200
        return str(told["response"])


@pytest.fixture
def customer(address: str) -> Iterator[Customer]:
    with httpx.Client(base_url=address, timeout=ANSWER_MS / 1000) as client:
        yield Customer(client)


def test_a_version_is_rolled_out_watched_and_taken_back(page: Page, customer: Customer) -> None:
    _log_in(page)
    page.goto(f"/replay/texts/one?name={WORDING}")
    page.locator("textarea[name=text]").fill(own_texts()["wording.yaml"].replace("Merhaba, ben", GREETING))
    page.get_by_role("button", name="Check and save").click()
    page.get_by_role("link", name="Roll out").first.click()
    assert page.locator("select[name=version]").input_value().startswith(f"{WORDING}@")
    page.locator("[name=share]").fill("50")
    page.locator("[name=note]").fill("warmer")
    for measure in ("fault", "handed_over", "misunderstood", "kept_back"):
        page.locator(f"input[value={measure}]").uncheck()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("status")).to_have_text("runs")
    rollout = int(page.url.rpartition("/")[2])
    names = [f"rollout-{rollout}-{number}" for number in range(40)]
    new = [name for name in names if is_new(rollout, 50, name)]
    served = [name for name in names if name not in new]
    assert customer.greet(new[0], 1).startswith(GREETING)
    assert customer.greet(served[0], -1).startswith("Merhaba, ben")
    assert customer.greet(served[1]).startswith("Merhaba, ben")
    row = page.locator("#rollout tr", has_text="thumb down")
    expect(row).to_contain_text("1 50.0 %")  # without a click: the figures come by themselves
    expect(row).to_contain_text("takes it back at 0.050")
    page.set_viewport_size({"width": 1280, "height": 900})
    _keep_screenshot(page, "replay-rollout")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("taken back")
    assert customer.greet(new[1]).startswith("Merhaba, ben")

    page.goto("/language/tr?next=/replay/rollouts")
    expect(page.locator("main")).to_contain_text("geri alındı")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/replay/rollouts", f"/replay/rollouts/{rollout}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_worse_version_goes_back_while_the_page_is_open(page: Page, customer: Customer) -> None:
    _log_in(page)
    page.goto(f"/replay/texts/one?name={WORDING}")
    page.locator("textarea[name=text]").fill(own_texts()["wording.yaml"].replace("Merhaba, ben", "Selam, ben"))
    page.get_by_role("button", name="Check and save").click()
    page.get_by_role("link", name="Roll out").first.click()
    page.locator("[name=share]").fill("50")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("status")).to_have_text("runs")
    rollout = int(page.url.rpartition("/")[2])
    for name in [name for name in (f"worse-{rollout}-{number}" for number in range(80)) if is_new(rollout, 50, name)][
        :10
    ]:
        customer.greet(name, -1)
    expect(page.get_by_role("status")).to_contain_text("taken back, it was worse", timeout=ANSWER_MS)
    expect(page.get_by_role("status")).to_contain_text("the service itself")
    assert customer.greet(f"worse-{rollout}-after").startswith("Merhaba, ben")
