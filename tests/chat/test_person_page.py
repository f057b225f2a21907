"""A person in the chat, from both sides, in real browsers: the customer on /chat, the colleague on /desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chat.test_chat_page import answer_of, log_in, say
from tests.conftest import ANSWER_MS, CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
TONES = """
window.tones = 0;
window.AudioContext = class {
  createOscillator() { return { frequency: {}, connect: (to) => to, start: () => (window.tones += 1), stop() {} }; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to }; }
  async resume() {}
};
"""
"""Counts the tones that would be heard."""
NOTICE, COLLEAGUE = '.step[data-kind="notice"]', '.step[data-kind="colleague"]'


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:
    """The page of a colleague who is logged in."""
    context = browser.new_context(base_url=address, viewport={"width": 1200, "height": 820})
    page = context.new_page()
    page.set_default_timeout(ANSWER_MS)
    page.goto("/login")
    page.locator("#username").fill("temsilci@example.com")
    page.locator("#password").fill("demo-1234")
    page.get_by_role("button", name="Giriş yap").click()
    expect(page).to_have_url(re.compile("/desk$"))
    yield page
    context.close()


def test_colleague_takes_writes_and_closes_and_the_customer_sees_each(page: Page, desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    page.add_init_script(TONES)
    log_in(page, "musteri2@example.com")
    say(page, "faturamı kredi kartıyla öde")
    answer_of(page, 1)
    say(page, "bir temsilciyle görüşmek istiyorum")
    bar = page.locator("#telekom-person")
    expect(bar).to_contain_text("sıradaki sizsiniz")
    expect(page.get_by_role("button", name="Vazgeç")).to_be_visible()

    row = desk.locator("#rows tr").filter(has_text="bir temsilciyle görüşmek istiyorum").first
    expect(row).to_contain_text("temsilci istedi")  # the list follows by itself
    expect(desk).to_have_title(re.compile(r"^\(\d+\) "))
    row.get_by_role("link").click()
    expect(desk.locator("#messages")).to_contain_text("faturamı kredi kartıyla öde")
    desk.get_by_role("button", name="Görüşmeyi üstlen").click()

    expect(bar).to_have_text("Selin Arslan görüşmenizi yürütüyor.")
    expect(page.locator(NOTICE)).to_contain_text("Selin Arslan görüşmenizi üstlendi. Yukarıdaki soru kapandı")
    expect(page.get_by_role("button", name="Vazgeç")).to_have_count(0)
    page.wait_for_function("tones === 2")
    page.evaluate("localStorage.setItem('telekom-sound', 'off')")
    desk.locator("#text").fill("Merhaba, ben Selin. <b>http://evil.example ![x](/x.png)")
    desk.keyboard.press("Control+Enter")
    said = page.locator(COLLEAGUE)
    expect(said).to_contain_text("Merhaba, ben Selin.")
    expect(said).to_contain_text("<b>http://evil.example ![x](/x.png)")
    expect(said.locator("a[href], img[src*=png]")).to_have_count(0)
    expect(said).to_have_attribute("data-author", "Selin Arslan")
    assert page.evaluate("tones") == 2
    expect(said.get_by_role("button", name="Yararlı", exact=True)).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("Selin Arslan: Merhaba, ben Selin.")
    say(page, "evet")
    expect(page.get_by_text("Mesajınız Selin Arslan'a iletildi.")).to_be_visible()
    expect(desk.locator("#messages .user").last).to_contain_text("evet")

    page.reload()
    expect(page.locator(COLLEAGUE)).to_have_attribute("data-author", "Selin Arslan")
    expect(bar).to_have_text("Selin Arslan görüşmenizi yürütüyor.")
    expect(page.get_by_text("Mesajınız Selin Arslan'a iletildi.")).to_be_in_viewport()

    desk.locator("#note").fill("Faturanız düzeltildi.")
    desk.get_by_role("button", name="Kapat").click()
    expect(page.locator(NOTICE).last).to_contain_text("Notu: Faturanız düzeltildi.")
    expect(page.locator(NOTICE).last).to_be_in_viewport()
    expect(bar).to_have_count(0)
    say(page, "Kalan internetim ne kadar?")
    expect(page.locator('[data-step-type="assistant_message"]').last).to_contain_text("Güven: %", timeout=ANSWER_MS)
    assert [url for url in asked if not url.startswith((desk.url.split("/desk")[0], "data:"))] == []


def test_conversation_is_handed_back_and_a_second_colleague_comes_too_late(page: Page, desk: Page) -> None:
    log_in(page, "musteri5@example.com")
    say(page, "müşteri temsilcisi istiyorum")
    expect(page.locator("#telekom-person")).to_be_visible()
    desk.locator("#rows tr").filter(has_text="müşteri temsilcisi istiyorum").first.get_by_role("link").click()
    late = desk.context.new_page()
    late.goto(desk.url)
    desk.get_by_role("button", name="Görüşmeyi üstlen").click()
    expect(late.locator("#write")).to_be_visible()  # a second window of the same person follows
    desk.locator("#text").fill("Faturanıza asistanımız bakabilir.")
    desk.get_by_role("button", name="Gönder").click()
    late.get_by_role("button", name="Asistana geri ver").click()
    expect(page.locator(NOTICE).last).to_contain_text("görüşmeyi bana geri verdi")
    expect(desk.get_by_text("asistana geri verildi")).to_be_visible()
    expect(desk.locator("#write")).to_have_count(0)


def test_customer_checks_the_status_and_chooses_the_language(page: Page) -> None:
    log_in(page, "musteri6@example.com")
    page.get_by_role("button", name="Durumu kontrol et").click()
    dialog = page.get_by_role("dialog", name="Sistem durumu")
    for words in ("Asistan: çalışıyor", "Kayıtlarınız: çalışıyor", "Ödemeler: çalışıyor", "İzmir Bornova: Fiber kablo"):
        expect(dialog).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.route("**/api/v1/status", lambda route: route.abort())
    page.get_by_role("button", name="Durumu kontrol et").click()
    expect(dialog).to_contain_text("Sunucuya şu anda ulaşılamıyor.")
    dialog.get_by_role("button", name="Kapat").click()

    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Check the status")).to_be_visible()
    expect(page.get_by_label("Send the message")).to_be_attached()
    expect(page.get_by_role("button", name="Help")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Telekom customer service")
    page.goto("/language/tr?next=/chat/")
    expect(page.get_by_role("button", name="Durumu kontrol et")).to_be_visible()


def test_one_login_and_one_logout_for_the_whole_site(page: Page) -> None:
    page.goto("/chat/")
    expect(page).to_have_url(re.compile(r"/login\?next=/chat/"))
    log_in(page, "musteri7@example.com")
    expect(page.locator("#chat-input")).to_be_visible()
    page.goto("/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bu sayfa için yetkiniz yok")
    second = page.context.new_page()
    second.goto("/chat/")
    second.locator("#user-nav-button").click()
    second.get_by_role("menuitem", name="Çıkış yap").click()
    expect(second).to_have_url(re.compile("/login"))
    page.goto("/")
    expect(page.get_by_role("button", name="Çıkış yap")).to_have_count(0)
    page.goto("/chat/")
    expect(page.locator("#username")).to_be_visible()
