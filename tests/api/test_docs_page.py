"""/docs in a browser that reaches nothing but this server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def test_the_documentation_works_offline(page: Page, address: str) -> None:
    elsewhere: list[str] = []

    def only_here(route: Route) -> None:
        if route.request.url.startswith((address, "data:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    page.route("**/*", only_here)
    page.goto("/docs")
    operation = page.locator("#operations-telekom-get_current_bill")
    expect(operation).to_contain_text("Show the newest bill")
    operation.locator(".opblock-summary-control").click()
    expect(operation).to_contain_text("Süper Konuşma aylık ücreti")
    page.wait_for_load_state("networkidle")
    assert elsewhere == []
