"""The chat page in a real browser, served by the real server process with the embedded model."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, WebSocketRoute, expect

from tests.conftest import ANSWER_MS, CHROMIUM, keep_screenshot

PHONE: ViewportSize = {"width": 390, "height": 844}
AMOUNT = re.compile(r"\d{1,3}(\.\d{3})*,\d{2} TL")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def log_in(page: Page, login: str, password: str = "demo-1234", *, anew: bool = True) -> None:
    """Log in and come to the chat; ``anew`` does not open the last conversation, which another test may have begun."""
    page.goto("/login?next=/chat/")
    if anew:
        page.evaluate("sessionStorage.setItem('telekom-new-conversation', '1')")
    page.locator("#username").fill(login)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Giriş yap").click()


def say(page: Page, words: str) -> None:
    box = page.locator("#chat-input")
    box.click()
    box.press_sequentially(words)
    expect(page.locator("#chat-submit")).to_be_enabled()  # not before the page is connected; a fast machine types first
    page.keyboard.press("Enter")


def answer_of(page: Page, number: int) -> str:
    """The text of the assistant's message with this number, counted from 1, once it is whole."""
    answer = page.locator('[data-step-type="assistant_message"]').nth(number - 1)
    expect(answer).to_contain_text("Güven: %", timeout=ANSWER_MS)
    return answer.inner_text()


def test_wrong_password_is_refused_in_turkish(page: Page) -> None:
    log_in(page, "musteri1@example.com", "yanlis-parola")
    expect(page.get_by_role("alert")).to_have_text("E-posta ya da şifre hatalı.")
    page.goto("/chat/")
    expect(page).to_have_url(re.compile("/login"))


def test_enter_before_the_page_is_connected_sends_the_words_once_it_is(page: Page) -> None:
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    is_held = True

    def between(socket: WebSocketRoute) -> None:
        def said(words: str | bytes) -> None:
            held.append((socket, words)) if is_held else socket.send(words)

        socket.connect_to_server().on_message(said)

    page.route_web_socket(re.compile("/ws/socket.io"), between)
    log_in(page, "musteri0@example.com")
    page.locator("#chat-input").press_sequentially("merhaba")
    expect(page.locator("#chat-submit")).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator("#chat-input")).to_have_value("merhaba")
    is_held = False
    for socket, words in held:
        socket.send(words)
    answer_of(page, 1)
    expect(page.locator('[data-step-type="user_message"]')).to_have_text(["merhaba"])
    expect(page.locator("#chat-input")).to_have_value("")


