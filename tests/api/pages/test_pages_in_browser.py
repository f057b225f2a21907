"""Our own pages in a real browser: no accessibility fault of any level, wide and narrow; the script of the desk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from core.clock import istanbul_now
from database.enums import AccountRole
from database.session import Database
from identity.administration import Administration
from identity.passwords import Passwords
from tests.api.conftest import PASSWORD, Stage, real_server
from tests.conftest import CHROMIUM, keep_screenshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
ADMIN, CHOSEN = "yonetici@example.com", "uzun-bir-parola"
DESKTOP, PHONE = ViewportSize(width=1280, height=820), ViewportSize(width=390, height=844)


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    """A server with scripted models, an admin, and a customer who waits for a person."""

    async def add_admin() -> None:
        database = Database(stage.settings.resolved_database_url)
        administration = Administration(database, Passwords(), istanbul_now, stage.settings)
        await administration.add(login=ADMIN, role=AccountRole.ADMIN, name="Ada", password=CHOSEN, by="a test")
        await database.close()

    with ThreadPoolExecutor() as threads:  # Playwright holds this thread's event loop
        threads.submit(asyncio.run, add_admin()).result()
    with real_server(stage) as address:
        form = {"username": "musteri1@example.com", "password": PASSWORD}
        token = httpx.post(f"{address}/api/v1/auth/token", data=form).json()["access_token"]
        said = {"message": "Temsilci istiyorum", "session_id": "t1"}
        httpx.post(
            f"{address}/api/v1/chat/", json=said, headers={"Authorization": f"Bearer {token}"}
        ).raise_for_status()
        yield address


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.locator("#username").fill(login)
    page.locator("#password").fill(password)
    page.get_by_role("button", name=re.compile("Giriş yap|Log in")).click()
    expect(page).not_to_have_url(re.compile("/login"))


def expect_no_fault(page: Page, path: str, picture: str = "") -> None:
    """Open a page and look at it as wide and as narrow, light and dark."""
    page.goto(path)
    if picture:
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        keep_screenshot(page, picture)
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, (path, scheme, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_no_page_has_an_accessibility_fault_or_a_sideways_scroll(browser: Browser, address: str) -> None:
    def visitor() -> Page:
        return browser.new_context(base_url=address, viewport=DESKTOP).new_page()

    everybody = visitor()
    for path in ("/", "/login", "/forgotten", "/password?token=x", "/demo", "/yok"):
        expect_no_fault(everybody, path)
    expect_no_fault(everybody, "/signup", "signup")
    log_in(everybody, "musteri1@example.com")
    expect_no_fault(everybody, "/account", "account")
    expect_no_fault(everybody, "/desk")  # refused, as a page
    staff = visitor()
    log_in(staff, "temsilci@example.com")
    expect_no_fault(staff, "/desk")
    staff.locator("a.open").click()
    staff.get_by_role("button", name="Görüşmeyi üstlen").click()
    expect(staff.locator("#text")).to_be_visible()
    expect_no_fault(staff, staff.url, "desk")
    admin = visitor()
    log_in(admin, ADMIN, CHOSEN)
    expect_no_fault(admin, "/users")
    admin.locator("table a").first.click()
    expect_no_fault(admin, admin.url)
    for page in (everybody, staff, admin):
        page.context.close()


def test_desk_counts_keeps_a_draft_and_sends_nothing_blank(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, viewport=PHONE)
    page, other = context.new_page(), context.new_page()
    log_in(page, "temsilci@example.com")
    expect(page.get_by_role("link", name="Bekleyenler 1")).to_be_visible()
    other.goto("/desk")
    other.locator("a.open").click()
    other.get_by_role("button", name="Görüşmeyi üstlen").click()
    expect(page.get_by_role("link", name="Bekleyenler 0")).to_be_visible()  # by itself, as the rows do
    expect(page.get_by_role("link", name="Yürütülenler 1")).to_be_visible()

    box = other.locator("#text")
    box.fill("   ")
    other.get_by_role("button", name="Gönder").click()
    assert re.search(r"/desk/[^/]+$", other.url) and box.evaluate("box => !box.checkValidity()")
    box.fill("Merhaba, faturanıza")
    other.locator("#note").fill("Not taslağı")
    other.reload()
    expect(box).to_have_value("Merhaba, faturanıza")
    expect(other.locator("#note")).to_have_value("Not taslağı")
    box.fill("Merhaba, faturanıza baktım.")
    other.get_by_role("button", name="Gönder").click()
    expect(other.locator("#messages .colleague")).to_contain_text("Merhaba, faturanıza baktım.")
    expect(box).to_have_value("")
    other.reload()
    expect(box).to_have_value("")
    other.goto(f"{other.url}/messages")  # what a reload of a refused form asks for
    expect(other.locator("#messages .colleague")).to_have_count(1)
    context.close()
