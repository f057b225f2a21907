"""One customer's way through everything, from the sign-up to the erased account, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clock import istanbul_now
from core.settings import Settings
from database.enums import BillStatus
from database.session import Database
from database.tables import BillItemRow, BillRow
from tests.chat.test_chat_page import PHONE, log_in, say
from tests.chat.test_photo_page import MODEM, attach, expect_drawn
from tests.conftest import ANSWER_MS, CHROMIUM, ROOT, server_process
from tests.postgres import schema_url

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
WHO = {"name": "Deniz Yıldız", "email": "deniz@example.com", "phone": "0532 000 00 01", "password": "uzun-parola-1"}
FEE = Decimal("149.90")
ANSWERS, MINE = '[data-step-type="assistant_message"]', '[data-step-type="user_message"]'
Place = tuple[str, dict[str, str]]
"""A server's address, and the settings that name its data."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        settings = {"TELEKOM_DATA_DIR": str(tmp_path)}
        if request.param == "postgresql":
            settings["TELEKOM_DATABASE_URL"] = stack.enter_context(schema_url())
        yield stack.enter_context(server_process("server", tmp_path, **settings)), settings


def test_a_customer_signs_up_asks_pays_sends_a_photo_meets_a_person_and_leaves(browser: Browser, place: Place) -> None:
    address, settings = place
    context = browser.new_context(base_url=address, viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(ANSWER_MS)
    number = sign_up(page)
    ask_about_package(page)
    bill_monthly(settings, number)
    look_at_bills(page)
    pay_after_a_reload(page)
    reload_in_the_middle_of_a_turn(page)
    send_photo(page)
    meet_a_person(page, browser, address)
    rate_and_delete(page)
    leave(page, settings, number)
    context.close()


def answered(page: Page, words: str) -> None:
    """Say something and wait until it is answered."""
    before = page.locator(ANSWERS).count()
    say(page, words)
    expect(page.locator(ANSWERS)).not_to_have_count(before, timeout=ANSWER_MS)
    expect(page.locator("#chat-submit")).to_be_visible(timeout=ANSWER_MS)


def sign_up(page: Page) -> int:
    page.goto("/")
    page.get_by_role("link", name=re.compile("Kayıt|Hesap aç")).first.click()
    for name, value in {**WHO, "phone": "12"}.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Hesap aç").click()
    expect(page.get_by_text("Aranabilecek bir numara yazınız")).to_be_visible()
    page.locator("#phone").fill(WHO["phone"])
    page.locator("#password").fill(WHO["password"])
    page.get_by_role("button", name="Hesap aç").click()
    page.goto("/account")
    number = page.locator("dt:text-is('Müşteri numarası') + dd").inner_text()
    page.get_by_role("link", name="Sohbete git").click()
    expect(page.get_by_text("Merhaba, Deniz Yıldız")).to_be_visible()
    expect(page.locator("#starters button")).to_have_count(5)
    return int(number)


def ask_about_package(page: Page) -> None:
    answered(page, "Paketim nedir?")
    page.locator(".tk-steps summary").first.click()
    expect(page.locator(".tk-steps[open], details[open]")).to_contain_text("Mesajınız okundu")
    page.locator("#theme-toggle").click()
    page.get_by_role("menuitem", name="Koyu tema").click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def bill_monthly(settings: dict[str, str], number: int) -> None:
    """Give the customer a year of bills, as the operator's own systems would; the newest is to be paid."""
    url = Settings(_env_file=None, data_dir=Path(settings["TELEKOM_DATA_DIR"])).resolved_database_url
    today = istanbul_now().date()

    async def add() -> None:
        database = Database(settings.get("TELEKOM_DATABASE_URL", url))
        async with database.write_session() as session:
            for month in range(12):
                day, newest = today - timedelta(days=30 * month + 3), month == 0
                session.add(
                    BillRow(
                        id=f"J-{number}-{month:02}", customer_id=number, amount=FEE, currency="TRY", bill_date=day,
                        due_date=day + timedelta(days=15), status=BillStatus.UNPAID if newest else BillStatus.PAID,
                        paid_at=None if newest else istanbul_now() - timedelta(days=30 * month),
                        items=[BillItemRow(service_name="Aylık ücret", amount=FEE)],
                    )
                )  # fmt: skip
        await database.close()

    with ThreadPoolExecutor() as threads:  # Playwright holds this thread's event loop
        threads.submit(asyncio.run, add()).result()


def look_at_bills(page: Page) -> None:
    answered(page, "Son faturalarımı listele")
    chart = page.get_by_role("figure", name=re.compile("faturanın tutarları"))
    expect(chart).to_contain_text("149,90 TL")
    answered(page, "Faturamı göster")
    path = page.get_by_role("link", name="Faturayı PDF olarak aç").last.get_attribute("href") or ""
    mine = page.request.get(path)
    assert (mine.status, mine.headers["content-type"], mine.body()[:5]) == (200, "application/pdf", b"%PDF-")
    assert page.request.get("/bills/F-2026-11-0001.pdf").status == 404


def pay_after_a_reload(page: Page) -> None:
    answered(page, "faturamı kredi kartıyla öde")
    expect(page.get_by_role("figure", name="Onayınız bekleniyor: Fatura ödeme")).to_contain_text("149,90 TL")
    page.reload()
    act = page.get_by_role("button", name="149,90 TL öde")
    expect(act).to_be_in_viewport()
    before = page.locator(ANSWERS).count()
    act.click()
    expect(page.locator(ANSWERS)).to_have_count(before + 1, timeout=ANSWER_MS)
    expect(page.locator("#chat-submit")).to_be_visible(timeout=ANSWER_MS)
    expect(act).to_have_count(0)


def reload_in_the_middle_of_a_turn(page: Page) -> None:
    before = page.locator(ANSWERS).count()
    say(page, "Kalan kotalarımı göster")
    expect(page.locator("#stop-button")).to_be_visible()
    page.reload()
    expect(page.locator(MINE).last).to_contain_text("Kalan kotalarımı göster")
    expect(page.locator(ANSWERS)).to_have_count(before + 1, timeout=ANSWER_MS)
    expect(page.locator("#stop-button")).to_have_count(0)


def send_photo(page: Page) -> None:
    attach(page, MODEM)
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.locator("#chat-submit").click()
    notices = page.locator('.step[data-kind="notice"]')
    expect(notices).to_contain_text("açılırsa ona eklenecek")
    answered(page, "modemimin ışıkları yanmıyor, arıza kaydı açmak istiyorum")
    page.get_by_role("button", name="Arıza kaydı aç").click()
    expect(notices.nth(1)).to_contain_text("numaralı arıza kaydınıza eklendi", timeout=ANSWER_MS)
    answered(page, "arıza kaydım ne durumda?")
    ticket = page.get_by_role("figure", name=re.compile("numaralı arıza kaydı"))
    expect_drawn(ticket.get_by_role("img", name="Gönderdiğiniz fotoğraf"))


def meet_a_person(page: Page, browser: Browser, address: str) -> None:
    answered(page, "bir temsilciyle görüşmek istiyorum")
    bar = page.locator("#telekom-person")
    expect(bar).to_contain_text("sıradaki sizsiniz")
    desk = browser.new_context(base_url=address).new_page()
    log_in(desk, "temsilci@example.com")
    desk.get_by_role("link", name=re.compile("Aç")).first.click()
    desk.get_by_role("button", name="Görüşmeyi üstlen").click()
    expect(bar).to_contain_text("görüşmenizi yürütüyor")
    desk.locator("#text").fill("Merhaba Deniz Hanım, modeminize baktım.")
    desk.keyboard.press("Control+Enter")
    expect(page.locator('.step[data-kind="colleague"]')).to_contain_text("modeminize baktım")
    expect_drawn(desk.get_by_role("img", name="Müşterinin gönderdiği fotoğraf"))
    say(page, "teşekkür ederim")
    expect(desk.locator("#messages .user").last).to_contain_text("teşekkür ederim")
    desk.locator("#note").fill("Modem yarın değişecek.")
    desk.get_by_role("button", name="Kapat").click()
    expect(page.locator('.step[data-kind="notice"]').last).to_contain_text("Notu: Modem yarın değişecek.")
    desk.context.close()


def rate_and_delete(page: Page) -> None:
    answered(page, "Paketim nedir?")
    page.get_by_role("button", name="Yararlı", exact=True).last.click()
    page.locator("#submit-feedback").click()
    expect(page.get_by_text("Geri bildiriminiz için teşekkür ederiz.")).to_be_visible()
    with page.expect_download() as transcript:
        page.get_by_role("button", name="Sohbeti indir").click()
    assert "modeminize baktım" in transcript.value.path().read_text("utf-8")
    page.locator("#sidebar-trigger-button").first.click()
    page.get_by_label("Sohbet seçenekleri").first.click()
    page.locator("#delete-thread").click()
    page.get_by_role("button", name="Onayla").click()
    expect(page.locator("#thread-history")).to_have_count(0)


def leave(page: Page, settings: dict[str, str], number: int) -> None:
    """The operator erases the account at the customer's wish; the page and the login end."""
    [photo] = page.request.get("/api/v1/photos").json()["photos"]  # of the ticket, which outlives the conversation
    command = [sys.executable, "-m", "cli.main", "customer", "erase", str(number), "--yes"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=True, capture_output=True)
    assert page.request.get(photo["url"]).status == 401
    page.context.clear_cookies()
    log_in(page, WHO["email"], WHO["password"])
    expect(page.get_by_role("alert")).to_have_text("E-posta ya da şifre hatalı.")