def test_opening_the_chat_offers_five_quick_actions_from_one_origin(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    log_in(page, "musteri0@example.com")
    expect(page.locator("#starters button")).to_have_text(
        ["Faturamı göster", "Paketim nedir", "Kalan kotalarım", "Arıza bildir", "Profil bilgilerim"]
    )
    expect(page).to_have_title("Telekom Asistanı")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_asking_and_paying_with_a_button_shows_answer_steps_card_and_payment(page: Page) -> None:
    log_in(page, "musteri1@example.com")
    say(page, "Bu ayki faturam ne kadar?")
    assert AMOUNT.search(answer_of(page, 1))
    expect(page.locator("figure")).to_have_count(0)  # a single fact needs no picture
    page.get_by_text("işlem · güven").click()
    steps = page.locator("details[open]")
    expect(steps).to_contain_text("Güncel faturam: tutar")
    expect(steps).to_contain_text("Kullanılan araçlar: Güncel faturam")
    page.get_by_role("button", name="Yararlı", exact=True).click()
    page.locator("#submit-feedback").click()
    expect(page.get_by_text("Geri bildiriminiz için teşekkür ederiz.")).to_be_visible()
    expect(page.get_by_role("button", name="Yararlı", exact=True)).to_have_attribute("aria-pressed", "true")

    say(page, "faturamı kredi kartıyla öde")
    asked = answer_of(page, 2)
    assert "Onaylıyor musunuz?" in asked and AMOUNT.search(asked)
    card = page.get_by_role("figure", name="Onayınız bekleniyor: Fatura ödeme")
    expect(card).to_contain_text("kredi kartı")
    act = page.get_by_role("button", name=re.compile(rf"^{AMOUNT.pattern} öde$"))
    expect(act).to_be_in_viewport()
    keep_screenshot(page, "chat")
    act.click()
    answer_of(page, 3)
    answer = page.locator('[data-step-type="assistant_message"]').nth(2)
    expect(answer).to_contain_text("Kullanılan araçlar: Fatura ödeme")
    expect(act).to_have_count(0)
    expect(page.get_by_role("button", name="Vazgeç")).to_have_count(0)
    expect(page.get_by_role("figure", name="Fatura ödeme", exact=True)).to_be_visible()
    expect(card).to_have_count(0)


def test_typing_no_to_a_confirmation_changes_nothing_and_removes_the_buttons(page: Page) -> None:
    log_in(page, "musteri2@example.com")
    say(page, "faturamı kredi kartıyla öde")
    answer_of(page, 1)
    expect(page.get_by_role("button", name="Vazgeç")).to_be_visible()
    say(page, "hayır")
    answer_of(page, 2)
    expect(page.locator('[data-step-type="assistant_message"]').nth(1)).not_to_contain_text("Fatura ödeme")
    expect(page.get_by_role("button", name="Vazgeç")).to_have_count(0)


def test_pictures_fit_a_phone_and_say_their_facts_as_text(page: Page) -> None:
    page.set_viewport_size(PHONE)
    log_in(page, "musteri1@example.com")
    say(page, "paketleri listele")
    answer_of(page, 1)
    packages = page.get_by_role("figure", name=re.compile("paketin karşılaştırması"))
    own = packages.get_by_role("row").filter(has_text="sizin paketiniz")
    expect(own).to_have_count(1)
    expect(packages.get_by_role("columnheader", name="Aylık fark")).to_have_count(1)
    say(page, "kalan kotalarımı göster")
    answer_of(page, 2)
    expect(page.get_by_role("figure", name=re.compile("kalan haklar"))).to_contain_text("Dönem")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for figure in page.locator("figure").all():
        assert figure.evaluate("each => each.scrollWidth <= each.clientWidth + 1")
    keep_screenshot(page, "chat_phone")


def test_staff_see_every_step_and_can_choose_the_line_for_customers(page: Page) -> None:
    log_in(page, "muhendis@example.com")
    say(page, "Bu ayki faturam ne kadar?")
    assert "Kullanılan araçlar: Güncel faturam" in answer_of(page, 1)
    step = page.locator('[data-step-type="tool"]').first
    expect(step).to_contain_text("Güncel faturam ·")
    step.get_by_role("button").first.click()
    expect(step).to_contain_text("due_date")
    expect(page.locator('[data-step-type="undefined"]').first).to_contain_text("İsteğiniz anlaşılıyor")
    shown = page.locator('[data-step-type="tool"]').count()
    page.locator("#chat-settings-open-modal").click()
    page.get_by_role("switch").click()
    page.get_by_role("button", name="Onayla").click()
    say(page, "Bu ayki faturam ne kadar?")
    answer_of(page, 2)
    expect(page.locator(".tk-steps summary")).to_have_count(1)
    expect(page.locator('[data-step-type="tool"]')).to_have_count(shown)


# A turn can be over before a test's own click reaches the page, so the page clicks by itself at first sight.
STOP_AT_SIGHT = """new MutationObserver((_, watcher) => {
    const button = document.querySelector("#stop-button");
    if (button) { watcher.disconnect(); button.click(); }
}).observe(document.body, {childList: true, subtree: true})"""


def test_stopping_a_turn_leaves_the_chat_usable(page: Page) -> None:
    log_in(page, "musteri4@example.com")
    expect(page.locator("#chat-input")).to_be_visible()
    page.evaluate(STOP_AT_SIGHT)
    say(page, "Kalan internetim ne kadar?")
    expect(page.get_by_text("Durduruldu.")).to_be_visible()
    expect(page.get_by_text("manually stopped")).to_have_count(0)
    expect(page.locator("#stop-button")).to_have_count(0)
    say(page, "Kalan internetim ne kadar?")
    last = page.locator('[data-step-type="assistant_message"]').last
    expect(last).to_contain_text("Kullanılan araçlar: Kalan kotalarım", timeout=ANSWER_MS)
